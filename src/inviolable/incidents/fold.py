"""What an incident is: the fold of its entries. Pure; the same entries in the same order give the same incident.

A kind that is not known here still has its place in the timeline.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from inviolable.incidents import kinds  # noqa: F401
from inviolable.incidents.terms import (
    FIRST,
    Claim,
    Decision,
    Exhibit,
    Finding,
    Item,
    Obligation,
    Part,
    Person,
    Recording,
    Told,
)
from inviolable.ledger.moments import Happened, read
from inviolable.ledger.registry import KINDS
from inviolable.ledger.slices import read_statement

Entry = Mapping[str, Any]


@dataclass
class IncidentState:
    """Everything that the entries of one incident say together. zones: in which its moments were told, in that
    order; beside: what rooms above make of the timeline."""

    opened: Mapping[str, Any] = field(default_factory=dict)
    closed: bool = False
    parts: dict[str, Part] = field(default_factory=dict)
    claims: dict[str, Claim] = field(default_factory=dict)
    decisions: list[Decision] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    obligations: dict[str, Obligation] = field(default_factory=dict)
    exhibits: dict[str, Exhibit] = field(default_factory=dict)
    recordings: dict[str, Recording] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    holds: dict[str, str] = field(default_factory=dict)
    timeline: list[Item] = field(default_factory=list)
    zones: dict[str, None] = field(default_factory=dict)
    beside: dict[str, Any] = field(default_factory=dict)

    def copy(self) -> IncidentState:
        """The same, to go on from; whoever has this one sees nothing of what the copy takes."""
        own = {one.name: copy(getattr(self, one.name)) for one in fields(self) if one.name != "opened"}
        own["recordings"] = {name: tape.copy() for name, tape in self.recordings.items()}
        return replace(self, **own)

    @property
    def reference(self) -> str:
        """By which people call it."""
        return str(self.opened["reference"])

    @property
    def stream(self) -> str:
        """In which its entries stand."""
        return f"incident/{self.opened['incident']}"

    @property
    def title(self) -> str:
        """As it was opened."""
        return str(self.opened["title"])

    def still_open(self) -> list[Obligation]:
        """What must be done before the incident can be closed, the oldest first."""
        return [one for one in self.obligations.values() if one.closed_by is None]

    def confirmed(self, part: str, as_of: str = "") -> dict[str, dict[str, list[Decision]]]:
        """For each fact of a part the values that stand, each with who confirmed it, in the order of confirmation.

        One value: it counts. Several: it is contested. as_of: only what was known by then; see `known_by`.
        """
        facts: dict[str, dict[str, list[Decision]]] = {}
        for one in self.decisions:
            if one.part != part or not known_by(one.happened, as_of):
                continue
            values = facts.setdefault(one.key, {})
            if one.confirmed:
                values.setdefault(one.value, []).append(one)
            else:
                values.pop(one.value, None)
            if not values:
                del facts[one.key]
        return facts

    def last_finding(self, part: str, as_of: str = "") -> Finding | None:
        """The newest finding on a part as known on that day."""
        return next((one for one in reversed(self.findings) if (one.part, one.as_of) == (part, as_of)), None)

    def take(self, entry: Entry) -> None:
        """Add the next entry of this incident's stream."""
        item = item_of(entry)
        self.timeline.append(item)
        if item.happened.zone:
            self.zones[item.happened.zone] = None
        self._obligations(item)
        match item.kind.partition(".")[0]:
            case "incident" | "part":
                self._frame(item)
            case "fact" | "finding":
                self._facts(item)
            case "exhibit" | "recording" | "segment" | "segments":
                self._evidence(item)
            case "person" | "subject" | "hold":
                self._protection(item)

    def _frame(self, item: Item) -> None:
        body = item.body
        match item.kind:
            case "incident.opened":
                self.opened = body
                self.parts[FIRST] = Part(
                    FIRST, body["title"], body["occurred"], body.get("place", ""), body.get("words", {})
                )
            case "part.added":
                self.parts[body["part"]] = Part(
                    body["part"],
                    body["title"],
                    body["occurred"],
                    body.get("place", self.opened.get("place", "")),
                    body.get("words", {}),
                )
            case "incident.closed":
                self.closed = True
            case "incident.reopened":
                self.closed = False

    def _facts(self, item: Item) -> None:
        body = item.body
        match item.kind:
            case "fact.claimed":
                words = {name: body.get(name, "") for name in ("raw", "voice", "source", "record", "note")}
                told = {name: body[name] for name in ("part", "key", "value", "polarity")}
                self.claims[body["claim"]] = Claim(body["claim"], item.seq, **told, **words, happened=item.happened)
            case "fact.confirmed" | "fact.withdrawn":
                told = {name: body[name] for name in ("part", "key", "value")}
                confirmed, claims = item.kind == "fact.confirmed", tuple(body.get("claims", ()))
                why = body.get("why", "")
                self.decisions.append(
                    Decision(item.seq, **told, confirmed=confirmed, claims=claims, why=why, happened=item.happened)
                )
            case "finding.made":
                told = {name: body[name] for name in ("part", "case", "answer", "engine", "packs")}
                self.findings.append(Finding(item.seq, as_of=body.get("as_of", ""), **told))

    def _obligations(self, item: Item) -> None:
        kind, body = KINDS.get(item.kind), item.body
        if kind and kind.opens:
            due = read(body["due"]) if "due" in body else None
            name, what = f"{kind.opens}/{body[kind.opens]}", body.get("what", kind.name)
            told = {"due": due, "words": body.get("words", {}), "superior": body.get("superior", "")}
            self.obligations[name] = Obligation(name, kind.name, what, body.get("to", ""), item.seq, **told)
        if kind and kind.owns and (one := self.obligations.get(_owned(kind.owns, body))):
            self.obligations[one.name] = replace(one, to=body["to"], superior=body["superior"])
        if kind and kind.closes:
            done = self.obligations.get(f"{kind.closes}/{body[kind.closes]}")
            if done and done.closed_by is None:
                self.obligations[done.name] = replace(done, closed_by=item.seq)

    def _evidence(self, item: Item) -> None:
        body = item.body
        match item.kind:
            case "exhibit.received":
                self.exhibits[body["exhibit"]] = Exhibit(body["exhibit"], item.seq, body)
            case "exhibit.opened" if one := self.exhibits.get(body["exhibit"]):
                self.exhibits[one.id] = replace(one, opened=(*one.opened, item.seq))
            case "exhibit.opened" if tape := self.recordings.get(body["exhibit"]):
                tape.opened.append(item.seq)
            case "recording.begun":
                self.recordings[body["recording"]] = Recording(body["recording"], item.seq, body)
            case _ if tape := self.recordings.get(body.get("recording", "")):
                self.recordings[tape.id] = _filmed(tape, item)

    def _protection(self, item: Item) -> None:
        body = item.body
        match item.kind:
            case "person.recorded":
                known = self.people.get(body["subject"])
                sealed = {**(known.sealed if known else {}), **item.sealed}
                self.people[body["subject"]] = Person(
                    body["subject"], known.seq if known else item.seq, body["capacity"], body.get("part", ""), sealed
                )
            case "subject.erased" if person := self.people.get(body["subject"]):
                self.people[person.subject] = replace(person, erased=item.seq)
            case "hold.placed":
                self.holds[body["hold"]] = body["reason"]
            case "hold.lifted":
                self.holds.pop(body["hold"], None)


