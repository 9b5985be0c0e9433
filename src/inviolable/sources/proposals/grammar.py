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
    acts: re.Pattern[str]
    no_longer: re.Pattern[str]
    unsaid: re.Pattern[str]
    begins: re.Pattern[str]
    preposition: re.Pattern[str]
    and_also: re.Pattern[str]
    and_adds: re.Pattern[str]
    adding: re.Pattern[str]
    noun: re.Pattern[str]
    determined: re.Pattern[str]
    another: re.Pattern[str]
    asking: re.Pattern[str]
    acting: re.Pattern[str]
    title: re.Pattern[str]
    after_subject: re.Pattern[str]
    after_inverted: re.Pattern[str]
    after_according: re.Pattern[str]
    before_quotation: re.Pattern[str]
    heard: re.Pattern[str]
    relay: re.Pattern[str]
    label: re.Pattern[str]
    pronoun: re.Pattern[str]
    elided: re.Pattern[str]  # SAY without NP, after a quotation
    elided_before: re.Pattern[str]
    elided_that: re.Pattern[str]
    elided_last: re.Pattern[str]
    inserted: re.Pattern[str]
    proper: re.Pattern[str]
    goes_on: re.Pattern[str]  # from a verb of saying to the words in quotation marks in the same clause
    person: re.Pattern[str]
    body: re.Pattern[str]
    asked: re.Pattern[str]
    enquires: re.Pattern[str]
    many: re.Pattern[str]
    of_body: re.Pattern[str]


