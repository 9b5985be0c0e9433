"""What somebody said, what a person makes count, and what the law says of it: the actions that write facts.

Each is one transaction or joins the caller's, and refuses as actions.py does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from inviolable.counsel import record
from inviolable.incidents import lawfiles
from inviolable.incidents.again import engine
from inviolable.incidents.case import case_of
from inviolable.incidents.desk import Desk, at_desk, written_at
from inviolable.incidents.findings import find
from inviolable.incidents.lookup import incident_state
from inviolable.incidents.terms import FIRST, Finding
from inviolable.law.faults import forging, nearest, shown
from inviolable.law.vocabulary import vocabulary
from inviolable.ledger.actions import Actor
from inviolable.ledger.moments import Happened
from inviolable.posts.actions import Refused

#: Keys of the law are one word; those of sources have a dot, such as entry.outcome.
KEY = re.compile(r"(?=.{1,60}\Z)[a-z][a-z0-9_]*(\.[a-z0-9_]+)*", re.DOTALL)


@transaction.atomic
def claim(
    reference: str,
    key: str,
    value: str,
    *,
    actor: Actor,
    now: datetime,
    happened: Happened | None = None,
    part: str = FIRST,
    raw: str = "",
    note: str = "",
    polarity: str = "affirms",
    voice: str = "",
    source: str = "",
    paper: datetime | None = None,
) -> str:
    """Record one attributed statement; its id. It counts for nothing until a person confirms a value.

    raw: the words said; note: what was said, in other words than theirs. voice: whose statement it is at the root.
    source: where it was found. happened: when it was said. paper: when it was written on paper, to be entered later.
    """
    desk, who = at_desk(reference, actor, now), {"voice": voice, "source": source}
    told = {"raw": raw, "note": note, "polarity": polarity, **who, "paper": written_at(paper)}
    return claim_at(desk, part, key, value, happened=happened, **told)


def claim_at(
    desk: Desk, part: str, key: str, value: str, *, happened: Happened | None, polarity: str = "affirms", **words: Any
) -> str:
    """The same at a desk, for whoever records many. words: the other fields of `fact.claimed`."""
    if not KEY.fullmatch(key):
        raise Refused(f"key: found {shown(key)}; 1 to 60 small letters, digits, underscores and dots are allowed.")
    for name, text in {"value": value, "voice": words.get("voice", ""), "source": words.get("source", "")}.items():
        if bad := forging(text):
            raise Refused(f"{name}: holds the character U+{ord(bad[0]):04X}; write one line of plain text.")
    name = str(len(desk.state.claims) + 1)
    body = {"claim": name, "part": desk.part(part), "key": key, "value": value, "polarity": polarity, **words}
    desk.append("fact.claimed", body, happened)
    return name


@transaction.atomic
def confirm(
    reference: str,
    key: str,
    value: str,
    *,
    actor: Actor,
    now: datetime,
    happened: Happened | None = None,
    part: str = FIRST,
    claims: Iterable[str] = (),
    why: str = "",
) -> None:
    """A person makes a value count. A second value of the same fact makes it contested; withdraw the one that is wrong.

    claims: the statements it rests on. happened: when it became known.
    """
    confirm_at(at_desk(reference, actor, now), key, value, happened=happened, part=part, claims=claims, why=why)


def confirm_at(
    desk: Desk,
    key: str,
    value: str,
    *,
    happened: Happened | None = None,
    part: str = FIRST,
    claims: Iterable[str] = (),
    why: str = "",
) -> None:
    """The same at a desk."""
    domain = vocabulary().facts[key].values if key in vocabulary().facts else (value,)
    if value not in domain:
        raise Refused(f"{key} cannot be {shown(value)}; {nearest(value, domain)}.")
    rests_on = list(claims)
    for name in rests_on:
        told = desk.state.claims.get(name)
        if told is None or told.key != key:
            raise Refused(
                f"claims: {name!r} is {'about ' + told.key if told else 'no claim'}; name claims about {key}."
            )
    decide_at(desk, "fact.confirmed", part, key, value, {"claims": rests_on, "why": why}, happened)
    case_of(desk.state, part)


@transaction.atomic
def withdraw(
    reference: str,
    key: str,
    value: str,
    why: str,
    *,
    actor: Actor,
    now: datetime,
    happened: Happened | None = None,
    part: str = FIRST,
) -> None:
    """A confirmed value counts no more. happened: when it became known that it should not."""
    withdraw_at(at_desk(reference, actor, now), key, value, why, happened=happened, part=part)


def withdraw_at(
    desk: Desk, key: str, value: str, why: str, *, happened: Happened | None = None, part: str = FIRST
) -> None:
    """The same at a desk."""
    if value not in (stands := desk.state.confirmed(desk.part(part)).get(key, {})):
        raise Refused(f"{key} {shown(value)} is not confirmed; confirmed: {', '.join(stands) or 'nothing'}.")
    decide_at(desk, "fact.withdrawn", part, key, value, {"why": why}, happened)
    case_of(desk.state, part)


def decide_at(
    desk: Desk, kind: str, part: str, key: str, value: str, more: Mapping[str, Any], happened: Happened | None
) -> None:
    """Record what a person decided about a value."""
    desk.append(kind, {"part": desk.part(part), "key": key, "value": value, **more}, happened)


def make_finding(reference: str, *, actor: Actor, now: datetime, part: str = FIRST, as_of: str = "") -> Finding:
    """Keep what the law says of a part as known by `as_of`; the last finding where it would say the same again."""
    try:
        case = case_of(incident_state(reference), part, as_of)
    except LookupError as fault:
        raise Refused(str(fault)) from None
    text, answer, packs = find(case, record.decided(Path(settings.HOME)))
    with transaction.atomic():
        desk = at_desk(reference, actor, now)
        last = desk.state.last_finding(part, as_of)
        if last and (last.case, last.answer, last.packs) == (text, answer, packs):
            return last
        lawfiles.keep(packs.values())
        body = {"part": part, "as_of": as_of, "case": text, "answer": answer, "engine": engine(), "packs": packs}
        desk.append("finding.made", body)
        return desk.state.findings[-1]
