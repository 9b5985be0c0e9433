"""The picture of one part of an incident as known on one day: who says what, how it stands, what the law makes of it.

Only what a person confirmed is in it. It is worked out from the entries each time; nothing of it is recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from inviolable.counsel.record import Decided
from inviolable.incidents.case import case_of
from inviolable.incidents.fold import IncidentState
from inviolable.law.casefile import Case
from inviolable.law.lawfile import Pack
from inviolable.sources.agreement import Matrix, Statement, arrange, statements
from inviolable.sources.checks import Finding, check
from inviolable.sources.exchange import WORDS, record_of
from inviolable.sources.made_from import MadeFrom
from inviolable.sources.records import Record
from inviolable.sources.report import scene_of
from inviolable.sources.sets import allows, state_of
from inviolable.sources.shelf import Claim, Shelf, Source, stands
from inviolable.sources.verdict import Verdict, verdicts

#: Kinds of document that are somebody's own statement: whoever put it out says what it says of itself.
PAGES = ("press", "unknown")


@dataclass(frozen=True)
class Told:
    """What one confirmed claim says, beside that claim."""

    claim: Claim
    statement: Statement


@dataclass(frozen=True)
class Picture:
    """One part as known on one day. frame: what the ministry knows itself. told: every confirmed claim said by then.

    days: all on which something was said, also later.
    """

    frame: Case
    told: tuple[Told, ...]
    matrix: Matrix
    weighed: Mapping[str, Verdict]
    checks: tuple[Finding, ...]
    days: frozenset[str]

    def claim(self, statement: Statement) -> Claim:
        """The claim that a statement of the matrix was made from."""
        return self._claims[statement.claim.record, statement.claim.place]

    @cached_property
    def _claims(self) -> Mapping[tuple[str, int], Claim]:
        return {(one.statement.claim.record, one.statement.claim.place): one.claim for one in self.told}


def picture_of(
    state: IncidentState,
    known: Shelf,
    part: str,
    as_of: str,
    language: str,
    positions: Mapping[str, str] | None = None,
    own: Sequence[Pack] = (),
) -> Picture:
    """See Picture. known: the incident's sources. as_of: a day, "" for all that is known. Raises Faulty.

    positions, own: the ministry's views on disputed points of law, its own packs.
    """
    frame = case_of(state, part, as_of)
    ever = told_in(known, part, frame.sending, frame.receiving)
    told = [one for one in ever if known_on(one.statement, as_of)]
    undated = [one for one in unreplaced(ever) if as_of and not one.statement.day]
    counting = [one.statement for one in (*unreplaced(told), *undated)]
    said = [one.statement for one in told]
    return Picture(
        frame=frame,
        told=tuple(told),
        matrix=arrange(said),
        weighed=verdicts(frame, counting, positions, own, said),
        checks=check(_records(said), scene_of(frame), language),
        days=frozenset(one.statement.day for one in ever if one.statement.day),
    )


def picture_at(
    head: bytes, state: IncidentState, known: Shelf, part: str, as_of: str, language: str, decided: Decided
) -> Picture:
    """The same, kept while nobody adds an entry. head: the last leaf hash, in which all entries before it are."""
    return _kept(MadeFrom(head, (state, known)), part, as_of, language, law_of(decided))


def law_of(decided: Decided) -> MadeFrom:
    """What a ministry has decided of the law, known by its positions and its own packs."""
    return MadeFrom((tuple(sorted(decided.positions.items())), tuple(pack.hash for pack in decided.own)), decided)


@lru_cache(maxsize=16)
def _kept(told: MadeFrom, part: str, as_of: str, language: str, law: MadeFrom) -> Picture:
    state, known = told.it
    return picture_of(state, known, part, as_of, language, law.it.positions, law.it.own)


def told_in(known: Shelf, part: str, sending: str, receiving: str) -> list[Told]:
    """What every confirmed claim of a part says, source by source. sending, receiving: the States of the case."""
    states = {"own_organ": sending, "receiving_organ": receiving}
    found: list[Told] = []
    for source in known.sources.values():
        claims = [one for one in known.of(source.id) if stands(one) and one.part == part]
        its_own, record = source.kind not in PAGES, record_of(source, claims)
        versions = [_of_version(record, source, claims, number) for number in source.versions]
        read = map(_of_itself, versions) if its_own else versions
        for statement in sorted(statements(read, sending, receiving), key=lambda one: one.claim.place):
            claim, voice = claims[statement.claim.place], statement.voice
            if its_own and not claim.speakers and voice.kind in PAGES:
                voice = replace(voice, kind=source.kind, state=states.get(source.kind, ""))
            found.append(Told(claim, statement._replace(voice=voice)))
    return found


def _of_version(record: Record, source: Source, claims: Sequence[Claim], version: int) -> Record:
    """The claims of one version, with what that version says of itself where no person says it."""
    own = tuple(one for one in record.claims if claims[one.place].version == version)
    return replace(record, claims=own, **{word: source.about(word, version) for word in WORDS})


def _of_itself(record: Record) -> Record:
    """A document that is somebody's own statement: what it attributes to nobody, whoever put it out says."""
    own = record.publisher or record.title or record.id
    claims = (one if one.attributed_to else replace(one, attributed_to=own) for one in record.claims)
    return replace(record, claims=tuple(claims))


def known_on(statement: Statement, as_of: str) -> bool:
    """Whether it was said by a day; what nobody dates was not. "" is always."""
    return not as_of or "" < statement.day <= as_of[:10]


def unreplaced(told: Iterable[Told]) -> list[Told]:
    """Those that no other of them replaces."""
    known = {one.claim.id: one for one in told}
    later = ((one, known.get(one.claim.supersedes)) for one in known.values())
    replaced = {old.claim.id for one, old in later if old and supersedes(one, old)}
    return [one for name, one in known.items() if name not in replaced]


def supersedes(one: Told, other: Told) -> bool:
    """Whether one says that it replaces the other, and can: the same voice or State, of the same thing, on a later day.

    So both always count at the same level.
    """
    new, old = one.statement, other.statement
    same = new.voice == old.voice or state_of(new) == state_of(old) != ""
    named = one.claim.supersedes == other.claim.id and one.claim.key == other.claim.key
    return named and same and "" < old.day < new.day


def reaches_the_law(told: Told) -> bool:
    """Whether the law reads it at all."""
    return bool(allows(told.statement.value))


def _records(said: Iterable[Statement]) -> list[Record]:
    """The records with these claims alone."""
    kept: dict[str, list[Statement]] = {}
    for one in said:
        kept.setdefault(one.record.id, []).append(one)
    return [replace(told[0].record, claims=tuple(one.claim for one in told)) for told in kept.values()]
