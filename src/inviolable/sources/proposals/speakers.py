"""Who says what: read from the grammar that attaches a speaker, and left open where the grammar does not say.

The dangerous error is to give the threat of one person to another. So a speaker of a quotation is named only where
subject and verb stand directly at it, where nothing is relayed, and where what stands before and after agrees.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .grammar import Grammar, grammar_of
from .language import Language
from .passages import Quotation, Sentence
from .people import is_body

#: A subject alone is no longer than so many characters.
SUBJECT = 30
#: So many characters before a noun are looked at for what it is.
REACH = 80
#: After these a clause begins.
OPENS = (",", ";", ":", "(", "—", "–")


@dataclass(frozen=True)
class Frame:
    """A stretch of a sentence (positions in it) that somebody says; speaker "" is somebody the grammar leaves open.

    unsaid: it is told that somebody did not say it. forward: it follows the verb of saying.
    """

    start: int
    end: int
    speaker: str
    denies: bool = False
    unsaid: bool = False
    forward: bool = False


def speaker_of(quotation: Quotation, sentence: Sentence, language: Language, said: list[Frame], last: str = "") -> str:
    """Who says this quotation, as the sentence around it names them; "" where the grammar does not say.

    said: who says which stretch of the sentence; last: who spoke before it, whom a pronoun means.
    """
    grammar = grammar_of(language)
    start, end = quotation.start - sentence.start, quotation.end - sentence.start
    before, after = sentence.shown[:start], sentence.shown[end + 1 :]
    subject, follows = _before(before, grammar), _after(after, grammar)
    if subject is None or follows is None or (subject and follows and subject != follows):
        return ""
    if named := subject or follows or _between(before, grammar):
        return _meant(named, before if subject else "", language, last)
    if grammar.elided_before.search(before) or grammar.elided.search(after):
        return last
    if grammar.adding.search(before):
        together = {one.speaker for one in said if one.forward and one.start < start <= one.end}
        return together.pop() if len(together) == 1 else ""
    return _in_clause(quotation, before, grammar, said)


def _in_clause(quotation: Quotation, before: str, grammar: Grammar, said: list[Frame]) -> str:
    """The speaker of a statement that goes on in quotation marks: `The consul said the officer “never came in”`."""
    if not quotation.said[0].islower():
        return ""
    acting = [(one.end(), one["np"]) for one in grammar.acting.finditer(before) if _is_subject(one, before, grammar)]
    spoken = [(one.start, one.speaker) for one in said if one.forward and one.start < len(before) <= one.end]
    start, speaker = max(spoken + acting, default=(0, ""))
    return speaker if grammar.goes_on.search(before[start:]) and not grammar.pronoun.fullmatch(speaker) else ""


def _meant(np: str, before: str, language: Language, last: str) -> str:
    """Whom a subject names: a pronoun whoever spoke last, if nobody stands between and it fits them."""
    grammar = grammar_of(language)
    if not grammar.pronoun.fullmatch(np):
        return np
    fits = is_body(last, language) == (grammar.of_body.fullmatch(np) is not None)
    return last if fits and not grammar.person.search(before) else ""


def _before(before: str, grammar: Grammar) -> str | None:
    """The subject of `NP said: “`; "" without one; None where it is not to be believed."""
    if alone := grammar.title.search(before) or grammar.heard.search(before):
        return alone["np"]
    found = _last(grammar.before_quotation, before)
    if not found:
        return ""
    return found["np"] if _is_subject(found, before, grammar) else None


def _after(after: str, grammar: Grammar) -> str | None:
    """The subject of `”, NP said` or `”, said NP`; "" without one; None where somebody else's words are relayed."""
    for pattern in (grammar.after_according, grammar.after_inverted, grammar.after_subject):
        if found := pattern.search(after):
            return None if grammar.relay.search(after[found.end() :]) else found["np"]
    return ""


def _between(before: str, grammar: Grammar) -> str:
    """The subject of `“…,” NP said, “…”`, for the second half."""
    parts = before.rsplit("”", 1)
    if len(parts) < 2:
        return ""
    for pattern in (grammar.after_inverted, grammar.after_subject):
        found = pattern.search(parts[1])
        if found and re.fullmatch(r"[,.:]? ?“", parts[1][found.end() :]):
            return found["np"]
    return ""


