"""How somebody signs in: their passkeys and codes. Each change is recorded in the transaction that makes it."""

from typing import Any, cast

from allauth.mfa.base.views import IndexView
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.internal import auth
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from allauth.socialaccount.models import SocialAccount
from django import forms
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse_lazy

from inviolable.posts.models import User
from inviolable.web.entrance import usable_provider

HERE = reverse_lazy("mfa_index")


@transaction.atomic
def take_away(user: User) -> int:
    """Let nobody in by what somebody has lost, and end their sessions; how many ways that were.

    A password that they have stays, and asks for no second step any more.
    """
    found = [*Authenticator.objects.filter(user=user), *SocialAccount.objects.filter(user=user)]
    for one in found:
        one.delete()
    for session in Session.objects.all():
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            session.delete()
    return len(found)


class _Change:
    """What all of these share."""

    http_method_names = ["get", "head", "post"]
    success_url = HERE

    def get_success_url(self) -> str:
        """Back to the list."""
        return str(HERE)

    @transaction.atomic
    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Done, and recorded."""
        return cast("HttpResponse", super().form_valid(form))  # type: ignore[misc]

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        """Once more, with what is wrong."""
        answer: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        answer.status_code = 422
        return answer


class Ways(IndexView):
    """All of them."""

    http_method_names = ["get", "head"]
    template_name = "web/ways.html"

    def get_context_data(self, **told: Any) -> dict[str, Any]:
        """Beside passkeys and codes: a password, the ministry's own account."""
        user = cast("User", self.request.user)
        joined = SocialAccount.objects.filter(user=user).exists()
        return super().get_context_data(**told) | {"provider": usable_provider(), "joined": joined}


class AddPasskey(_Change, AddWebAuthnView):
    """One that signs in by itself: it is kept by a device that asks who holds it."""

    template_name = "web/passkey_add.html"

    def get_context_data(self, **told: Any) -> dict[str, Any]:
        """What the browser's dialogue asks for (Web Authentication Level 3, section 5.4)."""
        context = super().get_context_data(**told)
        return context | told | {"options": auth.begin_registration(self.request.user, passwordless=True)}


class RemovePasskey(_Change, RemoveWebAuthnView):
    """It lets nobody in from then on."""

    template_name = "web/passkey_remove.html"


class AddCodes(_Change, ActivateTOTPView):
    """Codes that change every half minute (RFC 6238), asked for after the password."""

    template_name = "web/codes_add.html"


class RemoveCodes(_Change, DeactivateTOTPView):
    """The password alone is enough again."""

    template_name = "web/codes_remove.html"
