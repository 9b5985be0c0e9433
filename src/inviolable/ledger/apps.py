"""Registers the room with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    """The record."""

    name = "inviolable.ledger"
    label = "ledger"
    verbose_name = _("The record")

    def ready(self) -> None:
        """Make this room's kinds and projections known."""
        from inviolable.ledger import kinds, projections  # noqa: F401
