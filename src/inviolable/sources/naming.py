"""What values, voices and roots are called in the reader's language (labels/), in whatever words somebody put them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from inviolable.law.words import texts

from .values import Value
from .vocabulary import HERE, fold, keys, read_toml, words
from .voices import Voice

#: The page itself is the statement of whoever is named behind this (voices.toml).
ITSELF = "primary:"


@cache
def labels(language: str) -> Mapping[str, Mapping[str, str]]:
    """The words of one language: of checks, of rows and kinds of voice, of keys."""
    found: Mapping[str, Mapping[str, str]] = read_toml(f"labels/{language}.toml")
    return found


def meaning(value: Value, language: str) -> str:
    """What a value means, in the reader's language; "" where it is nothing but somebody's words."""
    known = labels(language)
    if value.type == "weekday":
        return known["terms"][value.norm]
    if value.type == "count":
        how = "several" if value.norm == "plural" else "only" if value.exact else "at_least"
        count = value.norm.lstrip(">=")
        return count if count.isdecimal() and count == value.norm else known["report"][how].format(count=count)
    if value.type in ("date", "time"):
        said = known["dayparts"].get(value.norm, value.norm)
        return known["report"]["about"].format(value=said) if value.about else said
    if law := texts(language)["facts"].get(value.fact):
        return str(law["answers"].get(value.norm, ""))
    return values_in(language).get(value.fact, {}).get(value.norm, "")


def value_words(value: Value, raw: str, language: str) -> str:
    """A value in the reader's language, with the words that somebody put it in where these are more than its name."""
    report, means = labels(language)["report"], meaning(value, language)
    quoted = report["quoted"].format(said=raw)
    alone = _is_name(value, raw) or fold(raw) == fold(means)
    said = (means if alone else f"{means}: {quoted}") if means else quoted
    return report["denied"].format(value=said) if value.denied else said


def as_named(value: Value, raw: str, language: str) -> str:
    """The same without quotation marks: by its name, or in the words that somebody put it in."""
    return (meaning(value, language) if _is_name(value, raw) else "") or raw


def _is_name(value: Value, raw: str) -> bool:
    return value.type in ("date", "time", "weekday") or fold(raw) in (
        value.norm,
        value.norm.lstrip(">="),
        *_folded(value.fact),
    )


def fact_words(fact: str, language: str) -> str:
    """What a key is called: the law's question, or what it is called here; one that is not declared, itself."""
    law = texts(language)["facts"].get(fact)
    return str(law["question"] if law else labels(language)["facts"].get(fact, fact))


def left_words(fact: str, left: Sequence[str], language: str) -> str:
    """The values of a law fact that one statement leaves open together: which of them it does not say."""
    answers, known = texts(language)["facts"][fact]["answers"], labels(language)["left"]
    if len(left) == 1:
        return str(answers[left[0]])
    said = " / ".join(answers[value] for value in left)
    return known.get(f"{fact}: {' '.join(left)}") or known["other"].format(answers=said)


def voice_words(voice: Voice, language: str) -> str:
    """What a voice is called; one that no data file names is called as whoever it speaks in calls it."""
    return labels(language)["voices"].get(voice.id) or labels(language)["report"]["quoted"].format(said=voice.called)


def lineage_words(lineage: str, language: str) -> str:
    """From whom a page is written; in words, where it is a code of a data file."""
    if lineage.startswith(ITSELF):
        return labels(language)["report"]["itself"].format(whose=lineage.removeprefix(ITSELF))
    return labels(language)["lineages"].get(lineage, lineage)


@cache
def values_in(language: str) -> Mapping[str, Mapping[str, str]]:
    """Key → value → what it is called."""
    return read_toml(f"labels/values.{language}.toml")


@cache
def _folded(fact: str) -> frozenset[str]:
    return frozenset(map(fold, named(fact)))


@cache
def named(fact: str) -> frozenset[str]:
    """The values of a key that a data file of this room names: the normal ones, and those that its rules propose."""
    found = {value for value, _ in keys()[fact].values} if fact in keys() else set()
    for path in HERE.joinpath("proposals/words").iterdir():
        table = read_toml(f"proposals/words/{path.name}")
        found |= {row["value"] for row in table["patterns"] if row["fact"] == fact}
        if fact == "actor.agency":
            found |= {*table["agencies"], *table["agencies"]["institutions"]} - {"institutions"}
        if fact == "event.local_time":
            found |= set(table["times"]["parts"])
    if fact in keys() and keys()[fact].type == "count":
        found.add("plural")
    if fact in keys() and keys()[fact].type == "weekday":
        found |= {day.capitalize() for day in words().weekdays}
    return frozenset(found)
