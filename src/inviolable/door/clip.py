"""A visitor hands her clip over (scenario 34): by a code that works once, sealed before it leaves her phone.

Whoever has the code may hand over one clip and learns the name of the post, nothing of the incident. Each clip has a
reference, which stands on her receipt and in the record; the code itself stands nowhere.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import F
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from inviolable.door.actions import LETTERS
from inviolable.door.models import ClipCode, WrongCodes
from inviolable.incidents.models import Incident
from inviolable.ledger import canonical
from inviolable.ledger.actions import Actor, append, lock_stream, objects, recipients, subject_keys
from inviolable.ledger.deposit import Deposit
from inviolable.ledger.exhibits import About, Prepared, object_name, prepare, record
from inviolable.ledger.models import Entry, SealedValue, Subject
from inviolable.ledger.moments import written
from inviolable.ledger.registry import BadEntry
from inviolable.ledger.seal import Sealed
from inviolable.ledger.store import NotInStore
from inviolable.ledger.subjects import Box, destroy, key_name
from inviolable.posts.actions import Refused

#: For how long a code counts; for how long after that it is still known to be one.
OPEN, KNOWN = timedelta(minutes=30), timedelta(days=1)
#: Bytes of a sealed clip.
MOST = 2_000_000_000
#: After how many codes that are none no other is looked at, and for how long: one in ten million that one is guessed.
MOST_WRONG, SHUT = 100, timedelta(minutes=10)


class Fault(StrEnum):
    """Why no clip is taken, in a word that the page says in her language."""

    UNKNOWN = "unknown"
    OVER = "over"
    MANY = "many"
    AGAIN = "again"
    NOT_SEALED = "not_sealed"
    DAMAGED = "damaged"
    LARGE = "large"
    LATER = "later"


class NoClip(Exception):
    """A clip that is not taken. AGAIN: it has to be sealed anew, to what the code says now."""

    def __init__(self, why: Fault) -> None:
        self.why = why
        super().__init__(why.value)


class Told(NamedTuple):
    """What her browser says of a clip. boxes: its name, and hers where she gave it, sealed by her browser, too."""

    media: str
    language: str
    boxes: Mapping[str, Box]


# ---- by whoever asks her -----------------------------------------------------------------------


@transaction.atomic
def ask(incident: Incident, post: str, *, actor: Actor, now: datetime) -> tuple[str, ClipCode]:
    """A code for one clip; it cannot be had again. Raises Refused, TooFewRecipients, StoreError."""
    _forget(now)
    lock_stream(incident.stream)
    if Incident.objects.get(pk=incident.pk).closed:
        raise Refused(_("The incident is closed; reopen it first."))
    code, clip, exhibit = _letters(), f"C-{_letters()}", uuid4()
    prepared = prepare(str(exhibit), now)._asdict()
    until = now + OPEN
    append(incident.stream, "clip.asked", {"clip": clip, "post": post, "until": written(until)}, actor=actor, now=now)
    told: dict[str, Any] = {"stream": incident.stream, "post": post, "until": until}
    row = ClipCode.objects.create(code=_hashed(code), clip=clip, exhibit=exhibit, prepared=prepared, **told)
    return code, row


@transaction.atomic
def take_back(clip: str, stream: str, *, actor: Actor, now: datetime) -> None:
    """From now on nothing comes in by this code. Raises Refused where none would any more."""
    row = ClipCode.objects.select_for_update().filter(clip=clip, stream=stream).first()
    if row is None or not row.stands(now):
        raise Refused(_("This code does not count any more."))
    row.taken_back = now
    row.save()
    append(stream, "clip.taken_back", {"clip": clip}, actor=actor, now=now)


def _letters() -> str:
    letters = "".join(secrets.choice(LETTERS) for _letter in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def _hashed(code: str) -> str:
    """Keyed, so that a stolen database does not give it away: it has 39 bits."""
    plain = "".join(one for one in code.upper() if one.isalnum())
    return salted_hmac("inviolable.door.clip", plain, algorithm="sha256").hexdigest()


def _forget(now: datetime) -> None:
    """Codes of yesterday, and the keys of what never came."""
    for row in ClipCode.objects.select_for_update().filter(until__lte=now - KNOWN).order_by("code"):
        if row.received is None and subject_keys().exists(key_name(str(row.exhibit))):
            destroy(subject_keys(), str(row.exhibit))
        row.delete()


# ---- by her ------------------------------------------------------------------------------------


def find(code: str, *, now: datetime) -> ClipCode:
    """The code that somebody typed, where it counts or its clip has come. Raises NoClip."""
    wrong = WrongCodes.objects.filter(since__gt=now - SHUT).first()
    if wrong and wrong.number >= MOST_WRONG:
        raise NoClip(Fault.MANY)
    row = ClipCode.objects.filter(code=_hashed(code)).first()
    if row is None:
        _count_wrong(now)
        raise NoClip(Fault.UNKNOWN)
    if row.taken_back or now >= row.until or not Incident.objects.filter(stream=row.stream, closed=None).exists():
        raise NoClip(Fault.OVER)
    return row


@transaction.atomic
def _count_wrong(now: datetime) -> None:
    row, _new = WrongCodes.objects.select_for_update().get_or_create(id=1, defaults={"since": now})
    fresh = {"since": now, "number": 1} if now >= row.since + SHUT else {"number": F("number") + 1}
    WrongCodes.objects.filter(id=1).update(**fresh)


@transaction.atomic
def open_way(code: ClipCode, *, now: datetime) -> ClipCode:
    """The same with a recipient to which her clip can be sealed now: another one where headquarters' keys have changed,
    or where a clip got as far as the store and no further. Raises TooFewRecipients, StoreError."""
    row = ClipCode.objects.select_for_update().get(pk=code.pk)
    stale = row.prepared["sealed_to"] != recipients() or objects().exists(object_name(str(row.exhibit)))
    if row.received is None and stale:
        row.exhibit = uuid4()
        row.prepared = prepare(str(row.exhibit), now)._asdict()
        row.save()
    return row


def begin(code: ClipCode, exhibit: UUID, boxes: Mapping[str, Box] | None = None) -> Deposit:
    """Take in what she sends, piece by piece; then `keep` it, or `drop` what is not kept. boxes: as Told's; each
    commits to something of its own. Raises NoClip, StoreError, NameTaken where another one by the same code was
    faster."""
    if code.received is not None or code.exhibit != exhibit:
        raise NoClip(Fault.AGAIN)
    commitments = [box.commitment for box in (boxes or {}).values()]
    if len(set(commitments)) < len(commitments) or SealedValue.objects.filter(commitment__in=commitments).exists():
        raise NoClip(Fault.DAMAGED)
    return Deposit(str(exhibit), most=MOST)


def drop(exhibit: UUID) -> None:
    """Delete what was stored and could not be recorded; nothing names it. Raises StoreError."""
    if not Subject.objects.filter(id=exhibit).exists():
        with suppress(NotInStore):
            objects().delete(object_name(str(exhibit)))


@transaction.atomic
def keep(code: ClipCode, exhibit: UUID, sealed: Sealed, told: Told, *, now: datetime) -> ClipCode:
    """Record what is durable: her receipt is the entry. What began while the code counted may end later.

    Raises NoClip: then the store holds something sealed that nothing names, to be dropped.
    """
    row = ClipCode.objects.select_for_update().filter(pk=code.pk, taken_back=None).first()
    if row is None:
        raise NoClip(Fault.OVER)
    if row.received is not None or row.exhibit != exhibit:
        raise NoClip(Fault.AGAIN)
    actor = {"role": "visitor", "id": f"clip:{row.clip}"}
    about = About("C", consent="given", media=told.media, source="visitor")
    prepared = Prepared(**row.prepared)
    try:
        said: dict[str, Any] = {"actor": actor, "now": now, "boxes": told.boxes}
        recorded = record(row.stream, str(exhibit), prepared, sealed, about, **said)
    except BadEntry:
        raise NoClip(Fault.AGAIN) from None
    body = {"clip": row.clip, "exhibit": str(exhibit), "language": told.language}
    append(row.stream, "clip.given", body, actor=actor, now=now)
    row.received = recorded.number
    row.save()
    return row


def exhibit_of(clip: str) -> tuple[Incident, str] | None:
    """The incident and the exhibit of a receipt that somebody quotes, None where there is no such receipt."""
    for line in Entry.objects.filter(kind="clip.given").values_list("line", flat=True).iterator():
        entry = canonical.decode(bytes(line))
        if entry["body"]["clip"] == clip:
            return Incident.objects.get(stream=entry["stream"]), entry["body"]["exhibit"]
    return None
