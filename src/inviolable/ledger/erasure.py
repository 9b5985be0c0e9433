"""Erasing and disclosing. A subject is erased by destroying its key: everywhere, and every proof still holds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from uuid import UUID, uuid4

import pyrage
from django.db import transaction

from inviolable.ledger import subjects
from inviolable.ledger.actions import (
    INSTALLATION,
    SYSTEM,
    Actor,
    append,
    lock_stream,
    objects,
    recipients,
    subject_keys,
    told_outside,
)
from inviolable.ledger.canonical import decode
from inviolable.ledger.exhibits import object_name
from inviolable.ledger.models import Entry, SealedValue, Subject
from inviolable.ledger.registry import BadEntry, Recorded
from inviolable.ledger.seal import CannotOpen, open_sealed
from inviolable.ledger.store import NotInStore, StoreError


def holds(stream: str) -> dict[str, str]:
    """The legal holds in force on a stream: id -> reason."""
    found: dict[str, str] = {}
    for line in (
        Entry.objects.filter(stream=stream, kind__startswith="hold.").order_by("seq").values_list("line", flat=True)
    ):
        entry = decode(bytes(line))
        if entry["kind"] == "hold.placed":
            found[entry["body"]["hold"]] = entry["body"]["reason"]
        else:
            found.pop(entry["body"]["hold"], None)
    return found


@transaction.atomic
def place_hold(stream: str, reason: str, *, actor: Actor, now: datetime) -> str:
    """Nothing of this stream may be erased until the hold is lifted; its id."""
    hold = str(uuid4())
    append(stream, "hold.placed", {"hold": hold, "reason": reason}, actor=actor, now=now)
    return hold


@transaction.atomic
def lift_hold(stream: str, hold: str, reason: str, *, actor: Actor, now: datetime) -> None:
    """End a hold. Raises BadEntry where there is none of that id."""
    if hold not in holds(stream):
        raise BadEntry(f"hold {hold}: is not in force here; `inviolable hold list` shows those that are.")
    append(stream, "hold.lifted", {"hold": hold, "reason": reason}, actor=actor, now=now)


def erase(subject: str, reason: str, *, actor: Actor, now: datetime) -> Recorded:
    """Make everything sealed to a subject unreadable, in every copy. Raises BadEntry while a legal hold stands.

    The entry comes first: should the machine stop between the two, the next round destroys the key.
    """
    with transaction.atomic():
        found = find_subject(subject)
        lock_stream(found.stream)  # No hold may be placed between looking for one and the entry.
        if standing := holds(found.stream):
            said = "; ".join(f"{hold}: {why}" for hold, why in standing.items())
            raise BadEntry(f"subject {subject}: a legal hold stands ({said}); lift it first.")
        body = {"subject": subject, "about": found.about, "reason": reason}
        recorded = append(found.stream, "subject.erased", body, actor=actor, now=now)
    _destroy(found)
    return recorded


def find_subject(subject: str) -> Subject:
    """The subject of that id, if it is there and was not erased. Raises BadEntry."""
    found = Subject.objects.filter(id=subject).first() if _is_id(subject) else None
    if found is None:
        raise BadEntry(f"subject {subject}: is not known; `inviolable exhibit list REF` shows the ids of exhibits.")
    if found.erased:
        raise BadEntry(f"subject {subject}: was erased already, on {found.erased:%Y-%m-%d %H:%M} UTC.")
    return found


def copies_of(subject: Subject) -> list[str]:
    """Exhibits that say they were made of this one and were not erased: a mask still shows what it does not hide."""
    lines = Entry.objects.filter(stream=subject.stream, kind="exhibit.received").values_list("line", flat=True)
    bodies = [decode(bytes(line))["body"] for line in lines]
    made = [body["exhibit"] for body in bodies if body.get("derived_from") == str(subject.id)]
    gone = {str(one.id) for one in Subject.objects.filter(id__in=made, erased__isnull=False)}
    return [one for one in made if one not in gone]


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _destroy(subject: Subject) -> None:
    name = str(subject.id)
    subjects.destroy(subject_keys(), name)
    if subject.about == "exhibit" and objects().exists(object_name(name)):
        objects().delete(object_name(name))


def retire(now: datetime) -> list[str]:
    """Erase what has been kept as long as it may, and finish what a crash interrupted. A hold beats retention.

    A time is over when our clock and one outside say so: what a clock that jumped would erase, nobody could bring back.
    What could not be destroyed is said, a line each, and tried again the next time.
    """
    faults = []
    there = set(subject_keys().list())
    for subject in Subject.objects.filter(erased__isnull=False):
        if subjects.key_name(str(subject.id)) in there:
            try:
                _destroy(subject)
            except StoreError as fault:
                faults.append(f"erasing {subject.id}: {fault}")
    for subject in Subject.objects.filter(erased=None, keep_until__lte=min(now, told_outside())):
        if not holds(subject.stream):
            try:
                erase(str(subject.id), "kept as long as it may be", actor=SYSTEM, now=now)
            except StoreError as fault:
                faults.append(f"erasing {subject.id}: {fault}")
    return faults


def open_field(commitment: str, identities: Iterable[pyrage.x25519.Identity]) -> bytes:
    """The line behind a commitment, for whoever holds an identity of headquarters.

    Raises CannotOpen with another identity, or where its giver sealed something else than they committed to; BadEntry
    where the field is not known or its subject was erased.
    """
    value = SealedValue.objects.filter(commitment=commitment).first()
    if value is None:
        raise BadEntry(f"{commitment}: there is no sealed field with this commitment.")
    if Subject.objects.filter(id=value.subject, erased__isnull=False).exists():
        raise BadEntry(f"{commitment}: its subject was erased; nobody can open it.")
    identity = subjects.identity_of(subject_keys(), str(value.subject), list(identities))
    line = open_sealed(bytes(value.box), [identity])
    if hashlib.sha256(line).hexdigest() != commitment:
        raise CannotOpen(f"{commitment}: whoever gave it sealed something else than they committed to.")
    return line


def reseal(identities: Iterable[pyrage.x25519.Identity], *, actor: Actor, now: datetime) -> int:
    """Seal the key of every subject to today's recipients, after one was added or retired; how many.

    Raises CannotOpen where no identity opens them; what was resealed by then stays so, and the rest opens as before.
    """
    keys, everybody, opened = subject_keys(), recipients(), list(identities)
    living = [str(one) for one in Subject.objects.filter(erased=None).values_list("id", flat=True)]
    for subject in living:
        with suppress(NotInStore):  # Erased meanwhile; or between reading and writing, and then it must not come back.
            subjects.reseal(keys, subject, opened, everybody)
            if Subject.objects.filter(id=subject, erased__isnull=False).exists():
                subjects.destroy(keys, subject)
    with transaction.atomic():
        body = {"subjects": len(living), "recipients": everybody}
        append(INSTALLATION, "keys.resealed", body, actor=actor, now=now)
    return len(living)
