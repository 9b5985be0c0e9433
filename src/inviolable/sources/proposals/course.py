"""Who speaks as a text goes on: whom `he said` and `añadió` mean, and whose the next words in quotation marks are.

A pronoun means whoever spoke just before, where that sentence names nobody else who could be meant; else nobody.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, takewhile

from .grammar import grammar_of
from .language import Language
from .passages import Quotation, Sentence
from .speakers import Frame, frames, speaker_of


@dataclass(frozen=True)
class Before:
    """What went before a sentence. speaker: whoever spoke last, or "" where that is not clear.

    quoting: that sentence was theirs in quotation marks, and asked nothing.
    """

    speaker: str = ""
    quoting: bool = False


def course(
    text: str, read: list[Sentence], quoted: list[Quotation], language: Language
) -> tuple[Mapping[Sentence, list[Frame]], Mapping[Quotation, str]]:
    """For the sentences around quotations: who says which stretch of each, and who says each quotation."""
    said: dict[Sentence, list[Frame]] = {}
    speakers: dict[Quotation, str] = {}
    before, label, end = Before(), "", 0
    for sentence in read:
        if sentence.inside or not sentence.whole:
            before, label = Before(), ""
            continue
        if "\n" in text[end : sentence.start] or not end:
            label = _label(sentence, language)
            before = Before(before.speaker)
        end = sentence.end
        labelled = [Frame(0, len(sentence.shown), label)] if label else []
        said[sentence] = labelled + frames(sentence, language, before.speaker)
        own = list(_inside(sentence, quoted))
        for one in own:
            speakers[one] = (
                speaker_of(one, sentence, language, said[sentence], before.speaker)
                or _continues(sentence, before)
                or label * _stands_alone(sentence)
            )
        before = _after(sentence, said[sentence], [speakers[one] for one in own], language, before)
    return said, speakers


def _inside(sentence: Sentence, quoted: list[Quotation]) -> Iterator[Quotation]:
    first = bisect_left(quoted, sentence.start, key=lambda one: one.start)
    return takewhile(lambda one: one.end <= sentence.end, islice(quoted, first, None))


def _label(sentence: Sentence, language: Language) -> str:
    """Who speaks in `THE MAYOR: We want …`; whoever only asks is left out."""
    grammar = grammar_of(language)
    found = grammar.label.match(sentence.shown)
    return found["np"] if found and not grammar.asked.search(found["np"]) else ""


def _stands_alone(sentence: Sentence) -> bool:
    return not sentence.shown.strip("“”_.!?…, ")


def _continues(sentence: Sentence, before: Before) -> str:
    """Who goes on speaking in a sentence that is a quotation and nothing else."""
    return before.speaker if before.quoting and _stands_alone(sentence) else ""


def _after(sentence: Sentence, said: list[Frame], quoted: list[str], language: Language, before: Before) -> Before:
    grammar = grammar_of(language)
    named = {one.lower(): one for one in [*(frame.speaker for frame in said), *quoted]}
    if len(named) > 1 or "" in named:
        return Before()
    speaker = next(iter(named.values()), before.speaker)
    bodies = [one.span() for one in grammar.body.finditer(sentence.shown)]
    for one in grammar.person.finditer(sentence.shown):
        body = any(start <= one.start() < end for start, end in bodies)
        if not body and not grammar.many.fullmatch(one[0]) and one[0].lower() not in speaker.lower():
            return Before()
    asks = "?" in sentence.shown or grammar.enquires.search(sentence.shown)
    return Before(speaker, bool(quoted) and not asks)
