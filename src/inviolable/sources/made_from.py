"""What is worked out from something large, kept under what that was made from."""

from __future__ import annotations

from typing import Any


class MadeFrom:
    """Something that is known by what it was made from, so that it need not be compared itself."""

    def __init__(self, made_from: object, it: Any) -> None:
        self.made_from, self.it = made_from, it

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MadeFrom) and self.made_from == other.made_from

    def __hash__(self) -> int:
        return hash(self.made_from)
