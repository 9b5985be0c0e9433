"""Registers the room with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    """The roof over the other rooms."""

    name = "inviolable.web"
    label = "web"
    verbose_name = _("Web")

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
