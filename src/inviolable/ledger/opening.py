"""Opening sealed items, where an identity of headquarters is: each opening is an entry with a reason, made first."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from inviolable.ledger import exhibits, media, subjects
from inviolable.ledger.actions import Actor, objects, subject_keys
from inviolable.ledger.canonical import decode
from inviolable.ledger.erasure import find_subject
from inviolable.ledger.models import Entry
from inviolable.ledger.registry import BadEntry, Recorded
from inviolable.ledger.seal import CannotOpen, Identity, open_stream


def received(stream: str, exhibit: str) -> Mapping[str, Any]:
    """What was recorded when this exhibit came in. Raises BadEntry where there is none."""
    rows = Entry.objects.filter(stream=stream, kind="exhibit.received").values_list("line", flat=True)
    for body in (decode(bytes(line))["body"] for line in rows):
        if body["exhibit"] == exhibit:
            return dict(body)
    raise BadEntry(f"{exhibit}: there is no such exhibit here; `inviolable exhibit list` shows those there are.")


def open_exhibit(
    stream: str, exhibit: str, to: Path, identities: Sequence[Identity], reason: str, *, actor: Actor, now: datetime
) -> Recorded:
    """Write an exhibit in plain to a new file, whole or not at all.

    Raises CannotOpen with another identity or where bytes were altered, BadEntry where it was erased.
    """
    check_opens(exhibit, identities)
    opening = exhibits.note_opening(stream, exhibit, reason, "opened", actor=actor, now=now)
    write_plain(stream, exhibit, to, identities)
    return opening


def check_opens(exhibit: str, identities: Sequence[Identity]) -> Identity:
    """The key of an exhibit. Raises CannotOpen with another identity or none, BadEntry where it was erased."""
    find_subject(exhibit)
    if not identities:
        raise CannotOpen(f"{exhibit}: no key was brought to open it with; name one with --identity FILE.")
    return subjects.identity_of(subject_keys(), exhibit, identities)


def write_plain(stream: str, exhibit: str, to: Path, identities: Sequence[Identity]) -> None:
    """The same for an opening that was recorded already."""
    body = received(stream, exhibit)
    with _appearing(to) as sink, objects().read(exhibits.object_name(exhibit)) as source:
        found = open_stream(source, sink, [check_opens(exhibit, identities)])
        if found.sha256 != body["sha256"]:
            raise CannotOpen(f"{exhibit}: what was opened is not what was recorded; nothing was written.")


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
