"""Sealing: age (age-encryption.org/v1, X25519), through pyrage. Whatever is sealed here, the `age` tool opens.

A stream is hashed, sealed and hashed again in one pass. pyrage reads 8 KiB and writes 64 KiB at a time, so the plain
side is read and hashed in larger blocks and handed on in slices.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from queue import Queue
from threading import Thread
from typing import Protocol, TypeAlias, cast

import pyrage

Identity: TypeAlias = pyrage.x25519.Identity
Recipient: TypeAlias = pyrage.x25519.Recipient

#: Bytes read, and hashed, at a time.
BLOCK = 64 * 1024
#: Pieces of an upload that may wait to be sealed.
WAITING = 8


class BadRecipient(ValueError):
    """A text that is no age recipient."""


class BadIdentity(ValueError):
    """A text that is no age identity; the message never holds it."""


class CannotOpen(Exception):
    """A seal that does not open: no key of ours, damaged, or cut short."""


class Aborted(Exception):
    """A pipe that was told to stop."""


class Source(Protocol):
    """What is read from."""

    def read(self, size: int, /) -> bytes:
        """At most so many bytes; none at the end."""
        ...


class Sink(Protocol):
    """What is written to."""

    def write(self, piece: bytes, /) -> object:
        """Take the whole piece."""
        ...


@dataclass(frozen=True)
class Sealed:
    """What was sealed or opened: lengths in bytes and SHA-256 in hex of the plain and of the sealed form."""

    bytes: int
    sha256: str
    sealed_bytes: int
    sealed_sha256: str


def check_recipient(text: str) -> Recipient:
    """The recipient that an `age1…` text names. Raises BadRecipient."""
    with suppress(pyrage.RecipientError):
        if str(recipient := Recipient.from_str(text)) == text:
            return recipient
    raise BadRecipient(
        f"{text[:80]!r} is no age recipient: it begins with age1 and has 62 characters, all in small letters. "
        "Copy the whole public key"
    )


def check_identity(text: str) -> Identity:
    """The identity that an `AGE-SECRET-KEY-1…` text is. Raises BadIdentity."""
    try:
        return Identity.from_str(text)
    except pyrage.IdentityError:
        raise BadIdentity(
            "This is no age identity: it begins with AGE-SECRET-KEY-1 and has 74 characters, all in capitals. "
            "Copy the whole line"
        ) from None


def seal(data: bytes, recipients: Iterable[str]) -> bytes:
    """Seal a few bytes to all recipients; each opens them alone. Raises BadRecipient."""
    sealed = io.BytesIO()
    seal_stream(io.BytesIO(data), sealed, recipients)
    return sealed.getvalue()


def open_sealed(data: bytes, identities: Iterable[Identity]) -> bytes:
    """What was sealed, with any of the identities. Raises CannotOpen."""
    plain = io.BytesIO()
    open_stream(io.BytesIO(data), plain, identities)
    return plain.getvalue()


def seal_stream(
    source: Source, sink: Sink, recipients: Iterable[str], progress: Callable[[int], object] | None = None
) -> Sealed:
    """Seal all of source into sink, in bounded memory. progress is told how many plain bytes are done.

    Raises BadRecipient before anything is written, and whatever source, sink or progress raise."""
    plain, sealed = _Reading(source, progress), _Writing(sink)
    try:
        pyrage.encrypt_io(plain, sealed, _recipients(recipients))
    finally:  # Also where it ended well: it says nothing of an error in its last few bytes.
        _raise_own(plain, sealed)
    return Sealed(plain.size, plain.sha256(), sealed.size, sealed.sha256())


def open_stream(source: Source, sink: Sink, identities: Iterable[Identity]) -> Sealed:
    """Open all of source into sink, in bounded memory, and say what both were, to be compared with the record.

    Damage is found where it lies, so the sink may hold the beginning of the plain bytes when CannotOpen is raised:
    write to a name that nobody takes for the whole, and rename it afterwards. Also raises what source and sink do."""
    sealed, plain = _Reading(source), _Writing(sink)
    try:
        pyrage.decrypt_io(sealed, plain, list(identities))
    except Exception as error:
        _raise_own(sealed, plain)
        raise CannotOpen(_why_not(str(error), plain.size)) from error
    return Sealed(plain.size, plain.sha256(), sealed.size, sealed.sha256())


class SealingPipe:
    """Seals what arrives in pieces, such as an upload: `write` each piece, then `finish`, or `abort`.

    A thread seals what waits in a short queue; `write` waits while that is full, so a slow sink slows the sender
    and memory stays bounded. What goes wrong in the thread is raised by the next `write`, or by `finish`. Only that
    thread writes to the sink, and no more once `finish` or `abort` is over."""

    def __init__(self, sink: Sink, recipients: Iterable[str]) -> None:
        """Raises BadRecipient."""
        self._arriving = _Arriving()
        self._failed: BaseException | None = None
        self._sealed: Sealed | None = None
        to = [str(recipient) for recipient in _recipients(recipients)]
        self._thread = Thread(target=self._run, args=(sink, to), name="sealing", daemon=True)
        self._thread.start()

    def write(self, piece: bytes) -> None:
        """Hand on a piece. Raises what went wrong with an earlier one, and Aborted after abort."""
        if self._failed:
            raise self._failed
        if self._sealed:
            raise ValueError("This pipe is finished: nothing more can be written to it")
        if piece:  # To the reader an empty one would be the end.
            self._arriving.pieces.put(bytes(piece))

    def finish(self) -> Sealed:
        """Everything was written: seal the rest, and say what it was. Raises what went wrong, Aborted after abort."""
        self._end(None)
        if self._failed:
            raise self._failed
        return cast(Sealed, self._sealed)

    def abort(self) -> None:
        """Stop: what the sink holds is cut short, and opens with no key. May be called at any time."""
        self._end(Aborted("The sealing was aborted before everything was there"))

    def _end(self, last: Aborted | None) -> None:
        if self._thread.is_alive():
            self._arriving.pieces.put(last)
            self._thread.join()

    def _run(self, sink: Sink, recipients: list[str]) -> None:
        try:
            self._sealed = seal_stream(self._arriving, sink, recipients)
        except BaseException as error:
            self._failed = error
            with suppress(Aborted):
                while self._arriving.read(0):
                    pass  # Whoever waits to write must not wait for ever; the next write tells them.


class _Arriving:
    """Pieces that wait for the thread of a pipe; the last is no piece but None, or the reason to stop."""

    def __init__(self) -> None:
        self.pieces: Queue[bytes | Aborted | None] = Queue(WAITING)
        self._over = False

    def read(self, _size: int, /) -> bytes:
        piece = None if self._over else self.pieces.get()
        if isinstance(piece, bytes):
            return piece
        self._over = True
        if piece is not None:
            raise piece
        return b""


class _Reading:
    """A source as pyrage reads it, 8 KiB at a time: hashed, counted, and its own errors kept."""

    def __init__(self, source: Source, progress: Callable[[int], object] | None = None) -> None:
        self._source, self._progress = source, progress
        self._block, self._at = b"", 0
        self._hash = hashlib.sha256()
        self.size = 0
        self.error: BaseException | None = None

    def read(self, size: int) -> bytes:
        at = self._at
        if at >= len(self._block):
            at = 0
            try:
                self._block = self._source.read(BLOCK)
                self._hash.update(self._block)
                self.size += len(self._block)
                if self._progress:
                    self._progress(self.size)
            except BaseException as error:
                self.error = error
                raise
        self._at = at + size
        return self._block[at : at + size]

    def sha256(self) -> str:
        return self._hash.hexdigest()


class _Writing:
    """A sink as pyrage writes to it, some 64 KiB at a time: hashed, counted, and its own errors kept."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._hash = hashlib.sha256()
        self.size = 0
        self.error: BaseException | None = None

    def write(self, piece: bytes) -> int:
        try:
            taken = self._sink.write(piece)
        except BaseException as error:
            self.error = error
            raise
        if not isinstance(taken, int):
            taken = len(piece)
        self._hash.update(piece if taken == len(piece) else piece[:taken])
        self.size += taken
        return taken

    def flush(self) -> None:
        """Nothing is kept back here."""

    def sha256(self) -> str:
        return self._hash.hexdigest()


def _recipients(texts: Iterable[str]) -> list[Recipient]:
    recipients = [check_recipient(text) for text in texts]
    if not recipients:
        raise BadRecipient("There is nobody to seal to: name at least one recipient")
    return recipients


def _raise_own(*ends: _Reading | _Writing) -> None:
    """What a source or a sink raised, as it was: pyrage only passes on its text."""
    for end in ends:
        if end.error:
            raise end.error


def _why_not(said: str, opened: int) -> str:
    if said == "No matching keys found":
        return "None of these keys opens the seal: it was sealed to others. Use the key of one of its recipients"
    if opened:
        return f"The seal is damaged or cut short after {opened:,} good bytes. Take another copy"
    return "This is no age file, or its beginning is damaged or cut short. Take another copy"
