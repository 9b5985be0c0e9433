"""What entries say, in a reader's words. A kind that is not here is shown as it stands."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext, override, pgettext_lazy
from django.utils.translation import gettext as _

from inviolable.counsel.clocks import at_the_place, day_words, told, when_words
from inviolable.incidents.models import Incident
from inviolable.incidents.terms import Item, Part, Told
from inviolable.law.lawfile import LANGUAGES
from inviolable.ledger.bounds import Interval
from inviolable.ledger.moments import Happened, read
from inviolable.posts.terms import DATED_ROLES
from inviolable.posts.wording import role_name, signed_in_as

KINDS: dict[str, Promise] = {
    "exhibit.measured": gettext_lazy("What a giver sealed was measured"),
    "exhibit.opened": gettext_lazy("Exhibit opened or fetched"),
    "exhibit.received": gettext_lazy("Exhibit received"),
    "dossier.exported": gettext_lazy("Dossier handed out"),
    "erasure.asked": gettext_lazy("Erasing an exhibit asked for"),
    "fact.claimed": gettext_lazy("Fact claimed"),
    "fact.confirmed": gettext_lazy("Fact confirmed"),
    "fact.withdrawn": gettext_lazy("Fact withdrawn"),
    "field.disclosed": gettext_lazy("Sealed field disclosed"),
    "finding.made": gettext_lazy("Finding made"),
    "handout.agreed": gettext_lazy("Hand-out in plain agreed to by a second person"),
    "handout.asked": gettext_lazy("Hand-out in plain asked for"),
    "handout.declined": gettext_lazy("Hand-out in plain declined"),
    "hold.lifted": gettext_lazy("Legal hold lifted"),
    "hold.placed": gettext_lazy("Legal hold placed"),
    "incident.closed": gettext_lazy("Incident closed"),
    "incident.opened": gettext_lazy("Incident opened"),
    "incident.reopened": gettext_lazy("Incident reopened"),
    "lesson.written": gettext_lazy("Lesson written"),
    "message.confirmed": gettext_lazy("Message went out, as a person found"),
    "message.delivered": gettext_lazy("Message arrived"),
    "message.failed": gettext_lazy("Message given up"),
    "message.held": gettext_lazy("Message held for a person"),
    "message.queued": gettext_lazy("Message on its way"),
    "message.released": gettext_lazy("Message let go"),
    "message.sent": gettext_lazy("Message handed over"),
    "note.added": gettext_lazy("Note added (sealed)"),
    "obligation.owned": gettext_lazy("Handed over: somebody answers for it"),
    "part.added": gettext_lazy("Part added"),
    "person.recorded": gettext_lazy("Person recorded (sealed)"),
    "recording.begun": gettext_lazy("Recording begun"),
    "recording.ended": gettext_lazy("Recording ended"),
    "segment.quarantined": gettext_lazy("Segment quarantined"),
    "segment.received": gettext_lazy("Segment received"),
    "segments.announced": gettext_lazy("Segments announced"),
    "subject.erased": gettext_lazy("Sealed data erased"),
    "subject.made": gettext_lazy("Seal prepared"),
    "task.assigned": gettext_lazy("Task assigned"),
    "task.done": gettext_lazy("Task done"),
}

#: The plain fields worth showing in one line, by kind; the entry itself is one click away.
SHOWN: dict[str, tuple[str, ...]] = {
    "exhibit.measured": ("as_said", "sha256"),
    "exhibit.opened": ("reason",),
    "exhibit.received": ("grade", "media", "from"),
    "dossier.exported": ("to", "reason"),
    "erasure.asked": ("reason",),
    "fact.claimed": ("key", "value", "voice", "source"),
    "fact.confirmed": ("key", "value"),
    "fact.withdrawn": ("key", "value", "why"),
    "finding.made": ("as_of",),
    "handout.agreed": ("why",),
    "handout.asked": ("for", "reason"),
    "handout.declined": ("why",),
    "hold.lifted": ("reason",),
    "hold.placed": ("reason",),
    "incident.closed": ("why",),
    "incident.opened": ("title", "place"),
    "incident.reopened": ("why",),
    "lesson.written": ("what",),
    "message.confirmed": ("message",),
    "message.delivered": ("message",),
    "message.failed": ("message", "why"),
    "message.held": ("message", "why"),
    "message.queued": ("person", "channel"),
    "message.released": ("message",),
    "message.sent": ("message",),
    "obligation.owned": ("obligation", "to", "superior", "why"),
    "part.added": ("title", "place"),
    "recording.ended": ("segments", "gaps"),
    "segment.quarantined": ("why",),
    "subject.erased": ("about", "reason"),
    "task.assigned": ("what", "to"),
    "task.done": ("result",),
}


#: Those that are worth it too, and are not for everybody (withheld.py).
GUARDED: dict[str, tuple[str, ...]] = {}

#: How the value of a field is said, by kind and field; another stands for itself.
SAID: dict[tuple[str, str], Callable[[str], str]] = {}


def speak(
    kinds: Mapping[str, Promise],
    shown: Mapping[str, tuple[str, ...]],
    said: Mapping[tuple[str, str], Callable[[str], str]] | None = None,
    guarded: Mapping[str, tuple[str, ...]] | None = None,
) -> None:
    """Have a room above say what its entries are called, which of their fields are worth reading at once, how their
    values are said, and which more are not for everybody."""
    KINDS.update(kinds)
    SHOWN.update(shown)
    SAID.update(said or {})
    GUARDED.update(guarded or {})


#: How rooms above call whoever acts and is no person, by the id in entries.
_NAMED: list[Callable[[str], str]] = []


def name_actors(named: Callable[[str], str]) -> None:
    """Have a room above say what an actor is called; "" for those that are none of its own."""
    _NAMED.append(named)


def actor_name(name: str) -> str:
    """What an actor is called where it is no person; else its id, which names nobody."""
    return next(filter(None, (named(name) for named in _NAMED)), name)


#: What facts are called that the law does not ask, by their key; and their values.
FACTS: dict[str, Promise] = {"agency": gettext_lazy("Agency")}
VALUES: dict[tuple[str, str], Promise] = {}
#: Those of them that count people.
COUNTS: list[str] = []
#: What sources are called that are the program's own, by how entries name them.
SOURCES: dict[str, Promise] = {}

#: How something that a finding rested on stands no more (stale.py).
GONE: dict[str, Promise] = {
    "withdrawn": gettext_lazy("was withdrawn"),
    "corrected": gettext_lazy("was corrected"),
    "rejected": gettext_lazy("was rejected"),
    "superseded": gettext_lazy("was superseded"),
    "redescribed": gettext_lazy("is of a source that is described otherwise since"),
}


def name_facts(
    facts: Mapping[str, Promise],
    values: Mapping[tuple[str, str], Promise],
    counts: Iterable[str] = (),
    sources: Mapping[str, Promise] | None = None,
) -> None:
    """Have a room above say what the facts are called that are told in it, which of them count people, and where they
    were found."""
    FACTS.update(facts)
    VALUES.update(values)
    COUNTS.extend(counts)
    SOURCES.update(sources or {})


def said_by(voice: str, source: str) -> str:
    """Voice and source in one line, "" where nobody is named."""
    return ": ".join(filter(None, (example_words(voice), str(SOURCES.get(source) or example_words(source)))))


def example_words(said: str) -> str:
    """What the worked example calls somebody, or gives as a reason, in the reader's language; else as it stands."""
    return _example().get((get_language() or "")[:2], {}).get(said, said)


