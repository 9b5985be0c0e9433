"""Opening sealed items, where an identity of headquarters is: each opening is an entry with a reason, made first."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from django.db import transaction

from inviolable.ledger import exhibits, media, recordings, subjects
from inviolable.ledger.actions import Actor, append, objects, subject_keys
from inviolable.ledger.canonical import decode
from inviolable.ledger.erasure import find_subject
from inviolable.ledger.models import Entry
from inviolable.ledger.registry import BadEntry, Recorded
from inviolable.ledger.seal import CannotOpen, Identity, open_stream


class Found(NamedTuple):
    """What an exhibit holds. claimed: all that was known of it was what its giver said; as_said: it is that."""

    bytes: int
    sha256: str
    claimed: bool
    as_said: bool


def received(stream: str, exhibit: str) -> Mapping[str, Any]:
    """What was recorded when this exhibit came in. Raises BadEntry where there is none."""
    rows = Entry.objects.filter(stream=stream, kind="exhibit.received").values_list("line", flat=True)
    for body in (decode(bytes(line))["body"] for line in rows):
        if body["exhibit"] == exhibit:
            return dict(body)
    raise BadEntry(f"{exhibit}: there is no such exhibit here; `inviolable exhibit list` shows those there are.")


def open_exhibit(
    stream: str, exhibit: str, to: Path, identities: Sequence[Identity], reason: str, *, actor: Actor, now: datetime
) -> Found:
    """Write an exhibit in plain to a new file, whole or not at all; what it holds.

    Of one that its giver sealed, what it holds is recorded, too. Raises CannotOpen with another identity or where bytes
    were altered, BadEntry where it was erased.
    """
    check_opens(exhibit, identities)
    exhibits.note_opening(stream, exhibit, reason, "opened", actor=actor, now=now)
    found = write_plain(stream, exhibit, to, identities)
    if found.claimed:
        body = {"exhibit": exhibit, "bytes": found.bytes, "sha256": found.sha256}
        with transaction.atomic():
            said = "yes" if found.as_said else "no"
            append(stream, "exhibit.measured", body | {"as_said": said}, actor=actor, now=now)
    return found


def check_opens(exhibit: str, identities: Sequence[Identity]) -> Identity:
    """The key of an exhibit. Raises CannotOpen with another identity or none, BadEntry where it was erased."""
    find_subject(exhibit)
    if not identities:
        raise CannotOpen(f"{exhibit}: no key was brought to open it with; name one with --identity FILE.")
    return subjects.identity_of(subject_keys(), exhibit, identities)


def write_plain(stream: str, exhibit: str, to: Path, identities: Sequence[Identity]) -> Found:
    """The same for an opening that was recorded already.

    What its giver sealed is written whatever they claimed that it is: look at `as_said`.
    """
    body = received(stream, exhibit)
    claimed = "sealed_by" in body
    with _appearing(to) as sink, objects().read(exhibits.object_name(exhibit)) as source:
        opened = open_stream(source, sink, [check_opens(exhibit, identities)])
        as_said = (opened.bytes, opened.sha256) == (body["bytes"], body["sha256"])
        if not (as_said or claimed):
            raise CannotOpen(f"{exhibit}: what was opened is not what was recorded; nothing was written.")
    return Found(opened.bytes, opened.sha256, claimed=claimed, as_said=as_said)


def open_recording(
    stream: str, recording: str, to: Path, identities: Sequence[Identity], reason: str, *, actor: Actor, now: datetime
) -> int:
    """Write what arrived of a recording, in the order in which it was filmed; how many segments."""
    segments = recordings.replay(recording)
    identity = subjects.identity_of(subject_keys(), recording, identities)
    exhibits.note_opening(stream, recording, reason, "opened", actor=actor, now=now)
    with _appearing(to) as sink:
        for segment in segments:
            with objects().read(exhibits.object_name(segment)) as source:
                open_stream(source, sink, [identity])
    return len(segments)


def mask_exhibit(
    stream: str,
    exhibit: str,
    identities: Sequence[Identity],
    reason: str,
    *,
    boxes: Sequence[media.Box],
    actor: Actor,
    now: datetime,
) -> Recorded:
    """A working copy with black boxes, or without any wholly pixelated; without sound; linked to its origin.

    The plain bytes exist only in a folder for this account, removed at the end. Raises MediaFailed, NoSandbox.
    """
    body = received(stream, exhibit)
    with tempfile.TemporaryDirectory(prefix="inviolable-") as folder:
        plain, masked = Path(folder) / "plain", Path(folder) / "masked"
        open_exhibit(stream, exhibit, plain, identities, reason, actor=actor, now=now)
        made = media.mask(plain, masked, boxes) if boxes else media.pixelate(plain, masked)
        about = exhibits.About(
            body["grade"],
            copy="working",
            consent=body["consent"],
            media=made["media_type"],
            part=body.get("part", ""),
            derived_from=exhibit,
            derivation=made,
        )
        return exhibits.receive_file(masked, stream, about, actor=actor, now=now)


def box_from(text: str) -> media.Box:
    """`X,Y,WIDTH,HEIGHT` in pixels, perhaps followed by `,FROM,TO` in milliseconds. Raises BadEntry."""
    try:
        numbers = [int(one) for one in text.split(",")]
        if len(numbers) not in (4, 6) or min(numbers) < 0 or 0 in numbers[2:4]:
            raise ValueError
    except ValueError:
        raise BadEntry(f"box: found {text!r}; write X,Y,WIDTH,HEIGHT or X,Y,WIDTH,HEIGHT,FROM,TO.") from None
    return media.Box(*numbers)


@contextmanager
def _appearing(path: Path) -> Iterator[BinaryIO]:
    """A file that is there once it is complete, for its owner only."""
    partial = path.with_name(f".{path.name}.{secrets.token_hex(8)}.partial")
    only_ours = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    try:
        with os.fdopen(os.open(partial, only_ours, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.link(partial, path)
    finally:
        partial.unlink(missing_ok=True)
