"""How names, days and times are written in a note, in one language. Pure: the rules are in forms/*.toml."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import cache

from inviolable.diplomacy.words import phrases
from inviolable.diplomacy.words.wording import Words, wording
from inviolable.law.casefile import Case
from inviolable.law.regime import state_codes, state_name
from inviolable.sources.vocabulary import fold

#: How a State is called: by its code, in a language, with the words of that.
Called = Callable[[str, str, Words], str]
#: Words with a capital, as a name has them.
NAME = re.compile(r"[A-ZÁÉÍÓÚÑ][\w'’-]+(?:\s+(?:(?:de|del|la|los)\s+)*[A-ZÁÉÍÓÚÑ][\w'’-]+)*")
#: A name of so many letters is none to look for.
SHORT = 3


def with_article(name: str, words: Words) -> str:
    """`the Ministry of …`, `la Embajada de …`; a name that brings its article along stays as it is."""
    grammar = words["grammar"]
    first = name.partition(" ")[0]
    articles = (grammar["masculine_article"], grammar["feminine_article"])
    if first.casefold() in articles:
        return first.casefold() + name[len(first) :]
    feminine = grammar["feminine"] and re.search(grammar["feminine"], first.casefold())
    return f"{articles[bool(feminine)]} {name}"


def after(preposition: str, phrase: str, words: Words) -> str:
    """`of the Ministry`, `del Ministerio`: both joined as the language does."""
    said = f"{preposition} {phrase}"
    for pair in filter(None, words["grammar"]["contractions"].split(", ")):
        apart, _, joined = pair.partition("=")
        if said.startswith(f"{apart} "):
            said = joined + said[len(apart) :]
    return said


def state_words(code: str, language: str, words: Words) -> str:
    """A State's name as it stands in a sentence: as [states] has it, else its usual one; "" where nobody says which."""
    if not code or code in words["states"]:
        return words["states"].get(code, "")
    articles = dict(pair.split("=") for pair in words["grammar"]["states"].split())
    return f"{articles.get(code, '')} {state_name(code, language)}".strip()


def formal_words(code: str, language: str, words: Words) -> str:
    """A State's formal name, as a ministry has it in [formal]; else its short one."""
    return words["formal"].get(code) or state_words(code, language, words)


def joined(told: Mapping[str, str], words: Words) -> dict[str, str]:
    """Phrases by what fills a text: each as `{the_sender}`, as a sentence begins, and after its prepositions."""
    found: dict[str, str] = {}
    for name, phrase in told.items():
        found |= {f"the_{name}": phrase, f"The_{name}": capital(phrase)}
        found |= {f"{one}_{name}": after(words["grammar"][one], phrase, words) for one in ("of", "to")}
    return found


def both_states(case: Case, language: str, words: Words, called: Called = state_words) -> dict[str, str]:
    """The two States of a case as phrases; where nobody says which they are, by what they are."""
    codes = {"sending": case.sending, "receiving": case.receiving}
    return {name: called(code, language, words) or words["states"][name] for name, code in codes.items()}


def states_in(text: str, language: str) -> tuple[str, ...]:
    """The States that a text names, by their codes, in its order; of `Guinea-Bissau` the longer one alone."""
    names = _state_names(language)
    found = re.findall(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)", fold(text))
    return tuple(names[one] for one in found)


@cache
def _state_names(language: str) -> dict[str, str]:
    """Their codes by name, short and formal, the longest first."""
    told = {fold(state_name(code, language)): code for code in state_codes()}
    for table in ("formal", "states"):
        named = ((code, name) for code, name in wording(language)[table].items() if code.isupper())
        told |= {fold(re.sub("^(the|el|la|los|las) ", "", name)): code for code, name in named}
    told |= phrases.table(language if language in phrases.LANGUAGES else "en")["states"]
    return dict(sorted(told.items(), key=lambda row: -len(row[0])))


def capital(phrase: str) -> str:
    """As a sentence begins."""
    return phrase[:1].upper() + phrase[1:]


def day_words(day: date, words: Words, form: str = "day") -> str:
    """`Tuesday 27 January 2026`, or by the form `date` without the day of the week."""
    grammar = words["grammar"]
    weekday, month = grammar["weekdays"].split()[day.weekday()], grammar["months"].split()[day.month - 1]
    return grammar[form].format(weekday=weekday, day=day.day, month=month, year=day.year)


def days_words(occurred: str, words: Words) -> str:
    """The day, or days, of a case file's `occurred`."""
    first, last = (date.fromisoformat(one[:10]) for one in _ends(occurred))
    told = {"first": day_words(first, words), "last": day_words(last, words)}
    return told["first"] if first == last else words["grammar"]["days"].format(**told)


def time_words(occurred: str, words: Words) -> str:
    """Local time and UTC of a case file's `occurred`, "" where it names a day alone."""
    first, last = _ends(occurred)
    if min(len(first), len(last)) == len("2026-01-27"):
        return ""
    here = [datetime.fromisoformat(one) for one in (first, last)]
    local, utc = [f"{one:%H:%M}" for one in here], [f"{one.astimezone(UTC):%H:%M}" for one in here]
    if first == last:
        return words["grammar"]["time"].format(local=local[0], utc=utc[0])
    return words["grammar"]["times"].format(first=local[0], last=local[1], first_utc=utc[0], last_utc=utc[1])


def _ends(occurred: str) -> tuple[str, str]:
    first, _, last = occurred.partition("/")
    return first, last or first