@cache
def _example() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads((files(__package__) / "examples" / "names.toml").read_text("utf-8"))


#: How an item came to us; see docs/record.md.
GRADES: dict[str, Promise] = {
    "A": gettext_lazy("sealed live by an enrolled device"),
    "B": gettext_lazy("imported on an enrolled device"),
    "C": gettext_lazy("received from a third party who is known"),
    "D": gettext_lazy("collected from the open web"),
}
CONSENTS: dict[str, Promise] = {
    "given": gettext_lazy("given"),
    "refused": pgettext_lazy("of consent", "refused"),
    "not_asked": gettext_lazy("not asked"),
    "not_needed": gettext_lazy("not needed"),
}
#: What a device films of each slice.
LAYERS: dict[str, Promise] = {
    "full": gettext_lazy("full picture"),
    "low": gettext_lazy("small picture"),
    "sound": gettext_lazy("sound alone"),
}
#: What the page says on which a recording is watched (door-ui/src/watch/); the blanks are filled in there.
WATCHING: dict[str, Promise] = {
    "again": gettext_lazy("The device began again here; how long it did not film is not known."),
    "beginning": gettext_lazy("From the beginning"),
    "closed": gettext_lazy("This viewing is over. Go back to the recording and say again why you open it."),
    "delay": gettext_lazy("Filmed {filmed} ago by the device's clock, received {received} ago by ours"),
    "end": gettext_lazy("That is all that arrived; the recording has ended."),
    "erased": gettext_lazy("The key of this recording was erased; nobody can open it any more."),
    "fails": gettext_lazy("{moment}: this piece arrived, but it cannot be opened or played."),
    "filmed": gettext_lazy("Filmed at {moment} by the device's clock, received at {received} by ours"),
    "full": gettext_lazy("full picture"),
    "gap": gettext_lazy("{seconds} seconds are missing"),
    "here": gettext_lazy("{moment}: {what}"),
    "low": gettext_lazy("small picture"),
    "newest": gettext_lazy("The newest"),
    "no_identity": gettext_lazy("This file holds no age identity: a line that begins with AGE-SECRET-KEY-1."),
    "nothing": gettext_lazy("Nothing has arrived yet; whatever comes is played at once."),
    "offline": gettext_lazy("The server does not answer; trying again."),
    "opening": gettext_lazy("Opening…"),
    "pause": gettext_lazy("Pause"),
    "pending": gettext_lazy("{seconds} seconds were filmed and announced; they have not arrived"),
    "play": gettext_lazy("Play"),
    "protected": gettext_lazy("This file is sealed itself, by a passphrase; open it first with the age tool."),
    "sound": gettext_lazy("sound alone"),
    "waiting": gettext_lazy("Waiting for what is filmed next."),
    "wrong": gettext_lazy("No identity in this file opens this recording. Take that of a recipient at headquarters."),
}
FIELDS: dict[str, Promise] = {
    "asylum": gettext_lazy("asylum"),
    "contact": gettext_lazy("contact"),
    "description": gettext_lazy("description"),
    "giver": gettext_lazy("giver"),
    "name": gettext_lazy("name"),
    "refusal": gettext_lazy("refusal"),
    "words": gettext_lazy("words"),
}


