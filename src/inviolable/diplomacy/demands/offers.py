"""Which firmer wording is offered to whoever drafts: after silence or an answer here, or because it happened again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from inviolable.counsel.clocks import day_words
from inviolable.diplomacy.demands.again import Standing
from inviolable.diplomacy.demands.book import Book, book_of
from inviolable.diplomacy.demands.firmer import Offer, offer
from inviolable.diplomacy.demands.ladder import Reason
from inviolable.diplomacy.demands.models import Demand
from inviolable.diplomacy.demands.wording import OCCASIONS
from inviolable.incidents.lookup import whole
from inviolable.incidents.place import day_of
from inviolable.incidents.wording import in_each_language
from inviolable.posts.lookup import at_the_ministry

#: An occasion, as firmer/ and wording.OCCASIONS name it, and what is offered on it.
Offered = tuple[str, Offer]


def of_this(found: Book, why: Sequence[Reason], now: datetime) -> Iterator[Offered]:
    """What the next note about an incident may say of what its earlier ones demanded. why: it may be time."""
    codes = {one.code for one in why}
    if not codes or not found.unmet:
        return
    oldest = found.unmet[0]
    told = {"note": _same(oldest.note.number), "since": _day(oldest.since), "days": _same(str(oldest.days(now)))}
    if "unanswered" in codes:
        yield "unanswered", offer("unanswered", told)
    for code, says in {"refused": "refuses", "evaded": "evades"}.items():
        if link := next((link for one in found.unmet for link in one.links if link.says == says), None):
            reply = found.replies[link.reply]
            note = _same(found.notes[reply.note].number)
            yield code, offer(code, {"note": note, "replied": _said(day_of(reply.happened))})
    yield "dispute", offer("dispute", {})


def of_earlier(standing: Sequence[Standing], times: int) -> Iterator[Offered]:
    """What a note about an incident may say of what earlier ones demanded and were promised. times: as it repeats."""
    if oldest := next((one for one in standing if one.kind and one.until is None), None):
        number = Demand.objects.get(id=oldest.id).number
        told = {"note": _same(number), "since": _day(oldest.since), "times": _same(str(times))}
        yield "again", offer("again", told)
    for one in standing:
        if not one.kind:
            found = book_of(whole(one.stream).state)
            came = day_of(found.replies[found.assurances[one.id].reply].happened)
            yield "broken", offer("broken", {"replied": _said(came), "words": _same(one.words)}, one.id)


def told(offered: Iterable[Offered]) -> list[dict[str, Any]]:
    """Them as a page shows them: the occasion, and the words in each language."""
    return [
        {"occasion": OCCASIONS[occasion], "words": [(language, one.words(language)) for language in one.paragraph.text]}
        for occasion, one in offered
    ]


def _same(words: str) -> dict[str, str]:
    return in_each_language(lambda: words)


def _day(moment: datetime) -> dict[str, str]:
    return _said(at_the_ministry(moment).date())


def _said(day: date) -> dict[str, str]:
    return in_each_language(lambda: day_words(day))
