"""What two languages of one note must have in common: its figures, hours, days, provisions and demands. Pure.

Words can be translated well or badly, and only people can tell. A figure that is another one in the translation is
wrong in one of the two, and whoever receives the note will choose.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inviolable.diplomacy.terms import Content, Stop
from inviolable.diplomacy.words.citations import cited, named
from inviolable.diplomacy.words.phrases import pattern, table
from inviolable.diplomacy.words.wording import wording
from inviolable.sources.proposals.passages import masked, quotations
from inviolable.sources.vocabulary import fold

#: What is compared, in the order in which it is taken out of a text: the figures of a day are no number.
KINDS = {
    "provisions": gettext_lazy("provisions"),
    "days": gettext_lazy("days"),
    "hours": gettext_lazy("hours"),
    "numbers": gettext_lazy("numbers"),
    "demands": gettext_lazy("words that demand"),
}
HOUR = re.compile(r"\b(\d{1,2})(?:(?::|\s?h\s?)(\d{2}))?(?:\s?([ap])\. ?m\b\.?|\s?([ap])m\b)?")
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def language_stops(content: Content, texts: Mapping[str, Mapping[str, str]]) -> Iterator[Stop]:
    """Where a translation says another figure than the authoritative text. texts: by language, the paragraphs."""
    first, *others = content.languages
    for one in content.paragraphs:
        ours = texts[first].get(one.id, "")
        for language in others:
            if ours.strip() and (theirs := texts[language].get(one.id, "")).strip():
                yield from _differing(one.id, (first, ours), (language, theirs))


def _differing(paragraph: str, a: tuple[str, str], b: tuple[str, str]) -> Iterator[Stop]:
    told = [_taken(text, language) for language, text in (a, b)]
    for kind, words in KINDS.items():
        ours, theirs = (one[kind] for one in told)
        if ours != theirs:
            says = _("The languages differ in their %(what)s: %(a)s in %(first)s, %(b)s in %(second)s. Put one right.")
            left = {"a": _shown(ours - theirs), "b": _shown(theirs - ours), "first": a[0], "second": b[0]}
            yield Stop("languages", paragraph, says % {"what": words, **left})


def _shown(left: Counter[str]) -> str:
    return ", ".join(sorted(left.elements())) or "—"


def _taken(text: str, language: str) -> dict[str, Counter[str]]:
    """By kind, what a text has of it; words that it quotes are those of whoever said them."""
    folded = fold(masked(text, quotations(text)))
    points = cited(folded)
    found = {"provisions": Counter([*(one.point for one in points), *(f"({name})" for name in named(folded))])}
    for start, end in sorted({(one.start, one.end) for one in points}, reverse=True):
        folded = folded[:start] + " " * (end - start) + folded[end:]
    found["demands"] = Counter([str(len(pattern(language, "asks").findall(folded)))])
    folded, found["days"] = _days(folded, language)
    folded, found["hours"] = _hours(folded)
    numbers = [_plain(one[0]) for one in NUMBER.finditer(folded)]
    in_words = table(language)["numbers"]
    said = [in_words[word] for word in re.findall(r"[^\W\d_]+", folded) if word in in_words]
    found["numbers"] = Counter([*numbers, *(one for one in said if ":" not in one)])
    found["hours"] += Counter(one for one in said if ":" in one)
    return found


def _days(folded: str, language: str) -> tuple[str, Counter[str]]:
    """The rest of a text, and the days in it: `27.1.2026`, `27.1.`, `1.2026`, and the days of the week."""
    grammar, found = wording(language)["grammar"], list[str]()
    months = {fold(name): number for number, name in enumerate(grammar["months"].split(), 1)}
    month = rf"(?P<month>{'|'.join(months)})"
    day, year = r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.?o)?", r"(?P<year>\d{4})"
    forms = (
        rf"\b{day} (?:of |de )?{month}(?:,? (?:de |del )?{year})?\b",
        rf"\b{month} {day}(?:,? {year})?\b",
        rf"\b{month} (?:of |de |del )?{year}\b",
        r"\b(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)\b",
    )
    for form in forms:
        for one in re.finditer(form, folded):
            told = one.groupdict()
            number = months.get(told["month"]) or int(told["month"])
            found.append(f"{int(told.get('day') or 0)}.{number}.{told.get('year') or ''}")
        folded = re.sub(form, " ", folded)
    weekdays = {fold(name): number for number, name in enumerate(grammar["weekdays"].split())}
    called = wording("en")["grammar"]["weekdays"].split()
    found += [called[weekdays[word]] for word in re.findall(r"\w+", folded) if word in weekdays]
    return folded, Counter(found)


def _hours(folded: str) -> tuple[str, Counter[str]]:
    """The rest of a text, and the hours in it as a clock of twenty-four shows them."""
    found: list[str] = []

    def take(one: re.Match[str]) -> str:
        half = one[3] or one[4]
        if not one[2] and not half:
            return one[0]
        hour = int(one[1]) % 12 + 12 * (half == "p") if half else int(one[1])
        found.append(f"{hour:02}:{one[2] or '00'}")
        return " "

    return HOUR.sub(take, folded), Counter(found)


def _plain(number: str) -> str:
    """`1,500` and `1.500` are one number, and so are `2.5` and `2,5`."""
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", number):
        return re.sub(r"[.,]", "", number)
    return number.replace(",", ".").lstrip("0") or "0"