def people_words(capacity: str, number: int) -> str:
    """How many people of one capacity, such as 2 nationals."""
    words = {
        "national": ngettext("%(number)s national", "%(number)s nationals", number),
        "visitor": ngettext("%(number)s visitor", "%(number)s visitors", number),
        "witness": ngettext("%(number)s witness", "%(number)s witnesses", number),
        "giver": ngettext("%(number)s giver", "%(number)s givers", number),
    }
    return words[capacity] % {"number": number}


def mark_of(incident: Incident) -> str:
    """What must be said of an incident that is not real, "" of one that is."""
    if incident.example:
        return _("EXAMPLE")
    if incident.status == "exercise":
        return _("DRILL")
    return _("TEST") if incident.status == "test" else ""


def in_each_language(words: Callable[[], str]) -> dict[str, str]:
    """What the program says itself, as an entry keeps it: for readers of each language."""
    found = {}
    for language in LANGUAGES:
        with override(language):
            found[language] = words()
    return found


def in_own_language(words: Mapping[str, str], otherwise: str) -> str:
    """In the reader's language; otherwise: as it was recorded, which a person wrote or an earlier release."""
    return words.get((get_language() or "")[:2], otherwise)


def part_words(part: Part) -> str:
    """The title of a part."""
    return in_own_language(part.words, part.title)


#: Of these nothing is read but that somebody was called; a timeline leaves them out until they are asked for.
MESSAGES = "message."


def charged(to: str) -> str:
    """Who is to do something: a role as people call it, or somebody's id."""
    return role_name(to) if to in DATED_ROLES else signed_in_as(to)


