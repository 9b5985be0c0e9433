"""Takes records in that somebody else made: checked whole first, then recorded some at a time, so that nobody waits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from django.db import transaction

from inviolable.incidents.desk import Desk, at_desk, on_trial, when
from inviolable.incidents.lookup import whole
from inviolable.incidents.terms import FIRST
from inviolable.ledger.actions import Actor
from inviolable.posts.actions import Refused
from inviolable.sources.actions import OURS, claim_in
from inviolable.sources.exchange import record_name, record_of, said_of, told_in
from inviolable.sources.records import Record
from inviolable.sources.shelf import Shelf, shelf, shelf_of
from inviolable.sources.terms import checked

#: So many claims are recorded in one transaction, about a tenth of a second; a record is never divided.
MOST_AT_ONCE = 100


def take_records(
    reference: str, records: Iterable[Record], kind: str, *, actor: Actor, now: datetime, confirmed: bool = False
) -> list[str]:
    """Take records in; the ids of their sources. kind: of those documents.

    confirmed: whoever hands them over stands for every claim in them; otherwise each is proposed.
    Raises Refused or BadEntry for what is wrong with any of them, before one is recorded. Where recording them ends
    early, those recorded stay, and the same records again take the rest in: what is here, word for word, is left out.
    """
    given = list(records)
    trial = on_trial(reference, actor, now)
    known = shelf_of(trial.state)
    left = [one for one in given if not _is_here(known, one)] or given
    _take(trial, left, kind, confirmed=confirmed)
    new: list[str] = []
    for some in _divided(left):
        with transaction.atomic():
            desk = at_desk(reference, actor, now)
            new += _take(desk, some, kind, confirmed=confirmed)
        shelf_of(whole(desk.incident.stream).state)  # What was just recorded is read while others may write.
    return new


def _divided(records: Sequence[Record]) -> Iterator[list[Record]]:
    some: list[Record] = []
    for one in records:
        if some and sum(len(each.claims) for each in (*some, one)) > MOST_AT_ONCE:
            yield some
            some = []
        some.append(one)
    yield some


def _take(desk: Desk, records: Iterable[Record], kind: str, *, confirmed: bool) -> list[str]:
    known, new = shelf_of(desk.state), list[str]()
    taken = {record_name(one): one.id for one in known.sources.values()}
    for number, record in enumerate(records, len(known.sources) + 1):
        if record.id in taken:
            raise Refused(f"record {record.id!r} is here already, as source {taken[record.id]}; leave it out.")
        if OURS.fullmatch(record.id) and record.id != f"source-{number}":
            raise Refused(f"record {record.id!r}: so is another source called here; give it a name of its own.")
        told = checked(said_of(record))
        body = {"source": str(number), "version": 1, "kind": kind, **told}
        happened = when(told["published"], desk.now) if "published" in told else None
        desk.append("source.received", body | {"seen_as": record.seen_as, "record": record.id}, happened)
        source = shelf(desk.state.timeline[-1:]).sources[str(number)]
        for claim in record.claims:
            claim_in(desk, source, told_in(claim), 1, FIRST, confirmed=confirmed)
        new.append(source.id)
    return new


def _is_here(known: Shelf, record: Record) -> bool:
    """Whether a source is this record, word for word."""
    here = (one for one in known.sources.values() if record_name(one) == record.id)
    return any(record_of(one, sorted(known.of(one.id), key=lambda claim: int(claim.id))) == record for one in here)
