"""The only functions that write in this room. Each is one transaction; time is an argument.

All raise Refused for what cannot be done, BadEntry for what a kind of entry does not allow; then nothing was written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from typing import Any

from django.db import transaction

from inviolable.incidents.desk import Desk, at_desk, when
from inviolable.incidents.facts import claim_at, withdraw_at
from inviolable.incidents.terms import FIRST
from inviolable.law.faults import forging, nearest, shown
from inviolable.law.vocabulary import vocabulary
from inviolable.ledger import exhibits
from inviolable.ledger.actions import Actor
from inviolable.ledger.exhibits import About, Intake
from inviolable.posts.actions import Refused
from inviolable.sources.models import Text
from inviolable.sources.picture import supersedes
from inviolable.sources.picture import told_in as said_by_sources
from inviolable.sources.shelf import (
    CONFIRMED,
    CORRECTED,
    PROPOSED,
    REJECTED,
    Claim,
    Shelf,
    Source,
    Version,
    shelf,
    shelf_of,
    stands,
)
from inviolable.sources.terms import MOST_WORDS, Read, Told, checked, pasted

#: What a source that came in without a record is called, by its number.
OURS = re.compile(r"source-\d+")
#: Of a description, what says whose statement a claim is, and of which day.
WEIGHED = ("kind", "publisher", "title", "lineage", "published")

# ---- documents -------------------------------------------------------------------------------


@transaction.atomic
def receive(
    reference: str,
    kind: str,
    said: Mapping[str, str],
    read: Read,
    *,
    actor: Actor,
    now: datetime,
    document: Intake | None = None,
    of: str = "",
    seen_as: str = "",
    record: str = "",
    decides: bool = True,
) -> str:
    """Take a document in; the id of its source. The same address with other words is another version of it.

    said: what a person says of it (kinds.DESCRIPTION). document: its bytes, all come and not yet recorded. of: the
    source that this is a version of, where the address does not tell. decides: see `describe`.
    """
    desk, told = at_desk(reference, actor, now), checked(said)
    known, read = shelf_of(desk.state), read.in_a_language()
    source = _existing(known, of) if of else known.at(told.get("address", ""))
    _refuse_words(known, source, told, read)
    if source and not decides and any(map(stands, known.of(source.id))):
        _refuse_weighing(source, {name for name, text in told.items() if text != source.said.get(name, "")})
    name, number = (source.id, source.last.number + 1) if source else (str(len(known.sources) + 1), 1)
    grade = grade_of(told)
    exhibit = ""
    if document:
        recorded = document.finish(now)
        desk.state.take(recorded.entry)
        exhibit = str(recorded.body["exhibit"])
    copy = _seal(desk, read, grade, exhibit) if read.words else ""
    body = {"source": name, "version": number, "kind": kind, **told, "seen_as": seen_as, "record": record}
    body |= {"exhibit": exhibit or copy, "text": read.sha256, "copy": copy}
    body |= {key: dict(table) for key, table in (("found", read.found), ("reading", read.reading)) if table}
    desk.append("source.received", body, when(told["published"], now) if "published" in told else None)
    _keep(desk, name, number, exhibit or copy, copy, read.words)
    return name


def _refuse_words(known: Shelf, source: Source | None, told: Mapping[str, str], read: Read) -> None:
    """No words twice, and none that are too many.

    The same words at another address are another source (with the same voice); without an address, the same one.
    """
    if len(read.words) > MOST_WORDS:
        found = f"the text has {len(read.words):,} characters, at most {MOST_WORDS:,} are taken"
        raise Refused(f"{found}; give a part of it.")
    beside = [source] if source else [] if "address" in told else list(known.sources.values())
    for one in beside:
        for version in one.versions.values():
            if read.words and version.text == read.sha256:
                raise Refused(f"source {one.id} holds these very words already, as version {version.number}.")


def _seal(desk: Desk, read: Read, grade: str, exhibit: str) -> str:
    """The words as an exhibit of their own, so that a claim's place in them can be checked; its id."""
    about = About(
        grade,
        copy="working" if exhibit else "evidentiary",
        consent="not_needed",
        media="text/plain",
        derived_from=exhibit,
        derivation=read.reading,
    )
    words = BytesIO(read.words.encode())
    recorded = exhibits.receive(desk.incident.stream, words, about, actor=desk.actor, now=desk.now)
    desk.state.take(recorded.entry)
    return str(recorded.body["exhibit"])


def _keep(desk: Desk, source: str, version: int, exhibit: str, copy: str, words: str) -> None:
    if words:
        place = {"stream": desk.incident.stream, "source": source, "version": version}
        Text.objects.create(**place, exhibit=exhibit, copy=copy, words=words)


