"""An alarm for other systems, in the Common Alerting Protocol (OASIS CAP 1.2). Nothing about any person is in it.

An alarm is a row of messages: an Alert when it is raised, an Update with each answer, a Cancel when it is stood down.
What is written is the newest of them, which names those before it; asked again, it is the same, byte for byte.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement, tostring

from django.utils.translation import gettext as _
from django.utils.translation import override

from inviolable.alarm.picture import Picture
from inviolable.alarm.protocols import LANGUAGES
from inviolable.alarm.terms import Danger
from inviolable.alarm.wording import alarm_name, first_words
from inviolable.documents.xml import FORBIDDEN

MEDIA_TYPE = "application/cap+xml"
#: category, urgency, severity, certainty (3.2.2). Whoever raises an alarm is asked none of them, so each kind of
#: incident has its own; they are a proposal.
GRAVITY = {
    Danger.ATTEMPTED_ENTRY: ("Security", "Immediate", "Severe", "Observed"),
    Danger.ENTRY: ("Security", "Immediate", "Severe", "Observed"),
    Danger.STREET_OPERATION: ("Security", "Immediate", "Moderate", "Observed"),
    Danger.THREAT: ("Security", "Expected", "Moderate", "Possible"),
    Danger.DETENTION_OF_STAFF: ("Security", "Immediate", "Severe", "Observed"),
    Danger.FIRE: ("Fire", "Immediate", "Extreme", "Observed"),
    Danger.MEDICAL: ("Health", "Immediate", "Severe", "Observed"),
    Danger.INTRUSION: ("Security", "Immediate", "Severe", "Observed"),
    Danger.BOMB_THREAT: ("Security", "Immediate", "Extreme", "Possible"),
    Danger.CLOSURE_ORDER: ("Other", "Expected", "Moderate", "Observed"),
}


def document(picture: Picture, page: str, example: bool) -> bytes:
    """The newest message of an alarm. page: its address here, whose host is the sender."""
    alarm, sender = picture.alarm, urlsplit(page).netloc
    moments = [alarm.raised, *(one.at for one in picture.replies), *([alarm.ended] if alarm.ended else [])]
    *before, newest = [(f"{alarm.id}.{number}", _written(at)) for number, at in enumerate(moments, 1)]
    kind = "Cancel" if alarm.ended else "Update" if before else "Alert"
    cap = Element("alert", xmlns="urn:oasis:names:tc:emergency:cap:1.2")
    _add(cap, "identifier", newest[0])
    _add(cap, "sender", sender)
    _add(cap, "sent", newest[1])
    _add(cap, "status", "Test" if example else "Exercise" if alarm.exercise else "Actual")
    _add(cap, "msgType", kind)
    _add(cap, "scope", "Restricted")
    _add(cap, "restriction", _in_each_language(lambda: [_("For the staff of the sending State only.")]))
    _add(cap, "note", _in_each_language(lambda: _marks(picture, example)))
    _add(cap, "references", " ".join(f"{sender},{name},{at}" for name, at in before))
    _add(cap, "incidents", alarm.stream.rpartition("/")[2])
    for language in LANGUAGES:
        with override(language):
            _inform(SubElement(cap, "info"), language, picture, page, _marks(picture, example))
    return bytes(tostring(cap, encoding="utf-8", xml_declaration=True))


def _inform(info: Element, language: str, picture: Picture, page: str, marks: list[str]) -> None:
    """The same, for one language; it is the one at hand."""
    alarm, place = picture.alarm, picture.post.name
    category, urgency, severity, certainty = GRAVITY[Danger(alarm.danger)]
    event = alarm_name(alarm)
    _add(info, "language", language)
    _add(info, "category", category)
    _add(info, "event", event)
    _add(info, "urgency", "Past" if alarm.ended else urgency)
    _add(info, "severity", severity)
    _add(info, "certainty", certainty)
    _add(info, "headline", " · ".join((*marks, _("ALARM"), event, place)))
    _add(info, "description", _state(picture))
    _add(info, "instruction", "" if alarm.ended else first_words(alarm))
    _add(info, "web", page)
    _add(SubElement(info, "area"), "areaDesc", place)


def _state(picture: Picture) -> str:
    """How it stands, and by no name."""
    if picture.alarm.ended:
        return _("The alarm was stood down.")
    return _("Somebody has said that they have it.") if picture.seen else _("Nobody has answered yet.")


def _marks(picture: Picture, example: bool) -> list[str]:
    return (["EXAMPLE"] if example else []) + ([_("DRILL")] if picture.alarm.exercise else [])


def _in_each_language(words: Callable[[], list[str]]) -> str:
    """What a message has once for all its readers."""
    found: list[str] = []
    for language in LANGUAGES:
        with override(language):
            found += words()
    return " · ".join(dict.fromkeys(found))


def _add(parent: Element, name: str, words: str) -> None:
    """An element, where there is something to say."""
    if words:
        SubElement(parent, name).text = FORBIDDEN.sub(" ", words)


def _written(at: datetime) -> str:
    """As CAP wants it: no Z, and UTC is -00:00 (3.2.1, sent)."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}-00:00"
