"""For whom a note waits: they read it on their first page, and whoever holds the role that is next has a letter.

Nobody is told twice of one step; a letter that was not sent yet when the step was taken is not sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from inviolable.diplomacy.checks.standing import who_decides, wrote
from inviolable.diplomacy.demands.lookup import people_for
from inviolable.diplomacy.file import APPROVED, DRAFT, SUBMITTED, NoteFile, note_files
from inviolable.diplomacy.shown import FORMS
from inviolable.incidents.desk import Desk
from inviolable.incidents.fold import item_of
from inviolable.incidents.lookup import decoded, shown_to
from inviolable.incidents.models import Incident, Obligation
from inviolable.incidents.terms import Item
from inviolable.incidents.wording import moment_words
from inviolable.ledger.actions import SYSTEM
from inviolable.ledger.models import Entry
from inviolable.ledger.registry import KINDS
from inviolable.outbox import actions as outbox
from inviolable.outbox.actions import Letter
from inviolable.outbox.models import Message
from inviolable.posts.lookup import accounts, quiet_way, same_person, ways_of, works_elsewhere
from inviolable.posts.models import Post, User
from inviolable.posts.roles import can
from inviolable.posts.waiting import Question

TEMPLATE = "note"
APPROVE, RELEASE, REVISE, SUBMIT = "approve", "release", "revise", "submit"
ASKED = {
    APPROVE: gettext_noop("A note waits for your approval since %(since)s: %(what)s (%(incident)s)"),
    RELEASE: gettext_noop("A note is approved and waits to be released since %(since)s: %(what)s (%(incident)s)"),
    REVISE: gettext_noop("A note that you wrote was sent back, %(since)s: %(what)s (%(incident)s)"),
    SUBMIT: gettext_noop("A note that you drafted is not submitted yet, %(since)s: %(what)s (%(incident)s)"),
}


class Turn(NamedTuple):
    """What is next with a note. what: APPROVE, RELEASE or REVISE; roles: whose it is, none for whoever wrote it last;
    since: the entry from which on it waits."""

    what: str
    roles: tuple[str, ...]
    since: Item


def turn_of(file: NoteFile) -> Turn | None:
    """What is next, None where a note waits for nobody but its author, or for nothing any more."""
    if file.state == SUBMITTED:
        return Turn(APPROVE, (file.step,), file.moved)
    if file.state == APPROVED:
        able = who_decides(file.organ, "release")
        return Turn(RELEASE, tuple(dict.fromkeys(one for one in file.steps if one in able)) or tuple(able), file.moved)
    return Turn(REVISE, (), file.returned) if file.state == DRAFT and file.returned else None


def waiting(user: User, now: datetime) -> Iterator[Question]:
    """The notes that wait for somebody's step, in the incidents that they are shown."""
    notes = open_notes(user)
    whose = accounts() if notes else {}
    elsewhere = cache(lambda organ: works_elsewhere(user, organ, now))
    for incident, file in notes:
        turn = turn_of(file)
        if turn and _is_of(user, file, turn, whose) and (turn.what == REVISE or not elsewhere(file.organ)):
            yield question(ASKED[turn.what], incident, file, turn.since)
        elif not turn and file.state == DRAFT and file.last.by["id"] == user.actor["id"]:
            yield question(ASKED[SUBMIT], incident, file, file.last.item)


def open_notes(user: User) -> list[tuple[Incident, NoteFile]]:
    """Every note that is on its way, in the incidents that somebody is shown; none for who reads no notes."""
    if not can(user, "read", "note"):
        return []
    still = Obligation.objects.filter(kind="note.drafted", closed_by=None)
    incidents = list(shown_to(user).filter(id__in=still.values("incident")))
    told = _told_in([one.stream for one in incidents])
    return [(one, file) for one in incidents for file in note_files(told[one.stream]).values()]


def question(asks: str, incident: Incident, file: NoteFile, since: Item, page: str = "diplomacy:note") -> Question:
    """What is asked of somebody about a note, as their first page shows it. page: where it is done."""
    said = {"since": moment_words(since.recorded), "what": FORMS[file.form], "incident": incident.called}
    return Question(_(asks) % said, reverse(page, args=[incident.reference, file.id]), since.recorded)


def _is_of(user: User, file: NoteFile, turn: Turn, whose: Mapping[str, str]) -> bool:
    if turn.what == REVISE:
        return bool(file.last.by["id"] == user.actor["id"])
    done = turn.what == APPROVE and any(same_person(one.actor, user.actor, whose) for one in file.approvals)
    return user.role in turn.roles and not done and not wrote(file, user.actor, whose)


def tell(desk: Desk, note: str) -> None:
    """Write to whom a note waits for now, in the transaction of the step that was just taken. Nothing in it says what
    the note is about."""
    file = note_files(desk.state.timeline)[note]
    turn = turn_of(file)
    ways = ways_of(_people(file, turn, desk.now)) if turn else {}
    letters = []
    for person, way in ((person, quiet_way(several)) for person, several in ways.items()):
        if turn and way:
            context = {
                "reference": desk.incident.reference,
                "note": note,
                "form": file.form,
                "turn": turn.what,
                "seq": str(turn.since.seq),
                "exercise": "yes" if desk.incident.status == "exercise" else "",
                "link": f"{settings.ADDRESS}{reverse('diplomacy:note', args=[desk.incident.reference, note])}",
            }
            letters.append(
                Letter(f"{note}/{turn.what}/{turn.since.seq}/{person}/{way}", person, way, TEMPLATE, context)
            )
    outbox.send_all(letters, stream=desk.incident.stream, crash="resend", actor=SYSTEM, now=desk.now)


def _people(file: NoteFile, turn: Turn, now: datetime) -> list[str]:
    """Whose turn it is: never somebody who wrote a version, unless it was sent back to them."""
    people = accounts()
    if turn.what == REVISE:
        return [people[file.last.by["id"]]] if file.last.by["id"] in people else []
    done = {one.actor["id"] for one in file.approvals} if turn.what == APPROVE else set()
    not_they = {people[one] for one in file.hands | done if one in people}
    post = Post.objects.filter(slug=file.organ).first()
    held = (one for role in turn.roles for one in people_for(role, post, now))
    return list(dict.fromkeys(one for one in held if one not in not_they))


def _told_in(streams: Sequence[str]) -> dict[str, list[Item]]:
    """What is told of the notes of incidents, without reading what else is in them."""
    told: dict[str, list[Item]] = {stream: [] for stream in streams}
    kinds = [name for name in KINDS if name.startswith("note.")]
    # In no order: asked for one, SQLite would read all the others.
    rows = Entry.objects.filter(stream__in=streams, kind__in=kinds).values_list("stream", "seq", "line")
    for stream, _seq, line in sorted(rows):
        told[stream].append(item_of(decoded(bytes(line))))
    return told


def unwanted(messages: Sequence[Message]) -> set[str]:
    """The ids of letters about a step that was taken meanwhile."""
    mine = [one for one in messages if one.template == TEMPLATE]
    told = _told_in([one.stream for one in mine])
    files = {stream: note_files(items) for stream, items in told.items()}
    return {one.id for one in mine if not _still(files[one.stream].get(one.context["note"]), one.context["seq"])}


def _still(file: NoteFile | None, seq: str) -> bool:
    turn = turn_of(file) if file else None
    return turn is not None and str(turn.since.seq) == seq


outbox.when_due(unwanted)
