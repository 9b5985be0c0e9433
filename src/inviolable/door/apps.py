"""Registers the room with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DoorConfig(AppConfig):
    """The room of the devices at the door."""

    name = "inviolable.door"
    label = "door"
    verbose_name = _("Door")

    def ready(self) -> None:
        """Make this room's kinds and projections known."""
        from inviolable.alarm.straight import when_prepared
        from inviolable.door import kinds, projections, straight, wording  # noqa: F401
        from inviolable.incidents.wording import name_facts, speak
        from inviolable.incidents.writing import ABOVE
        from inviolable.posts.views import ABOUT

        ABOVE.append(("door:clips", ("ask", "clip"), _("Ask a visitor for a clip")))
        speak(wording.ENTRIES, wording.SHOWN)
        name_facts(wording.FACTS, wording.VALUES)
        when_prepared(straight.write_down)
        ABOUT.append(("door:consent", _("Consent to entry")))
        ABOUT.append(("door:devices", _("Devices at the door")))
        ABOUT.append(("door:recording", _("Recording at the door")))
        ABOUT.append(("door:paper", _("Paper pack")))
