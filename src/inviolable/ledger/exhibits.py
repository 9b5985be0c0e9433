"""Exhibits: taken in, hashed and sealed in one pass; opened only with a reason; recordings in sealed segments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple
from uuid import uuid4

from django.conf import settings
from django.db import transaction

from inviolable.ledger import reserve
from inviolable.ledger.actions import Actor, append, objects, prepare_subject, recipients
from inviolable.ledger.models import Subject
from inviolable.ledger.moments import Happened
from inviolable.ledger.registry import BadEntry, Recorded
from inviolable.ledger.seal import Sealed, SealingPipe, seal_stream
from inviolable.ledger.subjects import Box

#: The kinds of entry with which a sealed item comes into the store.
ITEMS = ("exhibit.received", "segment.received")


@dataclass(frozen=True)
class About:
    """What is said of an item when it comes in. The grade is fixed then and never raised (docs/record.md).

    name, giver, description: sealed. media: a media type, as claimed. source: the role or kind of whoever it came
    from, in words that name nobody. consent: the giver's. derived_from: the exhibit this is a copy of, made as
    `derivation` says (tool, version, parameters).
    """

    grade: str
    consent: str = "not_asked"
    copy: str = "evidentiary"
    name: str = ""
    giver: str = ""
    description: str = ""
    media: str = ""
    source: str = ""
    part: str = ""
    derived_from: str = ""
    derivation: Mapping[str, Any] | None = None
    happened: Happened | None = None

    def body(self) -> dict[str, Any]:
        """The plain fields; absent ones are omitted."""
        given = {
            "grade": self.grade,
            "consent": self.consent,
            "copy": self.copy,
            "media": self.media,
            "from": self.source,
            "part": self.part,
            "derived_from": self.derived_from,
            "derivation": dict(self.derivation) if self.derivation else None,
        }
        return {name: value for name, value in given.items() if value}

    def sealed(self, subject: str) -> dict[str, tuple[str, Any]]:
        """The sealed fields, about the exhibit itself."""
        given = {"name": self.name, "giver": self.giver, "description": self.description}
        return {name: (subject, value) for name, value in given.items() if value}


class Intake:
    """One item that arrives in pieces. Nothing of it is written in plain anywhere.

    Its key pair is made first; the sealed bytes go to the store as they come; `finish` records the exhibit once
    they are on disk. Until then nothing says that there is an exhibit, and `abort` leaves none.
    """

    def __init__(self, stream: str, about: About, *, actor: Actor, now: datetime) -> None:
        self.stream, self.about, self.actor = stream, about, actor
        reserve.check_room(Path(settings.HOME))
        self.id = str(uuid4())
        self._prepared = prepare(self.id, now)
        self._stack = ExitStack()
        sink = self._stack.enter_context(objects().write(object_name(self.id)))
        self._pipe = SealingPipe(reserve.Sparing(Path(settings.HOME), sink), [self._prepared.said["recipient"]])

    def write(self, piece: bytes) -> None:
        """The next piece."""
        self._pipe.write(piece)

    def finish(self, now: datetime) -> Recorded:
        """Everything has come: make the bytes durable, then record the exhibit."""
        try:
            sealed = self._pipe.finish()
        except BaseException as fault:
            self._stack.__exit__(type(fault), fault, fault.__traceback__)
            raise
        self._stack.close()
        return record(self.stream, self.id, self._prepared, sealed, self.about, actor=self.actor, now=now)

    def abort(self) -> None:
        """It broke off: drop what has come."""
        self._pipe.abort()
        fault = InterruptedError("the upload broke off")
        self._stack.__exit__(InterruptedError, fault, None)


def receive(
    stream: str,
    source: BinaryIO,
    about: About,
    *,
    actor: Actor,
    now: datetime,
    progress: Callable[[int], None] | None = None,
) -> Recorded:
    """Take in everything that `source` holds, in one pass and bounded memory. progress: bytes so far."""
    reserve.check_room(Path(settings.HOME))
    exhibit = str(uuid4())
    prepared = prepare(exhibit, now)
    with objects().write(object_name(exhibit)) as sink:
        sealed = seal_stream(source, reserve.Sparing(Path(settings.HOME), sink), [prepared.said["recipient"]], progress)
    return record(stream, exhibit, prepared, sealed, about, actor=actor, now=now)


def receive_file(path: Path, stream: str, about: About, **more: Any) -> Recorded:
    """Take in a file. Raises BadEntry for what is no regular file."""
    if not path.is_file():
        raise BadEntry(f"{path}: is no file; name one, not a folder, pipe or device.")
    with path.open("rb") as source:
        return receive(stream, source, about, **more)


class Prepared(NamedTuple):
    """What the entry will say of an exhibit's key pair, and to whom its private half was sealed."""

    said: Mapping[str, str]
    sealed_to: list[str]


def prepare(exhibit: str, now: datetime) -> Prepared:
    """A key pair for an exhibit that is to come. Raises TooFewRecipients, StoreError."""
    sealed_to = recipients()
    return Prepared(prepare_subject(exhibit, "exhibit", now), sealed_to)


def object_name(item: str) -> str:
    """Where the sealed bytes of an exhibit or segment lie in the store."""
    return f"{item[:2]}/{item}.age"


@transaction.atomic
def record(
    stream: str,
    exhibit: str,
    prepared: Prepared,
    sealed: Sealed,
    about: About,
    *,
    actor: Actor,
    now: datetime,
    boxes: Mapping[str, Box] | None = None,
) -> Recorded:
    """Record an exhibit whose sealed bytes are durable. boxes: its sealed fields where its giver sealed it, too."""
    if recipients() != prepared.sealed_to:
        raise BadEntry("whom things are sealed to has changed while this came in; send it again.")
    body = about.body() | {
        **prepared.said,
        "exhibit": exhibit,
        "bytes": sealed.bytes,
        "sha256": sealed.sha256,
        "sealed_bytes": sealed.sealed_bytes,
        "sealed_sha256": sealed.sealed_sha256,
    }
    if boxes is not None:
        body |= {"sealed_by": "giver"}
    return append(
        stream,
        "exhibit.received",
        body,
        actor=actor,
        now=now,
        happened=about.happened,
        sealed=about.sealed(exhibit) if boxes is None else {name: (exhibit, box) for name, box in boxes.items()},
    )


@transaction.atomic
def note_opening(stream: str, exhibit: str, reason: str, how: str, *, actor: Actor, now: datetime) -> Recorded:
    """Record that somebody opens an item, before they get it. Raises BadEntry without a reason."""
    if not reason.strip():
        raise BadEntry("reason: is empty; say why this is opened.")
    if not Subject.objects.filter(id=exhibit, stream=stream).exists():
        raise BadEntry(f"{exhibit}: there is no such exhibit here.")
    body = {"exhibit": exhibit, "reason": reason.strip(), "how": how}
    return append(stream, "exhibit.opened", body, actor=actor, now=now)


class Held(NamedTuple):
    """A sealed item in the store. subject: whose erasure takes it (the exhibit itself, a segment's recording)."""

    id: str
    subject: str
    body: Mapping[str, Any]


def held(entries: Iterable[Mapping[str, Any]]) -> Iterator[Held]:
    """The sealed items that came in with these entries and were not erased."""
    erased = {str(one) for one in Subject.objects.filter(erased__isnull=False).values_list("id", flat=True)}
    for entry in entries:
        if entry["kind"] not in ITEMS:
            continue
        body = entry["body"]
        item = Held(body.get("exhibit") or body["segment"], body.get("exhibit") or body["recording"], body)
        if item.subject not in erased:
            yield item
