"""Registers the room with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CardConfig(AppConfig):
    """The room of the public card."""

    name = "inviolable.card"
    label = "card"
    verbose_name = _("Public card")

    def ready(self) -> None:
        """Make this room's kinds and projections known."""
        from inviolable.card import kinds, projections  # noqa: F401
        from inviolable.card.desk import questions
        from inviolable.card.lookup import look
        from inviolable.posts.readiness import when_looked_at
        from inviolable.posts.views import ABOUT
        from inviolable.posts.waiting import when_asked

        when_asked(questions)
        when_looked_at(look)
        ABOUT.append(("card:post", _("Public card")))
