"""How a language says that somebody says something: noun phrases and verbs of saying, put together from its words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from .language import Language


@dataclass(frozen=True)
class Grammar:
    """Where a language puts whoever speaks: `np` is the noun phrase, `say` the verb."""

    subject: re.Pattern[str]  # NP SAY
    inverted: re.Pattern[str]  # SAY NP
    according: re.Pattern[str]
    says_that: re.Pattern[str]
    that: re.Pattern[str]
    denies: re.Pattern[str]
    not_said: re.Pattern[str]
    announcing: re.Pattern[str]
    unsaid: re.Pattern[str]
    begins: re.Pattern[str]
    preposition: re.Pattern[str]
    and_also: re.Pattern[str]
    another: re.Pattern[str]
    asking: re.Pattern[str]
    acting: re.Pattern[str]
    title: re.Pattern[str]
    after_subject: re.Pattern[str]
    after_inverted: re.Pattern[str]
    after_according: re.Pattern[str]
    before_quotation: re.Pattern[str]
    relay: re.Pattern[str]


@cache
def grammar_of(language: Language) -> Grammar:
    """Noun phrases and verbs of saying of a language, put together."""
    source = language.source
    proper = r"(?-i:(?!(?:{not_names})\b)[A-ZÁÉÍÓÚÑ][\w-]*(?: [A-ZÁÉÍÓÚÑ][\w-]*){0,3})"
    np = source(rf"(?P<np>{{several}}|{{noun}}|{proper})")
    adverbs = source("(?:{adverb}){0,3}")
    say, whom, that, asks = (source("{" + piece + "}") for piece in ("said", "to_whom", "that", "asks"))
    object_first = source("{to_whom_inverted}")
    quote = f"(?:{say}|{source('{quoting}')})"
    of_one = source(r"(?!{takes_object}(?!\w))")

    opening = source(r"^(?:{opening}) (?:(?:{determiner}) )?(?:(?!(?:{determiner})\b)(?!\w+ing\b)[\w'’-]+ ){1,3}$")

    def compiled(pattern: str) -> re.Pattern[str]:
        return re.compile(pattern, re.IGNORECASE)

    apart = rf"(?:, [^,“”:;]{{2,60}},|(?P<relative>, {source('{who}')}))?"
    clause = rf"(?<!\w){np}{apart} {adverbs}(?P<say>{say})(?!\w)"
    return Grammar(
        subject=compiled(clause),
        inverted=compiled(rf"(?<!\w){adverbs}{of_one}{say}{object_first} {np}(?!\w)"),
        according=compiled(rf"(?<!\w){source('{according}')} {np}(?!\w)"),
        says_that=compiled(rf"(?<!\w){say}{whom} {that}(?!\w)"),
        that=compiled(rf"{whom} {that}(?!\w)"),
        denies=compiled(rf"(?<!\w){source('{denies}')}(?!\w)"),
        announcing=compiled(source("{announcing}")),
        unsaid=compiled(source(r"(?<!\w){unsaid}$")),
        not_said=compiled(rf" (?:{source('{not_said}')})(?!\w)"),
        begins=compiled(rf"{opening}|(?:^|[,;:.!?”“(\[—–-] ?|(?<!\w){source('{before_subject}')} )$"),
        and_also=compiled(rf"(?<!\w){source('{also}')},? {adverbs}$"),
        another=compiled(rf", (?:{source('{also}')})(?!\w)"),
        asking=compiled(rf"(?<!\w){np} {adverbs}$"),
        acting=compiled(rf"(?<!\w){np} {adverbs}(?:{say}|{asks}|{source('{send}')})(?!\w)"),
        title=compiled(source(r"^(?!.*{premises})(?P<np>{noun}): ?“$")),
        after_subject=compiled(rf"^[,.]? ?{np} {adverbs}{quote}(?!\w)"),
        after_inverted=compiled(rf"^,? ?{adverbs}{of_one}{quote}{object_first} {np}(?!\w)"),
        after_according=compiled(rf"^,? ?{source('{according}')} {np}(?!\w)"),
        before_quotation=compiled(rf"(?<!\w){np}{apart} {adverbs}(?P<say>{quote}){whom}(?: {that})?[:,]? ?“$"),
        relay=compiled(
            rf"^(?:{whom},? (?:{that} )?(?:{np} )?{adverbs}{say}|[^.;:“]*(?<!\w){source('{relaying}')})(?!\w)"
        ),
        preposition=compiled(rf"(?<!\w)(?:{source('{before_no}')}) $"),
    )