@transaction.atomic
def give_words(reference: str, source: str, version: int, words: str, *, actor: Actor, now: datetime) -> None:
    """A person gives the words of a version that the program could not read."""
    desk = at_desk(reference, actor, now)
    found = _version(_existing(shelf_of(desk.state), source), version)
    if found.text:
        raise Refused(f"version {version} of source {source} has its words already; other words are another version.")
    read = pasted(words).in_a_language()
    _refuse_words(Shelf(), None, {}, read)
    if not read.words:
        raise Refused("words: there are none; paste the text of the document.")
    copy = _seal(desk, read, "C", found.exhibit)
    body = {"source": source, "version": version, "text": read.sha256, "copy": copy}
    desk.append("source.read", body | ({"found": dict(read.found)} if read.found else {}))
    _keep(desk, source, version, found.exhibit or copy, copy, read.words)


@transaction.atomic
def describe(
    reference: str, source: str, said: Mapping[str, str], *, actor: Actor, now: datetime, decides: bool = True
) -> None:
    """Say what is wrong or missing in the description of a source. said: fields of it, and `kind`.

    decides: whether they may confirm facts; nobody else changes what a confirmed claim of it weighs.
    """
    desk = at_desk(reference, actor, now)
    on_record = shelf_of(desk.state)
    known = _existing(on_record, source)
    told = checked({name: text for name, text in said.items() if name != "kind" and text != "-"})
    gone = {name: "-" for name, text in said.items() if text == "-" and known.about(name)}
    new = {name: text for name, text in told.items() if known.found_only(name) or text != known.about(name)} | gone
    if said.get("kind", known.kind) != known.kind:
        new["kind"] = said["kind"]
    if not decides and any(map(stands, on_record.of(source))):
        new = {name: text for name, text in new.items() if name not in WEIGHED or text != known.about(name)}
        _refuse_weighing(known, set(new))
    if new:
        desk.append("source.described", {"source": source, **new})


def _refuse_weighing(source: Source, changed: set[str]) -> None:
    """By these words a confirmed claim has its voice and its day, and by them it counts at one level or at both."""
    if weighed := changed.intersection(WEIGHED):
        found = f"{', '.join(sorted(weighed))}: claims of source {source.id} are confirmed, and would weigh otherwise"
        raise Refused(f"{found}; ask whoever may confirm facts.")


# ---- claims ----------------------------------------------------------------------------------


@transaction.atomic
def claim(
    reference: str,
    source: str,
    told: Told,
    *,
    actor: Actor,
    now: datetime,
    version: int = 0,
    part: str = FIRST,
    confirmed: bool = False,
    instead_of: Mapping[str, Any] | None = None,
) -> str:
    """Record what a source says; the claim's id. version: default the newest.

    confirmed: a person has read the passage and its speaker; otherwise it is proposed, and counts for nothing.
    instead_of: the place of a proposal that this corrects, which is then not made again.
    """
    desk = at_desk(reference, actor, now)
    known = _existing(shelf_of(desk.state), source)
    if instead_of:
        desk.append("proposal.rejected", {"source": source, **instead_of})
    return claim_in(desk, known, told, version or known.last.number, part, confirmed=confirmed)


def claim_in(desk: Desk, source: Source, told: Told, version: int, part: str, *, confirmed: bool) -> str:
    """A voice stands in the entry only where a person confirms it with the claim: no document prints another."""
    place: dict[str, Any] = {"record": source.id, "version": _version(source, version).number, "source": cited(source)}
    voice = {"voice": told.speakers[0]} if confirmed and told.speakers else {}
    published = source.about("published", place["version"])
    happened = when(published, desk.now) if published else None
    new = claim_at(desk, part, told.key, told.value, happened=happened, **place, **voice, **told.body())
    if confirmed:
        _confirm(desk, shelf(desk.state.timeline[-1:]).claims[new])
    return new


@transaction.atomic
def confirm(reference: str, claim: str, *, actor: Actor, now: datetime) -> None:
    """A person has read the passage: the source says so, and whoever it names says it. From then on it counts."""
    desk = at_desk(reference, actor, now)
    _confirm(desk, _decidable(shelf_of(desk.state), claim, PROPOSED))


