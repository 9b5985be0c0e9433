"""Registers the room with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutboxConfig(AppConfig):
    """The room of messages."""

    name = "inviolable.outbox"
    label = "outbox"
    verbose_name = _("Messages")

    def ready(self) -> None:
        """Make this room's kinds known."""
        from inviolable.outbox import kinds  # noqa: F401
