"""Who says what: read from the grammar that attaches a speaker, and left open where the grammar does not say.

The dangerous error is to give the threat of one person to another. So a speaker of a quotation is named only where
subject and verb stand directly at it, where nothing is relayed, and where what stands before and after agrees.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from .language import Language, language_of
from .passages import Quotation, Sentence

Class = Literal["staff", "actor", "other", ""]
HEADS: tuple[Class, ...] = ("other", "actor", "staff")


@dataclass(frozen=True)
class Frame:
    """A stretch of a sentence (positions in it) that somebody says; speaker "" is somebody the grammar leaves open."""

    start: int
    end: int
    speaker: str
    denies: bool = False


@dataclass(frozen=True)
class _Grammar:
    subject: re.Pattern[str]  # NP SAY
    inverted: re.Pattern[str]  # SAY NP
    according: re.Pattern[str]
    says_that: re.Pattern[str]
    that: re.Pattern[str]
    denies: re.Pattern[str]
    not_said: re.Pattern[str]
    preposition: re.Pattern[str]
    and_also: re.Pattern[str]
    asking: re.Pattern[str]
    acting: re.Pattern[str]
    title: re.Pattern[str]
    after_subject: re.Pattern[str]
    after_inverted: re.Pattern[str]
    after_according: re.Pattern[str]
    before_quotation: re.Pattern[str]
    relay: re.Pattern[str]


@cache
def _grammar(code: str) -> _Grammar:
    """Noun phrases and verbs of saying of a language, put together."""
    language = language_of(code)
    assert language
    source = language.source
    proper = r"(?-i:(?!(?:{not_names})\b)[A-ZÁÉÍÓÚÑ][\w.-]*(?: [A-ZÁÉÍÓÚÑ][\w.-]*){0,3})"
    np = source(rf"(?P<np>{{several}}|{{noun}}|{proper})")
    adverbs = source("(?:{adverb}){0,3}")
    say, whom, that, asks = (source("{" + piece + "}") for piece in ("said", "to_whom", "that", "asks"))
    object_first = source("{to_whom_inverted}")

    quote = f"(?:{say}|{source('{quoting}')})"

    def compiled(pattern: str) -> re.Pattern[str]:
        return re.compile(pattern, re.IGNORECASE)

    apart = rf"(?:, [^,“”:;]{{2,60}},|, {source('{who}')})?"
    clause = rf"(?<!\w){np}{apart} {adverbs}(?P<say>{say})(?!\w)"
    return _Grammar(
        subject=compiled(clause),
        inverted=compiled(rf"(?<!\w){adverbs}{say}{object_first} {np}(?!\w)"),
        according=compiled(rf"(?<!\w){source('{according}')} {np}(?!\w)"),
        says_that=compiled(rf"(?<!\w){say}{whom} {that}(?!\w)"),
        that=compiled(rf"{whom} {that}(?!\w)"),
        denies=compiled(rf"(?<!\w){source('{denies}')}(?!\w)"),
        not_said=compiled(rf" (?:{source('{not_said}')})(?!\w)"),
        preposition=compiled(rf"(?<!\w)(?:{source('{before_no}')}) $"),
        and_also=compiled(rf"(?<!\w){source('{also}')},? {adverbs}$"),
        asking=compiled(rf"(?<!\w){np} {adverbs}$"),
        acting=compiled(rf"(?<!\w){np} {adverbs}(?:{say}|{asks}|{source('{send}')})(?!\w)"),
        title=compiled(rf"^{np}: ?“$"),
        after_subject=compiled(rf"^[,.]? ?{np} {adverbs}{quote}(?!\w)"),
        after_inverted=compiled(rf"^,? ?{adverbs}{quote}{object_first} {np}(?!\w)"),
        after_according=compiled(rf"^,? ?{source('{according}')} {np}(?!\w)"),
        before_quotation=compiled(rf"(?<!\w){np}{apart} {adverbs}(?P<say>{quote}){whom}(?: {that})?[:,]? ?“$"),
        relay=compiled(rf"^{whom},? (?:{that} )?(?:{np} )?{adverbs}{say}(?!\w)"),
    )


def class_of(speaker: str, language: Language) -> Class:
    """Whether a speaker is staff of the post, one of those at the door, or somebody else; "" where it cannot be said."""
    if language.pattern("{several}").fullmatch(speaker):
        return "actor" if language.pattern("{actor_many}").search(speaker) else ""
    cut = language.pattern("{preposition}").split(speaker, maxsplit=1)[0].strip()
    if language.pattern("{actor_phrase}").search(cut):
        return "actor"
    found = [(one, kind) for kind in HEADS for one in language.pattern("{" + kind + "_head}").finditer(cut)]
    if not found:
        return ""
    # The head stands first in Spanish, last in English.
    first = language.tables["speakers"]["head"] == "first"
    return min(found, key=lambda pair: pair[0].start() if first else -pair[0].end())[1]


def speaker_of(quotation: Quotation, sentence: Sentence, language: Language) -> str:
    """Who says this quotation, as the sentence around it names them; "" where the grammar does not say."""
    grammar = _grammar(language.code)
    start, end = quotation.start - sentence.start, quotation.end - sentence.start
    before, after = sentence.shown[:start], sentence.shown[end + 1 :]
    first, last = _before(before, grammar, language), _after(after, grammar)
    if first is None or last is None or (first and last and first != last):
        return ""
    return first or last or _between(before, grammar)


def _before(before: str, grammar: _Grammar, language: Language) -> str | None:
    """The subject of `NP said: “`; "" without one; None where it is not to be believed."""
    if title := grammar.title.search(before):
        return title["np"]
    found = _last(grammar.before_quotation, before)
    if not found:
        return "" if not before.rstrip("“").rstrip().endswith(":") or not before.strip("“ ") else ""
    return found["np"] if _is_subject(found, before, grammar) else None


def _after(after: str, grammar: _Grammar) -> str | None:
    """The subject of `”, NP said` or `”, said NP`; "" without one; None where somebody else's words are relayed."""
    for pattern in (grammar.after_according, grammar.after_inverted, grammar.after_subject):
        if found := pattern.search(after):
            return None if grammar.relay.search(after[found.end() :]) else found["np"]
    return ""


