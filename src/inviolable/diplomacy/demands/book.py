"""What was demanded in one incident and what became of it: the fold of its entries. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from inviolable.diplomacy.demands import aging
from inviolable.incidents.fold import IncidentState
from inviolable.incidents.terms import Item, Told


@dataclass(frozen=True)
class Link:
    """Somebody says what a sentence of a reply does with a demand. says: one of kinds.ANSWERS."""

    seq: int
    reply: str
    sentence: int
    start: int
    end: int
    demand: str
    says: str


@dataclass(frozen=True)
class Met:
    """Somebody says that a demand is met, and a legal adviser has not decided yet. proof: as in its entry."""

    seq: int
    proof: str
    why: str
    by: str
    at: datetime


@dataclass
class Note:
    """A note that demands were made in. number: "" before it is released; told: its deliveries."""

    id: str
    form: str = ""
    number: str = ""
    released: datetime | None = None
    told: list[aging.Delivery] = field(default_factory=list)

    @property
    def delivered(self) -> datetime | None:
        """When the other State had it."""
        first = aging.first_had(self.told, self.released) if self.released else None
        return first.at if first else None


@dataclass
class Demand:
    """One demand. words: `what` in each language of its note, where that has several; to, superior: the roles that
    answer for it; made: when its note was released.

    reminded: (days, when, people) of each reminder; kept: why legal did not agree that it is met, the last first.
    """

    id: str
    seq: int
    note: Note
    kind: str
    what: str
    part: str
    rests_on: tuple[str, ...]
    to: str
    superior: str
    made: datetime
    language: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    reminded: list[tuple[int, datetime, tuple[str, ...]]] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    met: Met | None = None
    kept: list[str] = field(default_factory=list)
    closed: Item | None = None

    @property
    def since(self) -> datetime:
        """From when its days count."""
        return self.note.delivered or self.made

    def days(self, now: datetime) -> int:
        """How long it has waited; where it is closed, how long it did."""
        return aging.days_between(self.since, self.closed.recorded if self.closed else now)


@dataclass(frozen=True)
class Reply:
    """What came back. sender: the organ or role it came from; happened: when it came, on whose clock; number: theirs;
    source: where its words stand."""

    id: str
    seq: int
    note: str
    sender: str
    came: str
    happened: Told
    source: str
    exhibit: str = ""
    number: str = ""


@dataclass(frozen=True)
class Assurance:
    """A sentence by which the other State promises something, as a person marked it."""

    id: str
    seq: int
    reply: str
    sentence: int
    start: int
    end: int
    words: str


@dataclass(frozen=True)
class Again:
    """A person said that this incident repeats another. incident: the other, by its id."""

    seq: int
    incident: str
    demands: tuple[str, ...]
    assurances: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class Rung:
    """A rung of the ladder that was reached. note: its number, "" for none."""

    rung: str
    at: datetime
    seq: int
    why: str = ""
    note: str = ""


@dataclass
class Book:
    """All of it, by id, in the order in which it was recorded. disputes: when it was said that there is one."""

    notes: dict[str, Note] = field(default_factory=dict)
    demands: dict[str, Demand] = field(default_factory=dict)
    replies: dict[str, Reply] = field(default_factory=dict)
    assurances: dict[str, Assurance] = field(default_factory=dict)
    again: list[Again] = field(default_factory=list)
    rungs: list[Rung] = field(default_factory=list)
    disputes: list[tuple[datetime, str]] = field(default_factory=list)

    @property
    def unmet(self) -> list[Demand]:
        """What is open still, the oldest first."""
        return sorted((one for one in self.demands.values() if not one.closed), key=lambda one: one.since)

    @property
    def released(self) -> list[Note]:
        """The notes that went out."""
        return [one for one in self.notes.values() if one.number]

    def links_of(self, reply: str) -> list[Link]:
        """What was said of the sentences of a reply."""
        return [link for one in self.demands.values() for link in one.links if link.reply == reply]

    def take(self, item: Item) -> None:
        """Add the next entry of the incident."""
        match item.kind.partition(".")[0]:
            case "note" | "demarche" | "rung" | "dispute":
                self._diplomacy(item, item.body)
            case "demand":
                self._demand(item, item.body)
            case "reply" | "assurance" | "incident":
                self._answer(item, item.body)
            case "obligation" if one := self.demands.get(item.body["obligation"].removeprefix("demand/")):
                one.to, one.superior = item.body["to"], item.body["superior"]

    def _diplomacy(self, item: Item, body: Any) -> None:
        match item.kind:
            case "note.drafted":
                self.notes[body["note"]] = Note(body["note"], body["form"])
            case "note.released":
                note = self.notes.setdefault(body["note"], Note(body["note"]))
                note.number, note.released = body["number"], item.recorded
                self.rungs.append(Rung(note.form, item.recorded, item.seq, note=note.number))
            case "note.delivered" if known := self.notes.get(body["note"]):
                known.told.append(aging.Delivery(body["channel"], body["outcome"], item.happened.start, item.seq))
            case "demarche.made":
                self.rungs.append(Rung("demarche", item.happened.start, item.seq))
            case "rung.reached":
                named = self.notes.get(body.get("note", ""))
                told = {"why": body["why"], "note": named.number if named else ""}
                self.rungs.append(Rung(body["rung"], item.happened.start, item.seq, **told))
            case "dispute.notified":
                self.disputes.append((item.happened.start, body["note"]))

    def _demand(self, item: Item, body: Any) -> None:
        if item.kind == "demand.made":
            note = self.notes.setdefault(body["note"], Note(body["note"]))
            told = {name: body[name] for name in ("kind", "what", "to", "superior")}
            told |= {name: body.get(name, "") for name in ("part", "language")}
            told |= {"rests_on": tuple(body.get("rests_on", ())), "made": item.recorded}
            told["words"] = body.get("words", {})
            self.demands[body["demand"]] = Demand(body["demand"], item.seq, note, **told)
            return
        demand = self.demands[body["demand"]]
        match item.kind:
            case "demand.reminded":
                demand.reminded.append((body["days"], item.recorded, tuple(body["to"])))
            case "demand.owned":
                demand.to, demand.superior = body["to"], body["superior"]
            case "demand.met":
                demand.met = Met(item.seq, body["proof"], body["why"], item.actor["id"], item.recorded)
            case "demand.kept":
                demand.met = None
                demand.kept.insert(0, body["why"])
            case "demand.closed":
                demand.closed = item

    def _answer(self, item: Item, body: Any) -> None:
        match item.kind:
            case "reply.received":
                more = {name: body.get(name, "") for name in ("exhibit", "number")}
                told = {
                    "sender": body["from"],
                    "came": body["came"],
                    "source": body["source"],
                    "happened": item.happened,
                }
                self.replies[body["reply"]] = Reply(body["reply"], item.seq, body["note"], **told, **more)
            case "reply.linked":
                place = {name: body[name] for name in ("reply", "sentence", "start", "end")}
                link = Link(item.seq, **place, demand=body["demand"], says=body["says"])
                of_demand = self.demands[link.demand]
                others = (one for one in of_demand.links if (one.reply, one.start) != (link.reply, link.start))
                of_demand.links = [*others, link]
            case "assurance.marked":
                told = {name: body[name] for name in ("reply", "sentence", "start", "end", "words")}
                self.assurances[body["assurance"]] = Assurance(body["assurance"], item.seq, **told)
            case "assurance.taken_back":
                self.assurances.pop(body["assurance"], None)
            case "incident.matched":
                lists = {name: tuple(body[name]) for name in ("demands", "assurances")}
                self.again.append(Again(item.seq, body["incident"], **lists, why=body.get("why", "")))


def book(timeline: Iterable[Item]) -> Book:
    """What the entries of an incident, in order, say of demands."""
    found = Book()
    for item in timeline:
        found.take(item)
    return found


def book_of(state: IncidentState) -> Book:
    """What was demanded in an incident, worked out once for the same entries. Nobody changes it."""
    known: tuple[int, Book] = state.beside.get("demands", (0, Book()))
    taken, found = known
    if taken != len(state.timeline):
        found = book(state.timeline)
        state.beside["demands"] = len(state.timeline), found
    return found
