"""Registers the room with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IncidentsConfig(AppConfig):
    """The hub: what happened, told by entries."""

    name = "inviolable.incidents"
    label = "incidents"
    verbose_name = _("Incidents")

    def ready(self) -> None:
        """Make this room's kinds and projections known."""
        from inviolable.incidents import kinds, projections  # noqa: F401
