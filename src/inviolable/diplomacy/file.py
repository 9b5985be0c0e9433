"""The file of a note: what the entries of its incident say of it, from the first draft to the answer at the door."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from inviolable.incidents.fold import IncidentState
from inviolable.incidents.terms import Item

#: How far a note has come.
DRAFT, SUBMITTED, APPROVED, RELEASED, DROPPED = "draft", "submitted", "approved", "released", "dropped"


@dataclass(frozen=True)
class Written:
    """One version. by: the actor; how: drafted, typed, word or redrafted."""

    number: int
    content: str
    by: Mapping[str, str]
    how: str
    why: str
    item: Item


#: Which outcome of a delivery says more than others.
FARTHEST = {"received": 3, "handed_over": 2, "refused": 1}
#: How the ids of the messages of a note begin.
MAIL = "note/"


@dataclass
class Mail:
    """A note on its way by e-mail of record. item: its entry; last: that of the outbox which tells of it last."""

    item: Item
    last: Item | None = None

    @property
    def state(self) -> str:
        """What became of it: queued, sent, delivered (as their server says), failed, held, released, confirmed."""
        return self.last.kind.partition(".")[2] if self.last else "queued"


@dataclass
class NoteFile:
    """One note. steps: whose approval was asked of the last version, in order; approvals: the entries that gave it.

    moved: the entry by which it came as far as it is; released: the entry; returned: why it was sent back last, until
    it is submitted again; deliveries: the entries; mails: by the id of the message.
    """

    id: str
    form: str
    channel: str
    organ: str
    language: str
    part: str
    moved: Item
    state: str = DRAFT
    versions: list[Written] = field(default_factory=list)
    steps: tuple[str, ...] = ()
    approvals: list[Item] = field(default_factory=list)
    returned: Item | None = None
    released: Item | None = None
    deliveries: list[Item] = field(default_factory=list)
    mails: dict[str, Mail] = field(default_factory=dict)

    @property
    def last(self) -> Written:
        """The version that counts."""
        return self.versions[-1]

    @property
    def hands(self) -> frozenset[str]:
        """Everybody who wrote a version, as entries name them: the command line and on whose behalf it did, too."""
        behalf = (one.item.body.get("for") for one in self.versions)
        return frozenset({*(one.by["id"] for one in self.versions), *filter(None, behalf)})

    @property
    def step(self) -> str:
        """The role whose approval is due, "" where none is."""
        return self.steps[len(self.approvals)] if self.state == SUBMITTED else ""

    @property
    def number(self) -> str:
        """By which it is cited, "" before it is released."""
        return str(self.released.body["number"]) if self.released else ""

    @property
    def delivery(self) -> Item | None:
        """The one that says most of how far it came. The last of each way corrects those of that way before it."""
        last = {one.body["channel"]: one for one in self.deliveries}
        return max(last.values(), key=lambda one: (FARTHEST.get(one.body["outcome"], 0), one.seq), default=None)

    def known_of(self, way: str, name: str) -> str:
        """What was recorded last of a way, such as to whom it went by it; "" where nobody said."""
        ours = [one.item for one in self.mails.values()] if way == "email" else []
        recorded = [*ours, *(one for one in self.deliveries if one.body["channel"] == way)]
        return next(filter(None, (str(one.body.get(name, "")) for one in reversed(recorded))), "")

    def take(self, item: Item) -> None:
        """Add an entry about this note."""
        body = item.body
        if item.kind not in ("note.revised", "note.delivered"):
            self.moved = item
        match item.kind:
            case "note.drafted" | "note.revised":
                told = (body["version"], body["content"], item.actor, body.get("how", "drafted"), body.get("why", ""))
                self.versions.append(Written(*told, item))
            case "note.submitted":
                self.state, self.steps, self.approvals, self.returned = SUBMITTED, tuple(body["steps"]), [], None
            case "note.approved":
                self.approvals.append(item)
                if len(self.approvals) == len(self.steps):
                    self.state = APPROVED
            case "note.sent_back":
                self.state, self.steps, self.approvals, self.returned = DRAFT, (), [], item
            case "note.dropped":
                self.state = DROPPED
            case "note.released":
                self.state, self.released = RELEASED, item
            case "note.delivered":
                self.deliveries.append(item)
            case "note.mailed":
                self.mails[body["message"]] = Mail(item)
            case _ if mail := self.mails.get(body.get("message", "")):
                mail.last = item


def note_files(timeline: Iterable[Item]) -> dict[str, NoteFile]:
    """Every note of an incident by its id, the one drafted first first."""
    found: dict[str, NoteFile] = {}
    for item in timeline:
        if item.kind == "note.drafted":
            body: Mapping[str, Any] = item.body
            told = {name: body[name] for name in ("form", "channel", "organ", "language")}
            found[body["note"]] = NoteFile(body["note"], **told, part=body.get("part", ""), moved=item)
        name = item.body.get("note", "") if item.kind.startswith("note.") else _mailed(item)
        if one := found.get(name):
            one.take(item)
    return found


def _mailed(item: Item) -> str:
    """The note that an entry of the outbox tells of, "" for none."""
    message = str(item.body.get("message", "")) if item.kind.startswith("message.") else ""
    return message.split("/")[1] if message.startswith(MAIL) else ""


def proofs(state: IncidentState, since: int) -> list[str]:
    """The exhibits that can show what the other State did after entry `since`: they came later, and none of them is a
    note of ours, nor a copy of one."""
    released = (item.body["exhibits"] for item in state.timeline if item.kind == "note.released")
    ours = {state.exhibits[one].body["sha256"] for several in released for one in several if one in state.exhibits}
    return [one.id for one in state.exhibits.values() if one.seq > since and one.body["sha256"] not in ours]


def demarches(timeline: Iterable[Item]) -> list[Item]:
    """Every oral démarche that was recorded, in order."""
    return [item for item in timeline if item.kind == "demarche.made"]
