"""The sources of an incident and the claims in them, as its entries tell it. Pure; sees only what is on the record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field, fields, replace
from typing import Any

from inviolable.incidents.fold import IncidentState
from inviolable.incidents.terms import Item
from inviolable.sources.kinds import DESCRIPTION

#: What a claim can be: nobody decided; it is as the document has it; another stands in its place; it is not there.
PROPOSED, CONFIRMED, CORRECTED, REJECTED = "proposed", "confirmed", "corrected", "rejected"
#: By this word a description loses what it said.
NOTHING = "-"


@dataclass(frozen=True)
class Version:
    """One text under one address. text: SHA-256 of its words, "" where nobody could read them; see kinds.py."""

    number: int
    seq: int
    exhibit: str
    text: str
    copy: str
    found: Mapping[str, str]
    reading: Mapping[str, str]


@dataclass
class Source:
    """A document in all its versions. said: what people say of it; seen_as: in what form somebody had it in hand.

    record: what it was called in the file of records that it came in.
    """

    id: str
    kind: str
    said: dict[str, str]
    seen_as: str = ""
    record: str = ""
    versions: dict[int, Version] = field(default_factory=dict)

    def copy(self) -> Source:
        """The same, to be added to."""
        return replace(self, said=copy(self.said), versions=copy(self.versions))

    @property
    def last(self) -> Version:
        """The newest version."""
        return self.versions[max(self.versions)]

    def about(self, name: str, version: int = 0) -> str:
        """A word of its description: a person's, or else what the program read in a version; "" where nobody says.

        version: default the newest. What one version says of itself says nothing of the claims in another.
        """
        read = self.versions[version] if version else self.last
        return self.said[name] if name in self.said else str(read.found.get(name, ""))

    def found_only(self, name: str) -> bool:
        """Whether the program alone says so, and no person yet."""
        return name not in self.said and name in self.last.found


@dataclass(frozen=True)
class Claim:
    """One statement of a source. anchor: where it stands in the text; voice: whose it is, once a person says so."""

    id: str
    seq: int
    part: str
    source: str
    version: int
    key: str
    value: str
    raw: str
    polarity: str
    modality: str
    speakers: tuple[str, ...]
    anchor: Mapping[str, Any]
    as_of: str
    note: str
    rule: str
    supersedes: str
    state: str = PROPOSED
    voice: str = ""
    decided: int | None = None
    by: str = ""
    why: str = ""


@dataclass
class Shelf:
    """All of them.

    rejected: the proposals that people turned down, as (source, version, key, SHA-256 of the value, start, end).
    """

    sources: dict[str, Source] = field(default_factory=dict)
    claims: dict[str, Claim] = field(default_factory=dict)
    rejected: set[tuple[str, int, str, str, int, int]] = field(default_factory=set)
    _by_source: dict[str, list[str]] = field(default_factory=dict)
    _replacing: dict[str, list[str]] = field(default_factory=dict)

    def copy(self) -> Shelf:
        """The same, to go on from."""
        own = {one.name: copy(getattr(self, one.name)) for one in fields(self)}
        own["sources"] = {name: one.copy() for name, one in self.sources.items()}
        for name in ("_by_source", "_replacing"):
            own[name] = {key: copy(claims) for key, claims in own[name].items()}
        return replace(self, **own)

    def of(self, source: str) -> list[Claim]:
        """The claims of one source, in the order of its text; those without a place come last."""
        own = (self.claims[one] for one in self._by_source.get(source, ()))
        return sorted(own, key=lambda one: (not one.anchor, one.anchor.get("start", 0), int(one.id)))

    def replaced_by(self, claim: Claim) -> str:
        """The later claim that says that it replaces this one, "" where none does. Both stay."""
        return next((one for one in self._replacing.get(claim.id, ()) if stands(self.claims[one])), "")

    def at(self, address: str) -> Source | None:
        """The source under an address."""
        found = (one for one in self.sources.values() if address and one.about("address") == address)
        return next(found, None)

    def take(self, item: Item) -> None:
        """Add the next entry of the incident's stream."""
        body = item.body
        match item.kind:
            case "source.received":
                self._receive(item)
            case "source.read":
                versions = self.sources[body["source"]].versions
                old = versions[body["version"]]
                told = {"text": body["text"], "copy": body["copy"], "found": {**body.get("found", {}), **old.found}}
                versions[body["version"]] = replace(old, **told)
            case "source.described":
                source = self.sources[body["source"]]
                source.kind = body.get("kind", source.kind)
                source.said.update(_described(body))
            case "fact.claimed" if "record" in body:
                new = self.claims[body["claim"]] = _claimed(item)
                self._by_source.setdefault(new.source, []).append(new.id)
                self._replacing.setdefault(new.supersedes, []).append(new.id)
            case "claim.decided" if claim := self.claims.get(body["claim"]):
                told = {"voice": body.get("voice", claim.voice), "by": body.get("by", ""), "why": body.get("why", "")}
                self.claims[claim.id] = replace(claim, state=body["decision"], decided=item.seq, **told)
            case "proposal.rejected":
                place = (body["key"], body["value"], body["start"], body["end"])
                self.rejected.add((body["source"], body["version"], *place))

    def _receive(self, item: Item) -> None:
        body = item.body
        told = {name: body.get(name, "") for name in ("seen_as", "record")}
        source = self.sources.setdefault(body["source"], Source(body["source"], body["kind"], {}, **told))
        source.said.update(_described(body))
        source.versions[body["version"]] = Version(
            number=body["version"],
            seq=item.seq,
            found=body.get("found", {}),
            reading=body.get("reading", {}),
            **{name: body.get(name, "") for name in ("exhibit", "text", "copy")},
        )


def shelf(timeline: Iterable[Item]) -> Shelf:
    """What the entries of one incident, in order, say of its sources."""
    found = Shelf()
    for item in timeline:
        found.take(item)
    return found


def shelf_of(state: IncidentState) -> Shelf:
    """The same of an incident, worked out on from where it was left. Nobody changes it."""
    known: tuple[int, Shelf] = state.beside.get("sources", (0, Shelf()))
    taken, found = known
    if taken < len(state.timeline):
        found = found.copy()
        for item in state.timeline[taken:]:
            found.take(item)
        state.beside["sources"] = len(state.timeline), found
    return found


def stands(claim: Claim) -> bool:
    """Whether a person confirmed it, and nobody took that back since."""
    return claim.state == CONFIRMED


def _described(body: Mapping[str, Any]) -> dict[str, str]:
    return {name: "" if body[name] == NOTHING else body[name] for name in DESCRIPTION if name in body}


def _claimed(item: Item) -> Claim:
    body = item.body
    words = ("raw", "as_of", "note", "rule", "supersedes", "voice")
    return Claim(
        id=body["claim"],
        seq=item.seq,
        part=body["part"],
        source=body["record"],
        version=body["version"],
        key=body["key"],
        value=body["value"],
        polarity=body["polarity"],
        modality=body.get("modality", "stated"),
        speakers=tuple(body.get("speakers", ())),
        anchor=body.get("anchor", {}),
        **{name: body.get(name, "") for name in words},
    )
