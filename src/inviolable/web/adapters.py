"""Where django-allauth asks what holds here: nobody signs up, nothing is mailed, secrets lie encrypted."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inviolable.posts.models import User
from inviolable.posts.vault import decrypted, encrypted
from inviolable.web import entrance

TOO_MANY = gettext_lazy("That was wrong too often. Wait five minutes, or ask the administrator for a link.")
NOT_NOW = gettext_lazy("That is not right now: codes change each half minute and work once. Try the next.")


class Account(DefaultAccountAdapter):
    """Every way of signing in ends here."""

    error_messages = DefaultAccountAdapter.error_messages | dict.fromkeys(
        ("too_many_login_attempts", "rate_limited"), TOO_MANY
    )

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """An administrator adds people; nobody adds themselves."""
        return False

    def login(self, request: HttpRequest, user: User) -> None:
        """Start the session."""
        entrance.begin(request, user)

    def post_login(self, request: HttpRequest, user: User, **_told: Any) -> HttpResponse:
        """Go on to where one wanted."""
        return entrance.onward(request, user)

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """Somebody who was let in once and is no more."""
        return entrance.entrance(request, _("This person may not sign in. Ask the administrator."), status=403)

    def is_reauthentication_required(self, *, app: str, **_told: Any) -> bool:
        """Who changes how they sign in has just signed in, so that a screen left alone changes nothing."""
        return not entrance.is_fresh(context.request)

    def get_reauthentication_methods(self, user: User) -> list[dict[str, str]]:
        """All of them, on the page where everybody signs in."""
        return [{"id": "again", "url": reverse("sign-in-again")}]

    def add_message(self, *_told: Any, **_more: Any) -> None:
        """Pages say themselves what happened."""

    def send_notification_mail(self, *_told: Any, **_more: Any) -> None:
        """Nothing is mailed; the record says it."""


class Factors(DefaultMFAAdapter):
    """Passkeys and codes."""

    error_messages = DefaultMFAAdapter.error_messages | {"incorrect_code": NOT_NOW}

    def encrypt(self, text: str) -> str:
        """What codes are made from lies in the database as staff's addresses do."""
        return encrypted(text)

    def decrypt(self, encrypted_text: str) -> str:
        """As it was. Raises StaffKeyLost."""
        return decrypted(encrypted_text)

    def get_totp_issuer(self) -> str:
        """Beside what the code stands in somebody's app."""
        return "Inviolable"

    def build_totp_svg(self, url: str) -> str:
        """The QR code, without a style of its own."""
        import segno

        return str(segno.make(url, micro=False).svg_inline(scale=5, border=4, light="#fff", dark="#000"))

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002
        """What a passkey is called whose owner named it nothing."""
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return _("Passkey %(number)s") % {"number": number}


class Ministry(DefaultSocialAccountAdapter):
    """The one provider that the home names."""

    def list_apps(self, request: HttpRequest, provider: str | None = None, client_id: str | None = None) -> list[Any]:
        """None where none is configured. The database names none."""
        found = entrance.usable_provider()
        return [SocialApp(provider="openid_connect", **found.described)] if found else []

    def on_authentication_error(self, request: HttpRequest, provider: Any, **told: Any) -> None:
        """It did not say who it is. Why, the log says."""
        if told.get("exception"):
            entrance.LOG.warning("provider: %s", told["exception"])
        said = _("%(provider)s did not say who you are. Try again, or sign in another way.")
        raise ImmediateHttpResponse(entrance.entrance(request, said % {"provider": provider.name}, status=422))

    @transaction.atomic
    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Whoever comes for the first time is the user of the name that it says, if nobody came as that user before."""
        if sociallogin.is_existing:
            return
        name = getattr(sociallogin, "told", "")
        user = User.objects.select_for_update().filter(name=name).first() if name else None
        if user is None or SocialAccount.objects.filter(user=user).exists():
            said = _("Nobody here is called %(name)s, or somebody else is. Ask the administrator.")
            raise ImmediateHttpResponse(entrance.entrance(request, said % {"name": name or "?"}, status=403))
        sociallogin.connect(request, user)
