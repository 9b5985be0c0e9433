"""Claims proposed by rule from the text of a source. A person confirms, corrects or rejects each before it counts.

Nothing here knows what is true. Where the grammar does not say who speaks, the speaker is left open.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from .course import course
from .cues import Cues
from .dates import WEEKDAYS, dates, today, zone_of
from .events import events
from .language import Language, language_of, languages
from .passages import Quotation, Sentence, quotations, sentences
from .people import class_of
from .speakers import Frame, frame_at
from .times import times

__all__ = ["Proposal", "languages", "propose", "proposed"]

#: Fewer words between quotation marks are a name or a distance, no statement, unless somebody is named who says them.
FEWEST_WORDS = 3
#: So many characters before a sentence may tell whom it speaks of.
NEAR = 200
#: What a question takes for granted; all else it leaves open.
ASKED = ("actor.agency", "legal.rule")


@dataclass(frozen=True)
class Proposal:
    """A claim that a rule reads in a text. start and end are characters of the text; raw is what stands there.

    speaker: as the text names them; None where it is the document's own voice or the grammar does not say.
    polarity: affirms or denies; modality: stated, alleged, hypothetical or demanded.
    """

    fact: str
    value: str
    raw: str
    start: int
    end: int
    polarity: str
    modality: str
    speaker: str | None
    rule: str


def propose(
    text: str, language: str, published: date | datetime | None = None, zone: str = "UTC", place: str = ""
) -> list[Proposal]:
    """Every claim that the rules of a language read in a text, in its order; none where there are no rules for it.

    published: when, a date or a moment with offset; what the text calls today is that day in `zone`, the publisher's.
    place: the zone of the post, if known: a time said in another zone's name that is the same there is local.
    Zones are IANA names. Raises ValueError for an unknown zone or a moment without offset, never for any text.
    """
    known = language_of(language)
    now = today(published, zone)
    if place:
        zone_of(place)
    if known is None:
        return []
    quoted = quotations(text)
    found: list[Proposal] = []
    every = sentences(text, quoted, known)
    said, speakers = course(text, every, quoted, known)
    for one in every:
        found += _read(text, one, known, now, place, said.get(one, []), speakers)
    found += [one for quotation in quoted for one in _words(text, quotation, speakers.get(quotation, ""), known)]
    return _once(found)


#: `propose`, for texts that are read again and again: each check of a note reads all its paragraphs, on every page.
#: A third of what a page of a note costs without it. Nobody may change what it gives.
proposed = lru_cache(maxsize=2_000)(propose)


def _read(
    text: str,
    sentence: Sentence,
    language: Language,
    now: date | None,
    place: str,
    said: list[Frame],
    speakers: Mapping[Quotation, str],
) -> Iterator[Proposal]:
    inside = sentence.inside
    mood, since = _mood(sentence, language)
    asks = sentence.shown.rstrip('”" ').endswith("?")

    def proposal(fact: str, value: str, start: int, end: int, rule: str, modality: str = "", by: str = "") -> Proposal:
        frame = Frame(0, 0, speakers.get(inside, "")) if inside else frame_at(start, said) or frame_at(end - 1, said)
        a, b = sentence.start + start, sentence.start + end
        denies = frame is not None and frame.denies
        told = frame is not None and frame.forward and frame.start > since
        stated = told or (mood == "hypothetical" and end <= since)
        modality = modality or ("hypothetical" if frame and frame.unsaid else "stated" if stated else mood)
        speaker = by or (frame.speaker if frame else "")
        value = value or " ".join(text[a:b].split())
        return Proposal(
            fact, value, text[a:b], a, b, "denies" if denies else "affirms", modality, speaker or None, rule
        )

    for one in events(sentence, language, text[max(0, sentence.start - NEAR) : sentence.start]):
        if asks and one.fact not in ASKED:
            continue
        yield proposal(one.fact, one.value, one.start, one.end, one.rule, one.modality, one.by)
    if asks:
        return
    day, cues = None, Cues(sentence.shown, language)
    for when in dates(sentence.shown, language, now):
        of = cues.belongs(when.start, when.end)
        if when.day:
            of = "told" if now and when.day > now else of
            day = day or when.day
            if of in ("event", "left"):
                yield proposal("event.date", when.day.isoformat(), when.start, when.end, "date")
            elif of == "told":
                yield _named(text, sentence.start + when.start, sentence.start + when.end, when.day)
        if when.weekday is not None and of in ("event", "left"):
            yield proposal("event.weekday", WEEKDAYS[when.weekday], when.start, when.end, "weekday")
    for clock in times(sentence.shown, language, day or now, place):
        if cues.belongs(clock.start, clock.end) == "event":
            yield proposal("event.local_time", clock.value, clock.start, clock.end, "time")


def _named(text: str, start: int, end: int, day: date) -> Proposal:
    """A day on which something was said or sent; whose words they are, and how surely, belongs to what was said."""
    return Proposal("date.named", day.isoformat(), text[start:end], start, end, "affirms", "stated", None, "date")


def _mood(sentence: Sentence, language: Language) -> tuple[str, int]:
    """How surely a sentence is said, and from where on: what stands before `whether …` is not in doubt."""
    for name, said in language.moods.items():
        if found := said.search(sentence.shown):
            return name, found.start()
    return "stated", 0


def _words(text: str, quotation: Quotation, speaker: str, language: Language) -> Iterator[Proposal]:
    if len(quotation.said.split()) < FEWEST_WORDS and not speaker:
        return
    kind = class_of(speaker, language, text[: quotation.start]) if speaker else ""
    fact = {"staff": "staff.words", "actor": "agent.words"}.get(kind, "words.said")
    if kind == "actor" and language.threats.search(quotation.said):
        fact = "threat.words"
    said = text[quotation.start : quotation.end].rstrip(" ,")
    end = quotation.start + len(said)
    value = " ".join(said.split())
    yield Proposal(fact, value, said, quotation.start, end, "affirms", "stated", speaker or None, "quotation")


def _once(found: list[Proposal]) -> list[Proposal]:
    """The first of those that say the same, in the order of the text."""
    first: dict[tuple[str | None, ...], Proposal] = {}
    for one in sorted(found, key=lambda one: (one.start, one.end, one.fact)):
        first.setdefault((one.fact, one.value, one.polarity, one.modality, one.speaker), one)
    return list(first.values())
