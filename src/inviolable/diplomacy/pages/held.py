"""A small upload, whole and in memory: for what is read in the sandbox and kept nowhere."""

from __future__ import annotations

from inviolable.ledger.upload import Upload
from inviolable.sources.terms import MOST_BYTES


def bytes_of(upload: Upload) -> bytes | None:
    """The whole file; None where it has more bytes than are read of a document."""
    held = _Held()
    try:
        upload.into(held)
    except OverflowError:
        return None
    return bytes(held.data)


class _Held:
    """The pieces so far."""

    def __init__(self) -> None:
        self.data = bytearray()

    def write(self, piece: bytes) -> None:
        """The next piece. Raises OverflowError where there are too many."""
        if len(self.data) + len(piece) > MOST_BYTES:
            raise OverflowError
        self.data += piece

    def abort(self) -> None:
        """It will never be complete."""
        self.data.clear()