def actor_words(name: str) -> str:
    """What an actor is called beside the role: a person by a number alone, since entries name nobody."""
    _user, sep, number = name.partition("user-")
    return _("no. %(number)s") % {"number": number} if sep and not _user else actor_name(name)


def kind_words(kind: str) -> str:
    """What happened, in words."""
    return str(KINDS.get(kind, kind))


def who_words(actor: Mapping[str, str]) -> str:
    """Who had it written: the role, and the id that names nobody."""
    return (
        _("the system") if actor["role"] == "system" else f"{signed_in_as(actor['role'])} ({actor_words(actor['id'])})"
    )


def details_of(item: Item, *, whole: bool = False) -> str:
    """The fields worth reading at once. whole: with those that are not for everybody."""
    body, words = item.body, item.body.get("words", {})
    names = SHOWN.get(item.kind, ()) + (GUARDED.get(item.kind, ()) if whole else ())
    told = {name: body[name] for name in names if body.get(name)}
    for name in ("title", "what", "result"):
        if name in told:
            told[name] = in_own_language(words, told[name])
    for name in ("voice", "source", "from", "why"):
        if isinstance(told.get(name), str):
            told[name] = example_words(told[name])
    return " · ".join(_said(item.kind, name, value) for name, value in told.items())


def _said(kind: str, name: str, value: Any) -> str:
    said = SAID.get((kind, name), str)
    return ", ".join(map(said, value)) if isinstance(value, list) else said(value)


def moment_words(moment: datetime) -> str:
    """A moment of our clock, as a page tells every moment (counsel/clocks.py)."""
    return told(at_the_place(moment))


def exact_words(moment: datetime) -> str:
    """To the second and in UTC, where the second is what matters: of checkpoints, of their bounds and of film."""
    there = moment.astimezone(UTC)
    return f"{day_words(there.date())}, {there:%H:%M:%S}\N{NO-BREAK SPACE}UTC"


def written_out(said: str) -> bool:
    """Whether the words said are a day or a moment as a case file writes it, which needs no quoting."""
    return re.fullmatch(r"\d{4}-\d\d-\d\d[T:+\-\d]*(/\d{4}-\d\d-\d\d[T:+\-\d]*)?", said) is not None


def happened_words(happened: Happened) -> str:
    """When something is said to have happened, on the clock of the place it was told in."""
    if written_out(happened.said):
        first, _sep, last = happened.said.partition("/")
        return when_words((first, last or first))
    both = (happened.start, happened.end)
    if happened.zone in ("", "UTC"):
        return told(*map(at_the_place, both))
    return told(*(one.astimezone(ZoneInfo(happened.zone)) for one in both))


def paper_words(item: Item) -> str:
    """That an entry was written on paper first, and when each was; "" where it was not."""
    if "paper" not in item.body:
        return ""
    on_paper = happened_words(Told.at(read(item.body["paper"]), item.happened.zone))
    return _("on paper at %(paper)s, entered at %(entered)s") % {
        "paper": on_paper,
        "entered": moment_words(item.recorded),
    }


def interval_words(interval: Interval) -> str:
    """Between which two moments something was recorded, by clocks outside; a side that none bounds is open."""
    after, before = interval.after, interval.before
    if after is None and before is None:
        return _("open: no clock outside bounds it yet")
    told = {
        "after": exact_words(after.moment) if after else "",
        "by": after.by if after else "",
        "before": exact_words(before.moment) if before else "",
        "seen": before.by if before else "",
    }
    if before is None:
        return _("after %(after)s by %(by)s; its end is open") % told
    if after is None:
        return _("before %(before)s by %(seen)s; its beginning is open") % told
    return _("after %(after)s by %(by)s, before %(before)s by %(seen)s") % told


SAID[("task.assigned", "to")] = SAID[("obligation.owned", "to")] = SAID[("obligation.owned", "superior")] = charged
for _kind in ("confirmed", "delivered", "failed", "held", "released", "sent"):
    # An id ends with whom it went to and by what; what stands before says which call it was.
    SAID[(f"message.{_kind}", "message")] = lambda name: " · ".join(name.split("/")[-2:])