def _between(before: str, grammar: _Grammar) -> str:
    """The subject of `“…,” NP said, “…”`, for the second half."""
    parts = before.rsplit("”", 1)
    if len(parts) < 2:
        return ""
    for pattern in (grammar.after_inverted, grammar.after_subject):
        found = pattern.search(parts[1])
        if found and re.fullmatch(r"[,.:]? ?“", parts[1][found.end() :]):
            return found["np"]
    return ""


def frames(sentence: Sentence, language: Language) -> list[Frame]:
    """Which stretches of a sentence are somebody's statement, the innermost last."""
    grammar, shown = _grammar(language.code), sentence.shown
    found: list[Frame] = []
    for one in grammar.according.finditer(shown):
        found.append(Frame(*_clause(shown, one.start()), one["np"]))
    said = [one for one in grammar.subject.finditer(shown) if _is_subject(one, shown, grammar)]
    forward: list[Frame] = []
    for one in said:
        denies = grammar.denies.search(one[0]) is not None
        if _trails(shown, one.start(), one.end(), grammar):
            found.append(Frame(_clause(shown, one.start())[0], one.start(), one["np"], denies))
        elif not grammar.not_said.match(shown, one.end()):
            forward.append(Frame(one.end(), _clause(shown, one.end())[1], one["np"], denies))
    for one in grammar.inverted.finditer(shown):
        if _trails(shown, one.start(), one.end(), grammar) and not any(one.start() < o.end() and o.start() < one.end() for o in said):
            found.append(Frame(_clause(shown, one.start())[0], one.start(), one["np"]))
    for one in grammar.says_that.finditer(shown):
        if any(other.start() <= one.start() < other.end() for other in said):
            continue
        continued = grammar.and_also.search(shown[: one.start()]) and [f for f in forward if f.start < one.start()]
        speaker = continued[-1].speaker if continued else ""
        denies = grammar.denies.search(one[0]) is not None
        forward.append(Frame(one.end(), _clause(shown, one.end())[1], speaker, denies))
    return found + sorted(forward, key=lambda one: one.start)


def frame_at(place: int, found: list[Frame]) -> Frame | None:
    """The innermost statement that this place of a sentence is part of."""
    return next((one for one in reversed(found) if one.start <= place < one.end), None)


def subject_of(sentence: Sentence, verb: int, language: Language) -> str | None:
    """Whose act a verb of a sentence is, as it is named; None where the grammar does not say."""
    grammar, before = _grammar(language.code), sentence.shown[:verb]
    found = _last(grammar.asking, before)
    if found and not grammar.preposition.search(before[: found.start()]):
        return found["np"]
    if grammar.and_also.search(before):
        acting = [one for one in grammar.acting.finditer(before) if _is_subject(one, before, grammar)]
        return acting[-1]["np"] if acting else None
    return None


def _is_subject(one: re.Match[str], shown: str, grammar: _Grammar) -> bool:
    return not grammar.preposition.search(shown[: one.start("np")])


def _trails(shown: str, start: int, end: int, grammar: _Grammar) -> bool:
    """Whether `NP said` stands after what is said, as in `…, the ministry said on Friday.`"""
    before, after = shown[:start].rstrip(), shown[end:]
    return before.endswith((",", "”")) and not grammar.that.match(after) and len(after.split(",")[0].split(";")[0]) < 40


def _clause(shown: str, place: int) -> tuple[int, int]:
    """From the semicolon before to the semicolon after."""
    end = shown.find(";", place)
    return shown.rfind(";", 0, place) + 1, len(shown) if end < 0 else end


def _last(pattern: re.Pattern[str], before: str) -> re.Match[str] | None:
    """The match with the last verb, and the whole of its subject, of those that end where this stretch ends."""
    found = None
    for start in _starts(before[-200:]):
        at = max(0, len(before) - 200) + start
        one = pattern.match(before, at)
        if one and (not found or _verb(one) > _verb(found)):
            found = one
    return found


def _verb(one: re.Match[str]) -> int:
    return one.start("say") if "say" in one.re.groupindex else one.end("np")


def _starts(text: str) -> Iterator[int]:
    return (one.start() for one in re.finditer(r"(?<!\w)\w", text))
