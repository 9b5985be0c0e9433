"""Where in a text a claim stands: its place and the text's hash, checked by the words themselves and those around them.

The selectors of the W3C Web Annotation Data Model (TextPositionSelector, TextQuoteSelector). What does not fit is an
error: a claim is never moved to a sentence that merely looks alike.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

#: So many characters before and after are kept.
AROUND = 32


class Misplaced(ValueError):
    """An anchor and a text do not belong together."""


@dataclass(frozen=True)
class Anchor:
    """start, end: characters (Unicode code points) of the text. sha256: of the text in UTF-8, as hex."""

    start: int
    end: int
    sha256: str
    exact: str
    prefix: str
    suffix: str


def digest(text: str) -> str:
    """SHA-256 of a text in UTF-8, as hex; also of one that holds half a character."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def make(text: str, start: int, end: int) -> Anchor:
    """The anchor of these characters. Raises Misplaced where they are none of the text."""
    if not 0 <= start < end <= len(text):
        raise Misplaced(f"{start} to {end} is no place in a text of {len(text)} characters; start comes before end")
    around = text[max(0, start - AROUND) : start], text[end : end + AROUND]
    return Anchor(start, end, digest(text), text[start:end], *around)


def find(text: str, anchor: Anchor) -> tuple[int, int]:
    """Start and end of what an anchor marks. Raises Misplaced: another text, or other words at that place."""
    if digest(text) != anchor.sha256:
        raise Misplaced(
            f"this text is not the one that “{anchor.exact[:60]}” was marked in: its SHA-256 is {digest(text)}, "
            f"expected {anchor.sha256}; open that version of the source, or mark the passage anew"
        )
    if make(text, anchor.start, anchor.end) != anchor:
        raise Misplaced(
            f"at {anchor.start} stands “{text[anchor.start : anchor.end][:60]}”, expected “{anchor.exact[:60]}” "
            "between the words kept with it; the mark itself was changed, so make it anew"
        )
    return anchor.start, anchor.end