@cache
def grammar_of(language: Language) -> Grammar:
    """Noun phrases and verbs of saying of a language, put together."""
    source = language.source
    proper = r"(?-i:(?!(?:{not_names})\b)[A-ZÁÉÍÓÚÑ][\w-]*(?: [A-ZÁÉÍÓÚÑ][\w-]*){0,3})"
    # Any noun of a few words may speak where nothing but the subject can stand; its head is in no list.
    np = source(rf"(?P<np>{{several}}|{{noun}}|{proper})")
    any_np = source(rf"(?P<np>{{several}}|{{noun}}|{proper}|{{pronoun}}|{{anybody}})")
    adverbs = source("(?:{adverb}){0,3}")
    say, whom, that, asks = (source("{" + piece + "}") for piece in ("said", "to_whom", "that", "asks"))
    object_first = source("{to_whom_inverted}")
    quote = f"(?:{say}|{source('{quoting}')})"
    of_one = source(r"(?!{takes_object}(?!\w))")

    opening = source(r"^(?:{opening}) (?:(?:{determiner}) )?(?:(?!(?:{determiner})\b)(?!\w+ing\b)[\w'’-]+ ){1,3}$")

    def compiled(pattern: str) -> re.Pattern[str]:
        return re.compile(pattern, re.IGNORECASE)

    described = source(r" {who_else}(?: (?!(?:{heads}|{said}|{pronouns})\b)[\w'’-]+){1,9}?")
    apart = rf"(?:(?P<apart>, [^,“”:;]{{2,80}},)|{described}|(?P<relative>, {source('{who}')}))?"
    clause = rf"(?<!\w){any_np}{apart} {adverbs}(?P<say>{say})(?!\w)"
    no_subject = rf"{adverbs}{quote}{source('{to_nobody}')}"
    return Grammar(
        subject=compiled(clause),
        inverted=compiled(rf"(?<!\w){adverbs}{of_one}{say}{object_first} {np}(?!\w)"),
        according=compiled(rf"(?<!\w){source('{according}')} {any_np}(?!\w)"),
        says_that=compiled(rf"(?<!\w){say}{whom} {that}(?!\w)"),
        that=compiled(rf"{whom} {that}(?!\w)"),
        denies=compiled(rf"(?<!\w){source('{denies}')}(?!\w)"),
        acts=compiled(source("{acts}")),
        no_longer=compiled(source(r"(?<!\w)(?:{no_longer})(?!\w)")),
        announcing=compiled(source("{announcing}")),
        unsaid=compiled(source(r"(?<!\w){unsaid}$")),
        not_said=compiled(rf" (?:{source('{not_said}')})(?!\w)"),
        begins=compiled(
            rf"{opening}|(?:^|[,;:.!?”“(\[—–-] ?|(?<!\w){source('{before_subject}')} |[,”] {source('{also}')} )$"
        ),
        and_also=compiled(rf"(?<!\w){source('{also}')},? {adverbs}$"),
        and_adds=compiled(rf"(?<!\w){source('{also}')},? {source('{adds}')}(?!\w)"),
        adding=compiled(
            rf"(?:(?<!\w){source('{also}')},? {source('{adds}')}|, {source('{adding}')}){whom}(?:,? {that})?[:,]? ?“$"
        ),
        noun=compiled(source(r"^(?:{nouns})(?!\w)")),
        determined=compiled(source(r"(?:^|(?<!\w)(?:{determiner}|any|no|of|such|those|these|earlier) )$")),
        another=compiled(rf", (?:{source('{also}')})(?!\w)"),
        asking=compiled(rf"(?<!\w){np}{apart} {adverbs}$"),
        acting=compiled(rf"(?<!\w){np} {adverbs}(?:{say}|{asks}|{source('{send}')})(?!\w)"),
        title=compiled(source(r"^(?!.*{premises})(?P<np>{noun}): ?“$")),
        after_subject=compiled(rf"^[,.]? ?{any_np}(?:{described})? {adverbs}{quote}(?!\w)"),
        after_inverted=compiled(rf"^,? ?{adverbs}{of_one}{quote}{object_first} {any_np}(?!\w)"),
        after_according=compiled(rf"^,? ?{source('{according}')} {any_np}(?!\w)"),
        before_quotation=compiled(rf"(?<!\w){any_np}{apart} {adverbs}(?P<say>{quote}){whom}(?: {that})?[:,]? ?“$"),
        heard=compiled(rf"(?<!\w){source('{heard}')} {any_np} {source('{to_say}')}{whom}[:,]? ?“$"),
        relay=compiled(
            rf"^(?:{whom}(?:,| {that})? (?:{np} )?{adverbs}{say}|[^.;:“]*(?<!\w){source('{relaying}')})(?!\w)"
        ),
        label=re.compile(r"(?P<np>[A-ZÁÉÍÓÚÑ][A-ZÁÉÍÓÚÑ .'’-]{2,40}):(?=\s)"),
        pronoun=compiled(source("{pronoun}")),
        elided=compiled(rf"^,? ?{source('{elided}')}{no_subject}(?= ?[.,;:)]|$)"),
        elided_before=compiled(rf"^{source('{elided}')}{no_subject}: ?“$"),
        elided_that=compiled(rf"^{source('{elided}')}{adverbs}(?P<say>{say}){whom},? {that}(?!\w)"),
        elided_last=compiled(rf", {source('{elided}')}{adverbs}{say}{source('{to_nobody}')}(?=[.;]|$)"),
        inserted=compiled(source(rf"^, (?:{{opening}}|{{who}}|{{speaking}})(?!\w)|^, {proper},$")),
        proper=compiled(source(proper)),
        goes_on=compiled(source(r"^(?!.*(?<!\w)(?:{said}|{quoting}|{relaying}|{replies})(?!\w))[^“”:;]*“$")),
        person=compiled(source(r"(?<!\w)(?:{heads}|{person})(?!\w)")),
        body=compiled(source(r"(?<!\w)(?:{body})(?!\w)")),
        asked=compiled(source(r"(?<!\w)(?:{interviewer})(?!\w)")),
        enquires=compiled(source(r"(?<!\w)(?:{enquires})(?!\w)")),
        many=compiled(source(r"(?:{many})")),
        of_body=compiled(source(r"(?:{pronoun_of_body})")),
        preposition=compiled(rf"(?<!\w)(?:{source('{before_no}')}) $"),
    )