def fold(entries: Iterable[Entry]) -> IncidentState:
    """The incident that these entries, the whole of one stream in order, tell."""
    state = IncidentState()
    for entry in entries:
        state.take(entry)
    return state


def _owned(field: str, body: Mapping[str, Any]) -> str:
    """The obligation that somebody else answers for from now on."""
    return str(body[field] if field == "obligation" else f"{field}/{body[field]}")


def _filmed(tape: Recording, item: Item) -> Recording:
    """A recording with what one more entry says of it."""
    body = item.body
    match item.kind:
        case "segment.received":
            tape.segments[body["number"]] = body["segment"]
            tape.statements[body["number"]] = body["statement"]
        case "segments.announced":
            for head in body["heads"]:
                statement = head.rpartition(" ")[0]
                tape.announced[read_statement(statement).number] = statement
        case "segment.quarantined":
            tape.quarantined.append(item.seq)
        case "recording.ended":
            made, missing = body.get("made", 0), tuple(body["gaps"])
            return replace(tape, ended=body["segments"], ended_by=item.seq, made=made, gaps=missing)
    return tape


def known_by(happened: Happened, as_of: str) -> bool:
    """Whether something had become known by `as_of`: a day, to its end where it was told, or a moment with offset.

    "" is always. Raises ValueError for what is neither.
    """
    if not as_of:
        return True
    if len(as_of) == len("2026-01-27"):
        return happened.end.astimezone(ZoneInfo(happened.zone) if happened.zone else UTC).date().isoformat() <= as_of
    moment = datetime.fromisoformat(as_of)
    if moment.tzinfo is None:
        raise ValueError(f"as_of {as_of!r} has no offset; add it, such as -06:00.")
    return happened.end <= moment


def item_of(entry: Entry) -> Item:
    """One entry as the timeline has it."""
    told = entry["happened"]
    happened = Told(read(told["from"]), read(told["to"]), told.get("zone", ""), told.get("said", ""))
    return Item(
        seq=entry["seq"],
        kind=entry["kind"],
        happened=happened,
        recorded=read(entry["recorded"]),
        actor=entry["actor"],
        device=entry.get("device", ""),
        body=entry["body"],
        sealed=entry.get("sealed", {}),
    )
