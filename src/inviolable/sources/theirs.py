"""Their claim, our proof: what organs of the receiving State said, each with its day, and what we hold for and against.

"There is no record", and the next day "it was not marked": both stay, and beside each stands what was there before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from inviolable.incidents.desk import when
from inviolable.incidents.fold import IncidentState
from inviolable.incidents.picture import fact_words, value_words
from inviolable.incidents.terms import Claim, Told
from inviolable.incidents.wording import example_words, said_by
from inviolable.ledger.canonical import decode
from inviolable.ledger.models import Entry
from inviolable.ledger.moments import read
from inviolable.posts.models import Post
from inviolable.sources.picture import told_in
from inviolable.sources.shelf import Shelf
from inviolable.sources.voices import voice_in

RECEIVED = "exhibit.received"


@dataclass(frozen=True)
class Proof:
    """An exhibit of the incident, or of the post itself. made: when it says that it was made; before: how many whole
    days that ended before the incident began, None where it did not."""

    exhibit: str
    stream: str
    seq: int
    sha256: str
    media: str
    source: str
    made: Told
    before: int | None


@dataclass(frozen=True)
class Link:
    """What somebody put beside a statement. seq: the entry that says so."""

    proof: Proof
    stance: str
    why: str
    seq: int


@dataclass(frozen=True)
class Theirs:
    """One statement of an organ of the receiving State. day: ISO 8601, "" where nobody dates it."""

    claim: str
    seq: int
    day: str
    who: str
    words: str
    said: str
    denied: bool
    links: list[Link] = field(default_factory=list)


def theirs(state: IncidentState, known: Shelf, language: str) -> list[Theirs]:
    """Every statement of theirs that a person recorded or confirmed, the oldest first, each with its proof."""
    held = {one.exhibit: one for one in proofs(state)}
    found = {one.claim: one for one in _statements(state, known, language)}
    answers: dict[tuple[str, str], Link] = {}
    for item in state.timeline:
        body = item.body
        if item.kind == "claim.answered" and body["exhibit"] in held:
            link = Link(held[body["exhibit"]], body["stance"], body.get("why", ""), item.seq)
            answers[body["claim"], body["exhibit"]] = link
    for (claim, _exhibit), link in answers.items():
        if link.stance != "withdrawn" and claim in found:
            found[claim].links.append(link)
    return sorted(found.values(), key=lambda one: (one.day or "9999", one.seq))


def proofs(state: IncidentState) -> list[Proof]:
    """What can be put beside a statement: the incident's exhibits, and those of our posts in that State, photographs of
    the sign on the wall among them."""
    own = [_proof("", item.seq, item.body, item.happened, state) for item in state.timeline if item.kind == RECEIVED]
    sides = {"sending": state.opened.get("sending", ""), "receiving": state.opened.get("receiving", "")}
    posts = [post.stream for post in Post.objects.filter(**sides)] if all(sides.values()) else []
    rows = Entry.objects.filter(stream__in=posts, kind=RECEIVED).order_by("id").values_list("line", flat=True)
    for entry in (decode(bytes(line)) for line in rows):
        told = entry["happened"]
        made = Told(read(told["from"]), read(told["to"]), told.get("zone", ""), told.get("said", ""))
        own.append(_proof(entry["stream"], entry["seq"], entry["body"], made, state))
    return own


def _proof(stream: str, seq: int, body: Mapping[str, Any], made: Told, state: IncidentState) -> Proof:
    began = when(state.opened["occurred"], made.end).start
    before = (began - made.end).days if made.end < began else None
    told = (body["sha256"], body.get("media", ""), body.get("from", ""))
    return Proof(body["exhibit"], stream, seq, *told, made, before)


def _statements(state: IncidentState, known: Shelf, language: str) -> Iterator[Theirs]:
    sides = (state.opened.get("sending", ""), state.opened.get("receiving", ""))
    for part in state.parts:
        for told in told_in(known, part, *sides):
            if told.statement.voice.kind == "receiving_organ":
                claim = state.claims[told.claim.id]
                who = " · ".join(
                    (*map(example_words, told.claim.speakers), known.sources[told.claim.source].about("title"))
                )
                yield _theirs(claim, told.statement.day, who, language)
    for claim in state.claims.values():
        if not claim.record and voice_in(claim.voice, "", *sides).kind == "receiving_organ":
            yield _theirs(
                claim,
                claim.happened.start.astimezone(ZoneInfo(claim.happened.zone or "UTC")).date().isoformat(),
                said_by(claim.voice, claim.source),
                language,
            )


def _theirs(claim: Claim, day: str, who: str, language: str) -> Theirs:
    words = f"{fact_words(claim.key, language)} {value_words(claim.key, claim.value, language)}"
    return Theirs(claim.id, claim.seq, day, who, words, claim.raw, claim.polarity == "denies")
