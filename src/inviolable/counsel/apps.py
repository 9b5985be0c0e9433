"""Registers the room with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CounselConfig(AppConfig):
    """The room of legal counsel."""

    name = "inviolable.counsel"
    label = "counsel"
    verbose_name = _("Counsel")

    def ready(self) -> None:
        """Make this room's kinds known."""
        from inviolable.counsel import kinds  # noqa: F401