def frames(sentence: Sentence, language: Language, last: str = "") -> list[Frame]:
    """Which stretches of a sentence are somebody's statement, the innermost last. last: who spoke before it.

    Somebody is named only where subject and verb of saying stand together and the clause goes on: what follows `, and`,
    and what is inserted between the two, leave open who says it.
    """
    grammar, shown = grammar_of(language), sentence.shown
    found: list[Frame] = []
    for one in grammar.according.finditer(shown):
        begins = shown[: one.start()].rstrip().endswith(OPENS) or not shown[: one.start()].strip()
        found.append(Frame(*_clause(shown, one.start()), one["np"] if begins else ""))
    said = [one for one in grammar.subject.finditer(shown) if _is_subject(one, shown, grammar)]
    forward: list[Frame] = []
    for one in said:
        denies = grammar.denies.search(one[0]) is not None
        speaker = _named(one, grammar)
        trails = _trails(shown, one.start(), one.end(), grammar, language)
        speaker = _meant(speaker, "" if trails else shown[: one.start()], language, last)
        if trails:
            found.append(Frame(*_said_before(shown, one), speaker, denies))
        elif not grammar.not_said.match(shown, one.end()) and not _announces(one, shown, grammar):
            end = _clause(shown, one.end())[1]
            act = grammar.acts.fullmatch(one["say"]) and not grammar.that.match(shown, one.end())
            if act and (told := grammar.no_longer.search(shown, one.end(), end)):
                end = told.start()
            forward.append(Frame(one.end(), end, speaker, denies, forward=True))
            if other := grammar.another.search(shown, one.end(), end):
                forward.append(Frame(other.end(), end, ""))
    if (final := grammar.elided_last.search(shown)) and not any(o.end() > final.start() for o in said):
        found.append(Frame(*_said_before(shown, final), last))
    if (that := grammar.elided_that.search(shown)) and not _announces(that, shown, grammar):
        denies = grammar.denies.search(that[0]) is not None
        forward.append(Frame(that.end(), _clause(shown, that.end())[1], last, denies, forward=True))
    for one in grammar.inverted.finditer(shown):
        if _trails(shown, one.start(), one.end(), grammar, language) and not any(
            one.start() < o.end() and o.start() < one.end() for o in said
        ):
            found.append(Frame(*_said_before(shown, one), one["np"]))
    for one in grammar.says_that.finditer(shown):
        if any(o.start() <= one.start() <= o.end() + 1 for o in said) or grammar.elided_that.match(shown):
            continue
        if grammar.noun.match(one[0]) and grammar.determined.search(shown[: one.start()]):
            continue
        denies = grammar.denies.search(one[0]) is not None
        unsaid = grammar.unsaid.search(shown[: one.start()]) is not None
        adds = grammar.and_adds.match(shown, shown.rfind(" ", 0, max(0, one.start() - 1)) + 1)
        same = [o.speaker for o in forward if o.end >= one.start() > o.start and o.speaker] if adds else []
        stop = _clause(shown, one.end())[1]
        forward.append(Frame(one.end(), stop, same[0] if len(same) == 1 else "", denies and not unsaid, unsaid))
    return found + sorted(forward, key=lambda one: one.start)


def frame_at(place: int, found: list[Frame]) -> Frame | None:
    """The innermost statement that this place of a sentence is part of."""
    return next((one for one in reversed(found) if one.start <= place < one.end), None)


def subject_of(sentence: Sentence, verb: int, language: Language) -> str | None:
    """Whose act a verb of a sentence is, as it is named; None where the grammar does not say."""
    grammar, before = grammar_of(language), sentence.shown[:verb]
    found = _last(grammar.asking, before)
    if found and _is_subject(found, before, grammar) and _named(found, grammar):
        return found["np"]
    if grammar.and_also.search(before):
        acting = [one for one in grammar.acting.finditer(before) if _is_subject(one, before, grammar)]
        return acting[-1]["np"] if acting else None
    return None


def _named(one: re.Match[str], grammar: Grammar) -> str:
    """A subject whose verb follows, but for when, where or how it was said; "" where others stand between commas."""
    apart = one["apart"]
    if not apart or grammar.proper.fullmatch(one["np"]):
        return str(one["np"])
    others = any(not grammar.body.fullmatch(other[0]) for other in grammar.person.finditer(apart))
    return one["np"] if grammar.inserted.search(apart) and not others else ""


def _is_subject(one: re.Match[str], shown: str, grammar: Grammar) -> bool:
    """Whether a clause can begin with the noun: `the agent facing the guard said` tells of no guard who spoke."""
    before = shown[: one.start("np")]
    if len(before) > REACH:
        before = " " + before[-REACH:]  # no longer the beginning of the sentence
    if one.groupdict().get("relative"):
        return grammar.preposition.search(before) is None
    return grammar.begins.search(before) is not None


def _announces(one: re.Match[str], shown: str, grammar: Grammar) -> bool:
    return bool(grammar.announcing.fullmatch(one["say"]) and not grammar.that.match(shown, one.end()))


def _trails(shown: str, start: int, end: int, grammar: Grammar, language: Language) -> bool:
    """Whether `NP said` stands after what is said, as in `…, the ministry said on Friday.`"""
    before, after = shown[:start].rstrip(), shown[end:]
    clause = after.split(",")[0].split(";")[0]
    ends = len(clause) < 40 or not language.event.search(clause)
    return before.endswith((",", "”")) and not grammar.that.match(after) and ends


def _said_before(shown: str, one: re.Match[str]) -> tuple[int, int]:
    """All before `…, the ministry said.`; the whole clause around `The officer, the ministry said, tried to enter.`"""
    start, end = _clause(shown, one.start())
    inserted = shown[one.end() : one.end() + 1] == "," and one.start() - start <= SUBJECT
    return start, end if inserted else one.start()


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