def _confirm(desk: Desk, found: Claim) -> None:
    """No fact of the case comes of it: that the source says so is not that it is so (incidents.facts.confirm)."""
    fact = vocabulary().facts.get(found.key)
    if fact and found.polarity != "silent" and found.value not in fact.values:
        raise Refused(f"{found.key} cannot be {shown(found.value)}; {nearest(found.value, fact.values)}.")
    voice = found.speakers[0] if found.speakers else ""
    if bad := forging(voice):
        raise Refused(f"speaker: holds the character U+{ord(bad[0]):04X}; correct the claim, in plain text.")
    body = {"claim": found.id, "decision": CONFIRMED, "voice": voice}
    desk.append("claim.decided", body)
    if found.supersedes:
        _refuse_replacing(desk, found)


def _refuse_replacing(desk: Desk, new: Claim) -> None:
    """A statement is replaced by whoever made it alone: another voice would take it from the law, unseen."""
    state = desk.state
    told = said_by_sources(
        shelf_of(state), new.part, state.opened.get("sending", ""), state.opened.get("receiving", "")
    )
    known = {one.claim.id: one for one in told}
    one, old = known.get(new.id), known.get(new.supersedes)
    if not (one and old and supersedes(one, old)):
        needed = "both are confirmed, of one part, about the same thing and by the same speaker, and this one is later"
        raise Refused(f"claim {new.id} does not replace claim {new.supersedes}: it does where {needed} by a day.")


@transaction.atomic
def correct(reference: str, claim: str, told: Told, *, actor: Actor, now: datetime, why: str = "") -> str:
    """What the source really says, in place of a claim that stays on the record; the new one's id. It is confirmed."""
    desk = at_desk(reference, actor, now)
    known = shelf_of(desk.state)
    old = _decidable(known, claim, PROPOSED, CONFIRMED)
    new = claim_in(desk, known.sources[old.source], told, old.version, old.part, confirmed=True)
    desk.append("claim.decided", {"claim": claim, "decision": CORRECTED, "by": new, "why": why})
    _count_no_more(desk, old, f"claim {claim} was corrected")
    return new


@transaction.atomic
def reject(reference: str, claim: str, *, actor: Actor, now: datetime, why: str = "") -> None:
    """The source does not say so. The claim stays on the record and counts no more."""
    desk = at_desk(reference, actor, now)
    old = _decidable(shelf_of(desk.state), claim, PROPOSED, CONFIRMED)
    desk.append("claim.decided", {"claim": claim, "decision": REJECTED, "why": why})
    _count_no_more(desk, old, why or f"claim {claim} was rejected")


def _count_no_more(desk: Desk, old: Claim, why: str) -> None:
    """Withdraw each value that a person confirmed on this claim, and that nothing else carries any more."""
    known = shelf_of(desk.state).claims
    taken_back = {name for name, one in known.items() if one.state in (CORRECTED, REJECTED)}
    for value, decisions in desk.state.confirmed(old.part).get(old.key, {}).items():
        rests_on_it = any(old.id in one.claims for one in decisions)
        if rests_on_it and all(one.claims and taken_back.issuperset(one.claims) for one in decisions):
            withdraw_at(desk, old.key, value, why, part=old.part)


def _decidable(known: Shelf, claim: str, *states: str) -> Claim:
    found = known.claims.get(claim)
    if found is None:
        raise Refused(f"claim {claim!r} is no claim of a source.")
    if found.state not in states:
        raise Refused(f"claim {claim} is {found.state} already.")
    return found


@transaction.atomic
def turn_down(reference: str, source: str, place: Mapping[str, Any], *, actor: Actor, now: datetime) -> None:
    """A person turns a proposal of the program down, so that it is not made again. place: see `proposal.rejected`."""
    desk = at_desk(reference, actor, now)
    _version(_existing(shelf_of(desk.state), source), place["version"])
    desk.append("proposal.rejected", {"source": source, **place})


# ---- what both need --------------------------------------------------------------------------


def grade_of(said: Mapping[str, str]) -> str:
    """How an exhibit came to us: from the open web where an address is named, else from whoever brought it."""
    return "D" if said.get("address") else "C"


def cited(source: Source) -> str:
    """A source in one line, for the pages of rooms below: by what people say of it, not by what it says of itself."""
    said = source.said.get("publisher", ""), source.said.get("published", "")[:10]
    return ", ".join(filter(None, said)) or f"source {source.id}"


def _existing(known: Shelf, source: str) -> Source:
    if source not in known.sources:
        raise Refused(f"there is no source {source!r}; there are {', '.join(known.sources) or 'none'}.")
    return known.sources[source]


def _version(source: Source, number: int) -> Version:
    if number not in source.versions:
        raise Refused(f"source {source.id} has no version {number}; it has {', '.join(map(str, source.versions))}.")
    return source.versions[number]
