"""What an incident's brief and its after-action report say of notes, of what they demand and of what came back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from inviolable.counsel.clocks import day_words
from inviolable.diplomacy.demands.aging import passed
from inviolable.diplomacy.demands.book import Demand, Reply, book_of
from inviolable.diplomacy.demands.lookup import repeats
from inviolable.diplomacy.demands.replies import words_of
from inviolable.diplomacy.demands.sentences import sentences
from inviolable.diplomacy.demands.wording import ANSWERS, DEMANDS
from inviolable.diplomacy.drafting.known import unproved
from inviolable.diplomacy.drafting.offering import offering
from inviolable.diplomacy.file import DROPPED, RELEASED, NoteFile, note_files
from inviolable.diplomacy.life.series import released_papers
from inviolable.diplomacy.life.waiting import APPROVE, RELEASE, turn_of
from inviolable.diplomacy.shown import FORMS, OUTCOMES, STATES, WAYS
from inviolable.incidents.aftermath import MILESTONES
from inviolable.incidents.brief import DECIDING, DONE, NOTES, SAY, TO_FOLLOW
from inviolable.incidents.export import DOCUMENTS
from inviolable.incidents.fold import IncidentState
from inviolable.incidents.lookup import shown_to
from inviolable.incidents.short import UNPROVED
from inviolable.incidents.terms import Item
from inviolable.incidents.wording import charged, happened_words
from inviolable.posts.lookup import at_the_ministry
from inviolable.posts.models import User

#: How many notes the brief tells of; the record has the others.
MOST = 3

#: Up to how many characters a reply is quoted whole.
SHORT = 200
#: How many demands a reply meets, refuses and so on; "" for what nothing in it is linked to.
COUNTED: dict[str, Promise] = {
    "meets": gettext_lazy("%(number)s met"),
    "partly": gettext_lazy("%(number)s met in part"),
    "refuses": gettext_lazy("%(number)s refused"),
    "evades": gettext_lazy("%(number)s passed over"),
    "": gettext_lazy("%(number)s not answered"),
}


def join() -> None:
    """Once, when the program starts."""
    DOCUMENTS.append(released_papers)
    NOTES.append(_notes)
    DECIDING.append(_decides)
    UNPROVED.append(_unproved)
    came_back = ("reply.received", "assurance.marked", "demand.closed")
    DONE.update(("note.released", "note.delivered", "demarche.made", "incident.matched", *came_back))
    MILESTONES.extend(("note.released", "note.delivered", "demarche.made", *came_back))
    TO_FOLLOW["demand.made"] = _asked
    SAY.update(
        {
            "note.released": _released,
            "note.delivered": _delivered,
            "reply.received": _replied,
            "demand.made": _demanded,
            "demand.closed": _closed,
        }
    )


def _notes(state: IncidentState, now: datetime) -> Iterator[str]:
    """How far each of the newest notes is, and what of its demands waits; and how many there were before.

    Where there is none, what was protested without one.
    """
    files = _standing(state)
    if not files and (before := _protested(state, now)):
        yield _("None was drafted here. %(before)s") % {"before": before[-1]}
    for file in files[-MOST:]:
        told = [FORMS[file.form] if not file.number else _named(file.form, file.number)]
        if file.deliveries or replies_to(state, file):
            told.extend(since_release(state, file))
        else:
            turn = turn_of(file)
            whose = ", ".join(map(charged, turn.roles)) if turn else ""
            told.append(": ".join(filter(None, (str(STATES[file.state]), whose))))
        unmet = [one for one in book_of(state).unmet if one.note.id == file.id]
        if unmet:
            days = unmet[0].days(now)
            waits = ngettext("%(number)s demand is not met", "%(number)s demands are not met", len(unmet))
            age = ngettext("for %(number)s day", "for %(number)s days", days) % {"number": days}
            told.append(f"{waits % {'number': len(unmet)}}, {age}")
        yield ", ".join(map(str, told))
    if earlier := len(files[:-MOST]):
        yield ngettext("%(number)s earlier note", "%(number)s earlier notes", earlier) % {"number": earlier}


def _unproved(state: IncidentState, part: str, finding: str) -> dict[str, str]:
    """What keeps a note from alleging a breach, of what is confirmed: a note and the brief say the same."""

    def status(fact: str) -> str:
        values = list(state.confirmed(part).get(fact, {}))
        return values[0] if len(values) == 1 else "contested" if values else "unknown"

    return unproved(finding, status)


def replies_to(state: IncidentState, file: NoteFile) -> list[Reply]:
    """What came back to a note, in the order in which it was recorded."""
    return [one for one in book_of(state).replies.values() if one.note == file.id]


def since_release(state: IncidentState, file: NoteFile) -> Iterator[str]:
    """How a released note stands with the other side: its delivery, and what came back to it."""
    replies = replies_to(state, file)
    if last := file.delivery:
        outcome = last.body["outcome"]
        words = _("handed over to them") if replies and outcome == "handed_over" else OUTCOMES[outcome]
        yield f"{words} ({happened_words(last.happened)})"
    for one in replies:
        told = {"when": happened_words(state.timeline[one.seq].happened), "sender": one.sender}
        said = _said(state, one)
        yield (_("replied to by %(sender)s (%(when)s)") % told) + (f": “{said}”" if said else "")
    demands = [one for one in book_of(state).demands.values() if one.note.id == file.id]
    if replies and demands:
        yield _answered(demands)


def _answered(demands: Sequence[Demand]) -> str:
    """What the other side did with the demands of one note, as somebody read its replies: how many of them each way."""
    said = Counter(one.links[-1].says if one.links else "" for one in demands)
    ways = [str(words) % {"number": said[way]} for way, words in COUNTED.items() if said[way]]
    return _("as read so far, of its demands: %(ways)s") % {"ways": ", ".join(ways)}


def _decides(reader: User | None, state: IncidentState, now: datetime) -> str:
    """What the ministry decides: a note's next step, a repetition, what a reply does, demands that passed an age."""
    files = _standing(state)
    for file in files:
        turn, form = turn_of(file), FORMS[file.form]
        if turn and turn.what == APPROVE:
            return _("Whether to approve: %(form)s (%(who)s)") % {"form": form, "who": charged(*turn.roles)}
        if turn and turn.what == RELEASE:
            who = ", ".join(map(charged, turn.roles))
            return _("Whether to release: %(form)s (%(who)s)") % {"form": form, "who": who}
        if file.state == RELEASED and not file.deliveries:
            return _("How it is delivered: %(note)s") % {"note": _named(file.form, file.number)}
    found = book_of(state)
    if any(one.met for one in found.unmet):
        return _("Whether a demand is met: %(who)s") % {"who": charged("legal")}
    said = {name for one in found.again for name in (*one.demands, *one.assurances)}
    if shown_to(reader).filter(stream__in={one.stream for one in repeats(state) if one.id not in said}).exists():
        return _("Whether this repeats what was demanded or promised before")
    heard = {link.reply for one in found.demands.values() for link in one.links}
    for reply in found.replies.values():
        if found.unmet and reply.id not in heard:
            told = {"sender": reply.sender, "who": charged("legal")}
            return _("What the reply from %(sender)s does with each demand: %(who)s") % told
    if found.unmet and (age := passed(found.unmet[0].days(now))):
        waits = {"number": age, "who": charged(found.unmet[0].superior)}
        words = ngettext(
            "What comes next, with demands not met after %(number)s day: %(who)s",
            "What comes next, with demands not met after %(number)s days: %(who)s",
            age,
        )
        return words % waits
    if files:
        return ""
    return (
        _("Whether a further note of protest goes out")
        if _protested(state, now)
        else _("Whether a note of protest goes out")
    )


