"""A day of the week beside a date, where the grammar of sources reads them not together. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date

from django.utils.translation import gettext as _

from inviolable.sources.vocabulary import fold

#: From Monday as 0, without accents, in both languages.
DAYS = {
    name: number % 7
    for number, name in enumerate(
        (
            *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
            *("lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo"),
        )
    )
}
_NAMES = "|".join(DAYS)
PARTED = re.compile(rf"(?i)\b({_NAMES}|mi[eé]rcoles|s[aá]bado)(?:\s*\(|\s*,?\s*\n)\s*(?=(?:\w+ )?\d|[^\W\d]+ \d)")
FIGURES = re.compile(
    rf"\b({_NAMES})\b[\s,(]+(?:(?:the|el|on) )?(?:(\d{{4}})-(\d\d?)-(\d\d?)|(\d\d?)([/.-])(\d\d?)\6(\d{{4}}))(?!\d)"
)


def together(text: str) -> str:
    """The same text without a bracket or the end of a line between a day of the week and its date."""
    return PARTED.sub(r"\1, ", text)


def wrong_days(text: str) -> Iterator[str]:
    """Days of the week that a date in figures does not have, whichever of its figures is the month."""
    for said in FIGURES.finditer(fold(text)):
        name, year, month, day, one, _sign, two, last = said.groups()
        told = [(year, month, day)] if year else [(last, two, one), (last, one, two)]
        if (found := list(_dates(told))) and DAYS[name] not in {read.weekday() for read in found}:
            yield _("“%(said)s”: the date has another day of the week. Put one of them right.") % {"said": said[0]}


def _dates(told: list[tuple[str, str, str]]) -> Iterator[date]:
    for year, month, day in told:
        with suppress(ValueError):
            yield date(int(year), int(month), int(day))
