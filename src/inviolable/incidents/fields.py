"""The fields that forms of this room are made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from zoneinfo import TZPATH, ZoneInfo, available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from inviolable.law.faults import forging

Choices = Sequence[tuple[Any, Any]]
Words = Any  # What gettext_lazy gives, or plain words.
UTC = "UTC"


def plain(text: str) -> None:
    """Refuse what could forge the look of a record, such as a character that turns the direction of writing."""
    if bad := [c for c in forging(text) if c not in "\r\n\t"]:
        raise ValidationError(_("It holds the character U+%(code)04X; write plain text.") % {"code": ord(bad[0])})


def line(label: Words, hint: Words = "", *, required: bool = False, most: int = 300) -> forms.CharField:
    """One line of text."""
    return forms.CharField(label=label, help_text=hint, required=required, max_length=most, validators=[plain])


def lines(label: Words, hint: Words = "", *, required: bool = False, most: int = 2000) -> forms.CharField:
    """Several lines of text."""
    area = forms.Textarea(attrs={"rows": 4})
    return forms.CharField(
        label=label, help_text=hint, required=required, max_length=most, validators=[plain], widget=area
    )


def hidden(choices: Choices) -> forms.ChoiceField:
    """What the page before has chosen already, or what alone there is."""
    only = choices[0][0] if len(choices) == 1 else None
    return forms.ChoiceField(choices=choices, widget=forms.HiddenInput, initial=only)


def zones(own: Iterable[str] = ()) -> Choices:
    """The time zones that somebody chooses among: first their own, then UTC and one of each place. own: IANA names."""
    near = [zone for zone in dict.fromkeys(own) if zone and zone != UTC]
    places = [UTC, *(zone for zone in sorted(canonical_zones()) if zone not in near)]
    groups = [(_("Ours"), near), (_("All"), places)] if near else [(_("All"), places)]
    return [(words, [(zone, zone.replace("_", " ")) for zone in several]) for words, several in groups]


@cache
def canonical_zones() -> frozenset[str]:
    """Time zones by the one name that each has: those of the table `zone1970.tab`, without names kept for old files.

    Where neither the machine nor Python's package brings that table, every zone of a place.
    """
    for path in (*map(Path, TZPATH), Path(str(files("tzdata") / "zoneinfo")) if find_spec("tzdata") else Path()):
        with suppress(OSError):
            rows = (path / "zone1970.tab").read_text("utf-8").splitlines()
            return frozenset(row.split("\t")[2] for row in rows if not row.startswith("#"))
    return frozenset(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))


def moment_field(label: Words, hint: Words = "", *, required: bool = False) -> forms.DateTimeField:
    """A day and a time on the clock of a place; which place says another field."""
    clock = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, help_text=hint, required=required, widget=clock)


def moment_in(given: datetime, zone: str) -> datetime:
    """What a field holds, on the clock of that place."""
    moment = given.replace(tzinfo=ZoneInfo(zone))
    if not 1900 <= moment.year <= 2200:
        raise ValidationError(_("Choose a year between 1900 and 2200."))
    return moment
