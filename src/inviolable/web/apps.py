"""Registers the room with Django."""

from types import ModuleType

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from inviolable.web.expected import say_what_is_expected


class WebConfig(AppConfig):
    """The roof over the other rooms."""

    name = "inviolable.web"
    label = "web"
    verbose_name = _("Web")

    def __init__(self, app_name: str, app_module: ModuleType) -> None:
        """Say what forms expect: before any form is made, which keeps the words that it is made with."""
        say_what_is_expected()
        super().__init__(app_name, app_module)

    def ready(self) -> None:
        """Record how people sign in, when that changes; show of each incident who can see it."""
        from allauth.mfa.models import Authenticator
        from allauth.socialaccount.models import SocialAccount
        from django.db.models.signals import post_delete, post_save

        from inviolable.incidents.page import TABS
        from inviolable.posts.waiting import when_asked
        from inviolable.web import unusual
        from inviolable.web.recorded import way_added, way_removed

        when_asked(unusual.questions)

        TABS.append(("readership", _("Who can see this")))
        for model in (Authenticator, SocialAccount):
            post_save.connect(way_added, sender=model)
            post_delete.connect(way_removed, sender=model)
