"""One round of keeping the record: places, checkpoint, time stamps, cosignatures, beacon. Each when it is due."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

from inviolable.ledger import beacons, erasure, note, sequencer, witnessing
from inviolable.ledger.actions import configured
from inviolable.ledger.configuration import Configuration
from inviolable.ledger.models import Checkpoint, Entry, Silence, Stamp
from inviolable.ledger.note import BadNote, Verifier
from inviolable.ledger.stamps import Authority, StampRefused, request_stamp, verify_stamp
from inviolable.ledger.tokens import BadStamp

#: Seconds that somebody who did not answer is left in peace.
PEACE = 30


def run(now: datetime) -> list[str]:
    """Do what is due; what went wrong, one line each, for the log and for `inviolable doctor`.

    A witness or an authority that fails stops nothing: it is asked again after a while.
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
        faults += _attest(newest, chosen, now, patient=True)
    if beacons.due(now):
        faults += erasure.retire(now)
        faults += _beacon(chosen, now)
    return faults


def attest(now: datetime) -> list[str]:
    """Sign the tree as it is now, and have everybody attest it at once; what went wrong, one line each."""
    newest = sequencer.checkpoint(now) or sequencer.newest()
    return list(_attest(newest, configured(), now, patient=False)) if newest else []


def _attest(checkpoint: Checkpoint, chosen: Configuration, now: datetime, *, patient: bool) -> Iterator[str]:
    """Ask every witness and every authority; who kept silent lately is left in peace where we are patient."""
    everybody: dict[str, Callable[[], object]] = {
        f"witness {url}": partial(witnessing.ask, url, key, checkpoint, now) for url, key in chosen.witnesses
    }
    for one in chosen.authorities:
        authority = Authority(*one)
        everybody[f"time-stamp authority {authority.name}"] = partial(stamp, checkpoint, authority, chosen, now)
    silent = dict(Silence.objects.values_list("whom", "at"))
    for whom, ask in everybody.items():
        if patient and whom in silent and not _passed(silent[whom], PEACE, now):
            continue
        try:
            ask()
        except (witnessing.Unreachable, BadNote, StampRefused, BadStamp) as fault:
            Silence.objects.update_or_create(whom=whom, defaults={"at": now})
            yield f"{whom}: {fault}"
        else:
            if whom in silent:
                Silence.objects.filter(whom=whom).delete()


def _passed(since: datetime, seconds: int, now: datetime) -> bool:
    """Whether so many seconds lie between; a clock that was set back counts as passed."""
    return abs(now - since) >= timedelta(seconds=seconds)


def stamp(checkpoint: Checkpoint, authority: Authority, chosen: Configuration, now: datetime) -> None:
    """Have one authority stamp a checkpoint that it has not stamped, or not lately: a fresh token bounds what follows.

    No transaction is open while it answers. Raises StampRefused or BadStamp.
    """
    last = Stamp.objects.filter(authority=authority.name).order_by("-id").first()
    if last and last.checkpoint_id == checkpoint.size and not _passed(last.taken, chosen.stamp_seconds, now):
        return
    data = note.first_five_lines(note.parse_note(checkpoint.note))
    response = request_stamp(authority, data)
    said = verify_stamp(response, data, authority.roots)
    Stamp.objects.create(
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
