"""An exhibit that its giver sealed before it left their hands: what it holds is never seen here.

Its key pair is made beforehand (exhibits.prepare), and the giver seals to the public half. How long the plain bytes are
and what their SHA-256 is can only be said by the giver, a claim until headquarters opens it (opening.py). The sealed
bytes are hashed here while they come.
"""

from __future__ import annotations

import hashlib
from contextlib import ExitStack
from pathlib import Path

from django.conf import settings

from inviolable.ledger import reserve
from inviolable.ledger.actions import objects
from inviolable.ledger.exhibits import object_name
from inviolable.ledger.seal import Sealed

#: How every age file begins (age-encryption.org/v1). To whom one is sealed only its key tells.
BEGINNING = b"age-encryption.org/v1\n"


class NotSealed(ValueError):
    """What comes is no age file."""


class TooLarge(ValueError):
    """More comes than may."""


class Damaged(ValueError):
    """What came is not what was sent."""


class Deposit:
    """A sealed exhibit that arrives in pieces. Nothing says that there is one before it is recorded (exhibits.record).

    exhibit: its id, for which a key pair was prepared. most: bytes that it may have. Raises StoreError, NameTaken
    where another one came first.
    """

    def __init__(self, exhibit: str, *, most: int) -> None:
        reserve.check_room(Path(settings.HOME))
        self._most, self._size, self._hash, self._beginning = most, 0, hashlib.sha256(), b""
        self._stack = ExitStack()
        sink = self._stack.enter_context(objects().write(object_name(exhibit)))
        self._sink = reserve.Sparing(Path(settings.HOME), sink)

    def write(self, piece: bytes) -> None:
        """The next piece. Raises NotSealed, TooLarge, StoreError."""
        if len(self._beginning) < len(BEGINNING):
            self._beginning += piece[: len(BEGINNING) - len(self._beginning)]
            if not BEGINNING.startswith(self._beginning):
                raise NotSealed("What comes is no age file: it was not sealed, and nothing of it was kept.")
        self._size += len(piece)
        if self._size > self._most:
            raise TooLarge(f"More than {self._most:,} bytes come; nothing of it was kept.")
        self._hash.update(piece)
        self._sink.write(piece)

    def finish(self, length: int, sha256: str, sealed_sha256: str) -> Sealed:
        """Everything has come: make it durable. length, sha256: of the plain bytes, as its giver says; sealed_sha256:
        of what they sent. Raises NotSealed, Damaged, StoreError; then nothing is kept."""
        try:
            if self._beginning != BEGINNING:
                raise NotSealed("What came is no age file, and nothing of it was kept.")
            if self._hash.hexdigest() != sealed_sha256:
                raise Damaged("What came is not what was sent, and nothing of it was kept. Send it again.")
        except ValueError:
            self.abort()
            raise
        self._stack.close()
        return Sealed(length, sha256, self._size, sealed_sha256)

    def abort(self) -> None:
        """It broke off, or is not to be kept: drop what has come."""
        self._stack.__exit__(InterruptedError, InterruptedError("the upload broke off"), None)
