"""Registers the room with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DiplomacyConfig(AppConfig):
    """Notes and demands."""

    name = "inviolable.diplomacy"
    label = "diplomacy"
    verbose_name = _("Notes")

    def ready(self) -> None:
        """Make this room's kinds and projections known, and its pages a part of each incident's."""
        from inviolable.diplomacy import kinds  # noqa: F401
        from inviolable.diplomacy.demands import kinds as demand_kinds  # noqa: F401
        from inviolable.diplomacy.demands import pages

        pages.join()
