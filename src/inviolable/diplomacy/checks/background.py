"""What a text is held against before it goes out, apart from its own words. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from inviolable.diplomacy.drafting.typed import Named
from inviolable.sources.records import Record
from inviolable.sources.scene import Scene


@dataclass(frozen=True)
class Background:
    """What a text is held against.

    sender: class of the organ that sends it (`ministry`, `embassy`, a consular class); post, head: of the post it is
    about, as a case file has them; sending, receiving: the two States (ISO 3166-1), "" where nobody says; zone, offset:
    IANA name of the post's, and how far its clock was from UTC; confirmed: law facts with the values that count;
    unnamed: claims whose speaker nobody confirmed; records: what it may quote; demands: of the note on file; outdated:
    marks that do not stand for what is known now; no_longer: by paragraph, which of its words that were on offer the
    file does not give any more, none for one that it does not give at all; unreviewed: by mark, rules and provisions
    behind it that no legal adviser has reviewed, by name, each with its pinpoint; named: the provisions that somebody
    named by hand, None where that is not asked; cites: provisions that the law was found to rest on, None where nobody
    asked it; today: the day of its release, None where the date of a text does not matter; own: what organs of the
    sending State are called, in small letters without accents; people: names that the incident's file has; sources: of
    them, those of whoever told it (drafting/speakers.py).
    """

    sender: str = "ministry"
    post: str = "consulate"
    head: str = ""
    sending: str = ""
    receiving: str = ""
    zone: str = "UTC"
    offset: timedelta | None = None
    confirmed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    unnamed: frozenset[str] = frozenset()
    records: Sequence[Record] = ()
    demands: tuple[str, ...] = ()
    outdated: frozenset[str] = frozenset()
    no_longer: Mapping[str, Sequence[str]] = field(default_factory=dict)
    unreviewed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    named: Named | None = None
    cites: frozenset[str] | None = None
    today: date | None = None
    own: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()

    @property
    def scene(self) -> Scene:
        """For the checks of a single text."""
        post = "mission" if self.post == "embassy" else "consular"
        return Scene(offset=self.offset, post=post, demands=self.demands)
