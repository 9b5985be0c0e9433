"""Registers the room with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IncidentsConfig(AppConfig):
    """The hub: what happened, told by entries."""

    name = "inviolable.incidents"
    label = "incidents"
    verbose_name = _("Incidents")

    def ready(self) -> None:
        """Make this room's kinds and projections known, and to the law the cases that there are."""
        from inviolable.counsel.page import KNOWN_CASES
        from inviolable.incidents import kinds, projections  # noqa: F401
        from inviolable.incidents.page import known_cases

        KNOWN_CASES.append(known_cases)