def _standing(state: IncidentState) -> list[NoteFile]:
    return [one for one in note_files(state.timeline).values() if one.state != DROPPED]


def _protested(state: IncidentState, now: datetime) -> list[str]:
    """What was said to the other State of this incident, as whoever drafts a note reads it."""
    return [one.called for one in offering(state, now).protested()]


def _named(form: str, number: str) -> str:
    return _("%(form)s no. %(number)s") % {"form": FORMS.get(form, _("Note")), "number": number}


def _cited(state: IncidentState, item: Item) -> str:
    note = book_of(state).notes[item.body["note"]]
    return _named(note.form, note.number)


def _released(state: IncidentState, item: Item, _now: datetime) -> str:
    return _("%(note)s: released") % {"note": _cited(state, item)}


def _delivered(state: IncidentState, item: Item, _now: datetime) -> str:
    body = item.body
    where = filter(None, (str(WAYS[body["channel"]]), body.get("to"), body.get("place")))
    return f"{_cited(state, item)}: {OUTCOMES[body['outcome']]} ({', '.join(where)})"


def _replied(state: IncidentState, item: Item, _now: datetime) -> str:
    told = {"from": item.body["from"], "note": _cited(state, item)}
    said = _said(state, book_of(state).replies[item.body["reply"]])
    return (_("Reply from %(from)s (%(note)s)") % told) + (f": “{said}”" if said else "")


def _said(state: IncidentState, reply: Reply) -> str:
    """What a reply says, in its words: all of a short one; of a long one the first sentence that somebody linked to a
    demand, else its first; "" where it is not readable."""
    words = words_of(f"incident/{state.opened['incident']}", reply)
    links = [link for one in book_of(state).demands.values() for link in one.links if link.reply == reply.id]
    if len(words) > SHORT and links:
        first = min(links, key=lambda link: link.start)
        words = words[first.start : first.end]
    elif len(words) > SHORT and (found := sentences(words)):
        words = found[0].words
    return " ".join(words.split())


def _asked(state: IncidentState, item: Item) -> str:
    return f"{DEMANDS[item.body['kind']]} ({_cited(state, item)})"


def _demanded(state: IncidentState, item: Item, now: datetime) -> str:
    """How it stands today: what nobody answered says for how long."""
    one = book_of(state).demands[item.body["demand"]]
    what = _asked(state, item)
    if one.closed:
        return what
    days = one.days(now)
    told = {"number": days, "day": day_words(at_the_ministry(one.since).date())}
    age = ngettext("%(number)s day since %(day)s", "%(number)s days since %(day)s", days) % told
    return f"{what}: {_how(state, one)}, {age}"


def _how(state: IncidentState, one: Demand) -> str:
    if one.met:
        return _("somebody says that it is met; legal decides")
    if one.links:
        return _("the reply %(does)s") % {"does": ANSWERS[one.links[-1].says]}
    if any(reply.note == one.note.id for reply in book_of(state).replies.values()):
        return _("a reply came; nothing in it is linked to this")
    return _("unanswered")


def _closed(state: IncidentState, item: Item, _now: datetime) -> str:
    one = book_of(state).demands[item.body["demand"]]
    made = state.timeline[one.seq]
    return _("Met, and legal agrees: %(what)s (%(note)s)") % {"what": DEMANDS[one.kind], "note": _cited(state, made)}
