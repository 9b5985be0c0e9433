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
        from inviolable.door.consent_views import questions
        from inviolable.door.models import device_name
        from inviolable.door.readiness import look
        from inviolable.incidents.wording import name_actors, name_facts, speak
        from inviolable.incidents.writing import ABOVE
        from inviolable.posts.readiness import when_looked_at
        from inviolable.posts.views import ABOUT
        from inviolable.posts.waiting import when_asked

        ABOVE.append(("door:clips", ("ask", "clip"), _("Ask a visitor for a clip")))
        speak(wording.ENTRIES, wording.SHOWN, wording.SAID)
        name_facts(wording.FACTS, wording.VALUES, wording.COUNTS, wording.SOURCES)
        name_actors(device_name)
        when_prepared(straight.write_down)
        when_asked(questions)
        when_looked_at(look)
        ABOUT.append(("door:consent", _("Consent to entry")))
        ABOUT.append(("door:devices", _("Devices at the door")))
        ABOUT.append(("door:recording", _("Recording at the door")))
        ABOUT.append(("door:paper", _("Paper pack")))
