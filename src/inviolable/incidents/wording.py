"""What entries say, in a reader's words. A kind that is not here is shown as it stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from inviolable.incidents.terms import Item
from inviolable.posts.roles import Role

KINDS: dict[str, Promise] = {
    "exhibit.checked": lazy("Exhibit checked"),
    "exhibit.opened": lazy("Exhibit opened"),
    "exhibit.received": lazy("Exhibit received"),
    "dossier.exported": lazy("Dossier handed out"),
    "fact.claimed": lazy("Fact claimed"),
    "fact.confirmed": lazy("Fact confirmed"),
    "fact.withdrawn": lazy("Fact withdrawn"),
    "field.disclosed": lazy("Sealed field disclosed"),
    "finding.made": lazy("Finding made"),
    "hold.lifted": lazy("Legal hold lifted"),
    "hold.placed": lazy("Legal hold placed"),
    "incident.closed": lazy("Incident closed"),
    "incident.opened": lazy("Incident opened"),
    "incident.reopened": lazy("Incident reopened"),
    "note.added": lazy("Note added (sealed)"),
    "part.added": lazy("Part added"),
    "person.recorded": lazy("Person recorded (sealed)"),
    "recording.begun": lazy("Recording begun"),
    "recording.ended": lazy("Recording ended"),
    "segment.quarantined": lazy("Segment quarantined"),
    "segment.received": lazy("Segment received"),
    "subject.erased": lazy("Sealed data erased"),
    "subject.made": lazy("Seal prepared"),
    "task.assigned": lazy("Task assigned"),
    "task.done": lazy("Task done"),
}

#: The plain fields worth showing in one line, by kind; the entry itself is one click away.
SHOWN: dict[str, tuple[str, ...]] = {
    "exhibit.opened": ("reason",),
    "exhibit.received": ("grade", "media", "from"),
    "dossier.exported": ("to", "reason"),
    "fact.claimed": ("key", "value", "voice", "source"),
    "fact.confirmed": ("key", "value"),
    "fact.withdrawn": ("key", "value", "why"),
    "finding.made": ("as_of",),
    "hold.lifted": ("reason",),
    "hold.placed": ("reason",),
    "incident.closed": ("why",),
    "incident.opened": ("title", "place"),
    "incident.reopened": ("why",),
    "part.added": ("title", "place"),
    "recording.ended": ("segments", "gaps"),
    "segment.quarantined": ("why",),
    "subject.erased": ("about", "reason"),
    "task.assigned": ("what", "to"),
    "task.done": ("result",),
}


def kind_words(kind: str) -> str:
    """What happened, in words."""
    return str(KINDS.get(kind, kind))


def who_words(actor: Mapping[str, str]) -> str:
    """Who had it written: the role, and the id that names nobody."""
    roles = {role.value: role.label for role in Role}
    role = actor["role"]
    if role == "system":
        return _("the system")
    return f"{roles.get(role, role)} ({actor['id']})"


def details_of(item: Item) -> str:
    """The fields worth reading at once."""
    values = (item.body.get(name, "") for name in SHOWN.get(item.kind, ()))
    return " · ".join(", ".join(value) if isinstance(value, list) else str(value) for value in values if value)


def moment_words(moment: datetime) -> str:
    """A moment of ours, in the reader's way of writing, always with its zone."""
    return date_format(moment.astimezone(UTC), "j F Y, H:i:s") + " UTC"
