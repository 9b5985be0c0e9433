"""One round of keeping the record: places, checkpoint, time stamps, cosignatures, beacon. Each when it is due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction

from inviolable.ledger import beacons, erasure, note, sequencer, witnessing
from inviolable.ledger.actions import configured
from inviolable.ledger.configuration import Configuration
from inviolable.ledger.models import Checkpoint, Entry, Stamp
from inviolable.ledger.note import BadNote, Verifier
from inviolable.ledger.stamps import Authority, StampRefused, request_stamp, verify_stamp
from inviolable.ledger.tokens import BadStamp


def run(now: datetime) -> list[str]:
    """Do what is due; what went wrong, one line each, for the log and for `inviolable doctor`.

    A witness or an authority that fails stops nothing: what it did not attest stays due.
    """
    if not Entry.objects.exists():
        return []
    chosen = configured()
    faults: list[str] = []
    sequencer.sequence()
    newest = sequencer.newest()
    if newest is None or _passed(newest.made, chosen.checkpoint_seconds, now):
        newest = sequencer.checkpoint(now) or newest
    if newest:
        faults += witnessing.ask_everybody(newest, now)
        faults += _stamp(newest, chosen, now)
    if beacons.due(now):
        erasure.retire(now)
        faults += _beacon(chosen, now)
    return faults


def attest(now: datetime) -> list[str]:
    """Sign the tree as it is now, and have everybody attest it at once; what went wrong, one line each."""
    newest = sequencer.checkpoint(now) or sequencer.newest()
    if newest is None:
        return []
    return [*witnessing.ask_everybody(newest, now), *_stamp(newest, configured(), now)]


def _passed(since: datetime, seconds: int, now: datetime) -> bool:
    """Whether so many seconds lie between; a clock that was set back counts as passed."""
    return abs(now - since) >= timedelta(seconds=seconds)


def _stamp(checkpoint: Checkpoint, chosen: Configuration, now: datetime) -> Iterator[str]:
    """Have every authority stamp the newest checkpoint: at once where it grew, and again to keep a fresh token."""
    for name, url, roots in chosen.authorities:
        last = Stamp.objects.filter(authority=name).order_by("-id").first()
        if last and last.checkpoint_id == checkpoint.size and not _passed(last.taken, chosen.stamp_seconds, now):
            continue
        try:
            stamp(checkpoint, Authority(name, url, roots), now)
        except (StampRefused, BadStamp, ValueError) as fault:
            yield f"time-stamp authority {name}: {fault}"


@transaction.atomic
def stamp(checkpoint: Checkpoint, authority: Authority, now: datetime) -> Stamp:
    """Have one authority stamp a checkpoint. Raises StampRefused or BadStamp."""
    data = note.first_five_lines(note.parse_note(checkpoint.note))
    response = request_stamp(authority, data)
    said = verify_stamp(response, data, authority.roots)
    return Stamp.objects.create(
        checkpoint=checkpoint,
        authority=authority.name,
        response=response,
        sha256=said.token_sha256,
        earliest=said.earliest,
        latest=said.latest,
        taken=now,
    )


def _beacon(chosen: Configuration, now: datetime) -> Iterator[str]:
    """A fresh beacon: headquarters' where one is configured, else our own."""
    if chosen.headquarters is None:
        beacons.issue(now)
        return
    url, key = chosen.headquarters
    try:
        status, text = witnessing.fetch(f"{url.rstrip('/')}/beacon")
        if status != 200:
            raise witnessing.Unreachable(f"answered {status}")
        beacons.accept(text, Verifier.from_vkey(key), now)
    except (witnessing.Unreachable, beacons.BadBeacon, BadNote) as fault:
        yield f"headquarters {url}: {fault}"
