"""From claims to the law: for each law fact the values that sources carry, and who carries them.

Which claim speaks of which law fact is in law.toml; what is not there is kept and never reaches the law.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from inviolable.law.vocabulary import vocabulary

from .records import Claim, Record
from .values import Value, day_in, normal
from .vocabulary import read_toml
from .voices import ORGANS, Voice, is_primary, said_on, voice_of

#: Every confirmed claim; only values that at least one primary voice carries.
LEVELS = ("all", "primary")
#: What is demanded or imagined is no account of what happened.
ACCOUNTS = ("stated", "alleged")

#: Law fact → value → the claims that carry it.
Carried = Mapping[str, Mapping[str, tuple["Said", ...]]]


@dataclass(frozen=True)
class Said:
    """A confirmed claim as the law hears it.

    since: the day on which it was said, "" where nobody tells. state: the State whose organ says it, "" for all others;
    dated: the claim itself tells its day, and not only the page. superseded: the day on which the same State said what
    cannot be true with it, "" where it never did.
    """

    record: str
    value: Value
    voice: str
    primary: bool
    since: str = ""
    modality: str = "stated"
    state: str = ""
    dated: bool = False
    superseded: str = ""


def heard(records: Iterable[Record], sending: str = "", receiving: str = "") -> tuple[Said, ...]:
    """Every claim of the records as the law hears it. sending, receiving: the States of the case, where known."""
    return superseding(
        _said(record, claim, voice_of(record, claim, sending, receiving))
        for record in records
        for claim in record.claims
        if claim.polarity != "silent"
    )


def _said(record: Record, claim: Claim, voice: Voice) -> Said:
    return Said(
        record=record.id,
        value=normal(claim.fact, claim.value, record.published, claim.polarity == "denies"),
        voice=voice.id,
        primary=is_primary(voice.kind),
        since=said_on(record, claim),
        modality=claim.modality,
        state=(voice.state or voice.id) if voice.kind in ORGANS else "",
        dated=bool(claim.as_of or day_in(claim.attributed_to)),
    )


def superseding(claims: Iterable[Said]) -> tuple[Said, ...]:
    """The claims, marked where the same State later said what cannot be true with them. Both stay.

    A page that repeats an old statement does not renew it, so the first day counts on which the State said something;
    and what takes its place must tell its own day.
    """
    claims = tuple(claims)
    first: dict[tuple[str, Value], str] = {}
    for one in claims:
        if one.state and one.since:
            first[one.state, one.value] = min(one.since, first.get((one.state, one.value), one.since))

    def taken_back(one: Said) -> str:
        day = first.get((one.state, one.value))
        later = (
            other.since
            for other in claims
            if day and other.state == one.state and other.dated and other.since > day and _disagree(one, other)
        )
        return min(later, default="")

    return tuple(replace(one, superseded=taken_back(one)) for one in claims)


def _disagree(one: Said, other: Said) -> bool:
    """Whether two claims leave a law fact no value in common."""
    left, right = allows(one.value), allows(other.value)
    return any(not set(left[fact]) & set(right[fact]) for fact in left.keys() & right.keys())


def standing(claims: Iterable[Said], until: str = "") -> tuple[Said, ...]:
    """The claims that stand on a day ("" for today): said by then, by nobody taken back since.

    A claim without a date does not count on a day that is asked for: that it was known by then, nobody can say.
    """
    return tuple(
        one
        for one in claims
        if (not until or "" < one.since <= until) and not (one.superseded and (not until or one.superseded <= until))
    )


def carried(claims: Iterable[Said], level: str = "all") -> Carried:
    """For each law fact its values and the claims that carry them, in the order of law/facts.toml."""
    found: dict[str, dict[str, list[Said]]] = {}
    for one in claims:
        if one.modality in ACCOUNTS and (level == "all" or one.primary):
            for fact, values in allows(one.value).items():
                for value in values:
                    found.setdefault(fact, {}).setdefault(value, []).append(one)
    return {
        name: {value: tuple(found[name][value]) for value in fact.values if value in found[name]}
        for name, fact in vocabulary().facts.items()
        if name in found
    }


@cache
def allows(value: Value) -> Mapping[str, tuple[str, ...]]:
    """The law facts of which a value speaks, each with the values that it leaves open; none for most."""
    if fact := vocabulary().facts.get(value.fact):
        left = tuple(one for one in fact.values if (one == value.norm) != value.denied)
        return {value.fact: left} if value.norm in fact.values else {}
    rows = _rows().get(value.fact, {})
    return next((rows[name] for name in _names(value) if name in rows), {})


def _names(value: Value) -> tuple[str, ...]:
    """Under which names law.toml may have a value, the most exact first; none where its words could not be read."""
    if value.type == "text":
        return ()
    if value.denied:
        return (f"not {value.norm}",)
    counted = ("one" if value.high == 1 else "several") if value.type == "count" else value.norm
    return value.norm, counted, "any"


@cache
def _rows() -> Mapping[str, Mapping[str, Mapping[str, tuple[str, ...]]]]:
    return {
        key: {value: {fact: tuple(left) for fact, left in row.items()} for value, row in rows.items()}
        for key, rows in read_toml("law.toml").items()
    }
