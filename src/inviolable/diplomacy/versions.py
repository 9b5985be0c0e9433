"""Reading the words of notes, of which entries have the SHA-256 alone."""

from __future__ import annotations

from inviolable.diplomacy import content as contents
from inviolable.diplomacy.models import Version
from inviolable.diplomacy.terms import Content
from inviolable.posts.actions import Refused


def content_of(note: str, number: int) -> Content:
    """A version as it was kept. Raises Refused where there is none."""
    kept = Version.objects.filter(note=note, number=number).first()
    if kept is None:
        raise Refused(f"version {number} of this note is not kept here.")
    return contents.loads(kept.content.encode())
