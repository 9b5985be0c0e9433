"""What every answer tells the browser to refuse. No page needs an inline script or style, so none is allowed."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)

# A proxy adds a header like these. Behind a proxy every stranger seems to come from this machine.
#: The bridge drops names with an underscore; that one of them told of a proxy it leaves here in the environment.
PROXIED = "inviolable.proxied"
PROXY_NAMES = ("forwarded", "via")
PROXY_BEGINNINGS = ("x-forwarded", "x-original-", "x-envoy-", "x-azure-", "x-amzn-", "cf-")
PROXY_ENDINGS = ("client-ip", "real-ip", "connecting-ip")

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def tells_of_a_proxy(name: str) -> bool:
    """Whether a request's header of this name, in any spelling, is one that proxies add."""
    name = name.lower().replace("_", "-")
    return name in PROXY_NAMES or name.startswith(PROXY_BEGINNINGS) or name.endswith(PROXY_ENDINGS)


class SecurityHeaders:
    """The outermost middleware: static files and error pages carry the headers too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Add each header that the page has not set for itself, and keep pages out of shared caches.

        `also_allowed` of a response: what its page alone needs, such as playing what it has opened itself.
        """
        response = self.get_response(request)
        if also := getattr(response, "also_allowed", ()):
            response.headers["Content-Security-Policy"] = "; ".join((CONTENT_SECURITY_POLICY, *also))
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if isinstance(response, HttpResponse):
            # A page may show a case; the browser's back button after signing out must not.
            response.headers.setdefault("Cache-Control", "private, no-store")
        if request.is_secure() or request.headers.get("X-Forwarded-Proto") == "https":
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        return response
