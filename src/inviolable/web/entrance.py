"""What all ways of signing in share: the page that offers them, the session that begins, where one goes on to."""

import logging
from typing import Final

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme

from inviolable.posts.actions import choose_language, is_example
from inviolable.posts.models import User
from inviolable.web.provider import BadProvider, Provider, provider_of

LOG = logging.getLogger(__name__)
BACKEND: Final = "django.contrib.auth.backends.ModelBackend"
#: Seconds after signing in within which somebody may change how they sign in.
FRESH: Final = 15 * 60
SHARED, SIGNED_IN, GO_ON = "shared machine", "signed in", "go on"


def entrance(
    request: HttpRequest, why: str | Promise = "", *, name: str = "", status: int = 200, again: bool = False
) -> HttpResponse:
    """The page on which one signs in. why: what was wrong; again: of somebody who is in, and must show it once more."""
    told = {"why": why, "name": name, "next": next_of(request), "provider": usable_provider(), "again": again}
    return render(request, "web/sign_in.html", told, status=status)


def usable_provider() -> Provider | None:
    """Who else says who somebody is; an example asks nobody beyond this machine."""
    try:
        found = provider_of(settings.HOME)
    except BadProvider as fault:
        LOG.error("%s", fault)  # Nobody is kept out for that: the other ways are still there, and `doctor` says it.
        return None
    return None if found and is_example() and not found.is_here else found


def next_of(request: HttpRequest) -> str:
    """Where to go on to: only an address of our own."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else "/"


def note_choices(request: HttpRequest) -> None:
    """Keep what somebody chose while signing in takes more than one page."""
    request.session[SHARED] = "shared" in request.POST
    request.session[GO_ON] = next_of(request)


def begin(request: HttpRequest, user: User) -> None:
    """Start the session, as long as was chosen."""
    shared, go_on = request.session.get(SHARED, False), request.session.get(GO_ON, "/")
    login(request, user, backend=BACKEND)
    request.session[SIGNED_IN] = request.now.timestamp()  # type: ignore[attr-defined]
    request.session[GO_ON] = go_on
    request.session.set_expiry(0 if shared else None)


def is_fresh(request: HttpRequest) -> bool:
    """Whether somebody has signed in a short while ago."""
    since = request.session.get(SIGNED_IN, 0)
    return bool(0 <= request.now.timestamp() - since < FRESH)  # type: ignore[attr-defined]


def onward(request: HttpRequest, user: User) -> HttpResponse:
    """Go on to where one wanted; the language that the user once chose wins over this browser's."""
    response = redirect(request.session.pop(GO_ON, "/"))
    if user.language:
        keep_language(response, user.language)
    elif (chosen := request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)) in dict(settings.LANGUAGES):
        choose_language(user, str(chosen))
    return response


def keep_language(response: HttpResponse, language: str) -> None:
    """Have the browser ask in that language from now on."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
        secure=settings.LANGUAGE_COOKIE_SECURE,
    )
