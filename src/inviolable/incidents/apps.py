"""Registers the room with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IncidentsConfig(AppConfig):
    """The hub: what happened, told by entries."""

    name = "inviolable.incidents"
    label = "incidents"
    verbose_name = _("Incidents")

    def ready(self) -> None:
        """Make this room's kinds and projections known, and what waits for a second person."""
        from inviolable.incidents import kinds, projections  # noqa: F401
        from inviolable.incidents.handing_acts import questions
        from inviolable.posts.waiting import when_asked

        when_asked(questions)
