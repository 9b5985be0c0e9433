"""Beacons: what nobody could have known earlier, so that an entry that names one is not older than it.

A beacon of our own proves "after" only through the time-stamp token it names; one of another installation
(headquarters) also by that installation's clock, for whoever trusts it. See docs/record.md.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from inviolable.ledger import canonical, sequencer
from inviolable.ledger.actions import configured, enrol_once, key_path
from inviolable.ledger.keys import key_id, signing_key, verifies
from inviolable.ledger.models import Beacon, Entry, Key, Stamp
from inviolable.ledger.moments import read, written
from inviolable.ledger.note import Verifier

#: Text of `GET /beacon`: the line, the key's id, the signature.
LONGEST = 2_000
FRESH = timedelta(minutes=1)
#: Beacons that stay whether they are named or not: an hour's worth, longer than any transaction takes.
KEPT = 60


class BadBeacon(ValueError):
    """Something offered as a beacon that is none; the message says why."""


@dataclass(frozen=True)
class Signed:
    """A beacon as it travels."""

    line: bytes
    key: str
    signature: bytes

    def text(self) -> bytes:
        """Three lines: the beacon, the key's id, the signature in base64."""
        return self.line + f"\n{self.key}\n{base64.b64encode(self.signature).decode()}\n".encode()


def issue(now: datetime) -> Beacon:
    """A fresh beacon of our own, naming the newest token we hold."""
    key = signing_key(key_path())
    newest = Stamp.objects.order_by("-id").values_list("sha256", flat=True).first()
    said = {"issuer": sequencer.origin(), "random": secrets.token_hex(32), "time": written(now)}
    line = canonical.encode(said | ({"token": newest} if newest else {}))
    return _keep(Signed(line, key.id, key.sign(line)))


def accept(text: bytes, verifier: Verifier, now: datetime) -> Beacon:
    """Keep a beacon of headquarters, so that entries name it. Raises BadBeacon."""
    signed = parse(text)
    public = verifier.public_key.public_bytes_raw()
    if signed.key != key_id(public) or not verifies(public, signed.signature, signed.line):
        raise BadBeacon(f"it is not signed by {verifier.name}.")
    if canonical.decode(signed.line)["issuer"] != verifier.name:
        raise BadBeacon(f"it names another issuer than {verifier.name}.")
    enrol_once(public, "beacon", verifier.name, now=now)
    return _keep(signed)


def parse(text: bytes) -> Signed:
    """What three lines say. Raises BadBeacon for anything else."""
    if len(text) > LONGEST:
        raise BadBeacon(f"it has {len(text)} bytes; a beacon has at most {LONGEST}.")
    try:
        line, key, signature, rest = text.split(b"\n")
        said = canonical.decode(line)
        read(said["time"])
        good = (
            set(said) - {"token"} == {"issuer", "random", "time"}
            and all(isinstance(value, str) for value in said.values())
            and re.fullmatch("[0-9a-f]{64}", said["random"])
            and re.fullmatch("[0-9a-f]{64}", said.get("token", said["random"]))
            and re.fullmatch(b"[0-9a-f]{16}", key)
            and rest == b""
        )
        raw = base64.b64decode(signature, validate=True)
    except (ValueError, KeyError, TypeError) as fault:
        raise BadBeacon(f"it cannot be read: {fault}") from None
    if not good:
        raise BadBeacon("it is not made of issuer, random, time and perhaps a token.")
    return Signed(line, key.decode(), raw)


def current() -> bytes | None:
    """The newest beacon as it travels, or None."""
    newest = _newest()
    return Signed(bytes(newest.line), newest.key, bytes(newest.signature)).text() if newest else None


def keep_again(text: bytes) -> None:
    """Keep a beacon of this record that a device brings back after it was forgotten. Other texts change nothing."""
    with suppress(BadBeacon):
        signed = parse(text)
        sha256 = hashlib.sha256(signed.line).hexdigest()
        issuers = Key.objects.filter(key=signed.key, role__in=("log", "beacon"))
        if Beacon.objects.filter(sha256=sha256).exists():
            return
        if any(verifies(bytes(one.public), signed.signature, signed.line) for one in issuers):
            _keep(signed, again=True)


def is_issued(sha256: str, text: bytes) -> bool:
    """Whether a beacon of this name was ever issued. text: what is brought of it, in case it was forgotten."""
    if Beacon.objects.filter(sha256=sha256).exists():
        return True
    keep_again(text)
    return Beacon.objects.filter(sha256=sha256).exists()


def _newest() -> Beacon | None:
    return Beacon.objects.filter(again=False).order_by("-id").first()


def due(now: datetime) -> bool:
    """Whether the newest beacon is older than a minute, or a newer token is there to name.

    A clock that was set back makes one due too: what counts is the difference, not its sign.
    """
    newest = _newest()
    if newest is None or abs(now - newest.time) >= FRESH:
        return True
    return configured().headquarters is None and not newest.token and Stamp.objects.exists()


@transaction.atomic
def _keep(signed: Signed, *, again: bool = False) -> Beacon:
    said = canonical.decode(signed.line)
    kept, _ = Beacon.objects.get_or_create(
        sha256=hashlib.sha256(signed.line).hexdigest(),
        defaults={
            "line": signed.line,
            "issuer": said["issuer"],
            "key": signed.key,
            "signature": signed.signature,
            "token": said.get("token", ""),
            "time": read(said["time"]),
            "again": again,
            "head": Entry.objects.aggregate(last=Max("id"))["last"] or 0,
        },
    )
    _forget_one()
    return kept


def _forget_one() -> None:
    """Drop a beacon of an hour ago that no entry names: nothing was recorded while it and the next one were current."""
    old = list(Beacon.objects.filter(again=False).order_by("-id")[KEPT : KEPT + 3])
    if len(old) == 3 and old[0].head == old[2].head:
        old[2].delete()
