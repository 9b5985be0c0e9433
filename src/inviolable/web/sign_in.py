"""The pages on which one comes in: passkey, name and password, the ministry's own account, a link; and goes out."""

from hashlib import sha256
from typing import Any

import requests
from allauth.account.models import Login
from allauth.account.stages import LoginStageController
from allauth.account.utils import perform_login
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.webauthn.internal import auth, flows
from allauth.mfa.webauthn.views import LoginWebAuthnView
from allauth.socialaccount.models import SocialLogin, SocialToken
from allauth.socialaccount.providers.base import ProviderException
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django import forms
from django.contrib.auth import logout
from django.contrib.auth.forms import AuthenticationForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inviolable.web.entrance import begin, entrance, note_choices, onward, usable_provider
from inviolable.web.links import find_link, is_loopback, use_link


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """All ways; by name and password at once, with a second step where the person has one."""
    if request.method != "POST":
        return entrance(request)
    form = AuthenticationForm(request, data=request.POST)
    if form.is_valid():
        note_choices(request)
        return perform_login(request, form.get_user(), email_verification="none")
    said = _("Name and password do not belong together, or this person may not sign in. Upper and lower case count.")
    return entrance(request, said, name=request.POST.get("username", ""), status=422)


@require_safe
def again(request: HttpRequest) -> HttpResponse:
    """Before somebody changes how they sign in."""
    said = _("To change how you sign in, sign in once more: it was a while ago.")
    return entrance(request, said, again=True)


class Passkey(LoginWebAuthnView):
    """By a passkey: what to sign on GET, what was signed on POST. Nobody says a name."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, *_args: Any, **_told: Any) -> HttpResponse:
        """For the browser's own dialogue (Web Authentication Level 3, section 5.5)."""
        return JsonResponse(auth.begin_authentication(user=None))

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Let them in."""
        passkey = form.cleaned_data["credential"]
        note_choices(self.request)
        return flows.perform_passwordless_login(self.request, passkey, Login(user=passkey.user))

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        """It is of nobody here, or the page was too old."""
        return entrance(
            self.request, _("That passkey lets nobody in here. Try again, or sign in another way."), status=422
        )


class SecondStep(AuthenticateView):
    """After the password, where somebody has a passkey or codes."""

    http_method_names = ["get", "head", "post"]
    template_name = "web/second_step.html"

    def dispatch(self, request: HttpRequest, *args: Any, **told: Any) -> Any:
        """Nobody begins here."""
        if not request.user.is_authenticated and LoginStageController.enter(request, AuthenticateStage.key) is None:
            return entrance(request, _("Sign in from the beginning: too much time has passed."), status=400)
        return super().dispatch(request, *args, **told)

    def get_context_data(self, **told: Any) -> dict[str, Any]:
        """Codes are asked of whom an app makes some."""
        codes = Authenticator.objects.filter(user=self.stage.login.user, type=Authenticator.Type.TOTP)
        return super().get_context_data(**told) | {"codes": codes.exists()}

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        """Once more, with what is wrong."""
        answer = super().form_invalid(form)
        answer.status_code = 422
        return answer


class Ministrys(OpenIDConnectOAuth2Adapter):
    """What the provider says, checked further, and nothing of it kept but a hash of who says it of whom."""

    def complete_login(self, request: HttpRequest, app: Any, token: SocialToken, **told: Any) -> SocialLogin:
        """Who it is. Raises ProviderException: two answers that differ, or another provider."""
        provider = usable_provider()
        if provider is None or self.openid_config["issuer"].rstrip("/") != provider.issuer.rstrip("/"):
            raise ProviderException("it calls itself otherwise than sign-in.toml (OpenID Connect Discovery, 4.3)")
        found = super().complete_login(request, app, token, **told)
        said = found.account.extra_data
        of_token, of_user = said.get("id_token", {}), said.get("userinfo", {})
        if of_token.get("sub") != of_user.get("sub"):
            raise ProviderException("it named two people at once (OpenID Connect Core, 5.3.2)")
        found.told = str(of_user.get(provider.claim) or of_token.get(provider.claim) or "")
        found.account.uid = uid_of(provider.issuer, found.account.uid)
        found.account.extra_data = {}
        return found


def uid_of(issuer: str, sub: str) -> str:
    """By what somebody is known again: an identifier is one of its issuer alone (OpenID Connect Core 1.0, 5.7)."""
    return sha256(f"{issuer.rstrip('/')}\n{sub}".encode()).hexdigest()


@require_POST
def provider_login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Send somebody on to the ministry's own sign-in; from a page, since no form of ours leads to another site."""
    if usable_provider() is None:
        raise Http404
    note_choices(request)
    try:
        answer = OAuth2LoginView.adapter_view(Ministrys(request, provider_id))(request)
    except requests.RequestException:
        answer = None
    if not isinstance(answer, HttpResponseRedirect):
        return entrance(request, _("The ministry's sign-in does not answer. Sign in another way."), status=502)
    return render(request, "web/provider.html", {"address": answer.url, "provider": usable_provider()})


@require_safe
def provider_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """It has said who somebody is, or will not."""
    if usable_provider() is None:
        raise Http404
    answer: HttpResponse = OAuth2CallbackView.adapter_view(Ministrys(request, provider_id))(request)
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_link(request: HttpRequest, token: str) -> HttpResponse:
    """Ask before using the link up, so that a program which previews links does not spend it.

    Whoever made it stands at the server: it needs no second step, and is the way back in for who has lost theirs.
    """
    if not is_loopback(request):
        return render(request, "web/link_refused.html", {"why": "elsewhere"}, status=403)
    now = request.now  # type: ignore[attr-defined]
    if request.method == "POST":
        user = use_link(token, now=now)
        if user is not None:
            note_choices(request)
            begin(request, user)
            return onward(request, user)
    link = find_link(token, now=now)
    if link is None:
        return render(request, "web/link_refused.html", {"why": "spent"}, status=410)
    return render(request, "web/link_confirm.html", {"link": link})


@require_POST
def still_here(request: HttpRequest) -> HttpResponse:
    """Somebody types or points, on a machine that others use too: the session goes on."""
    request.session.modified = True
    return HttpResponse(status=204)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("sign-in")
