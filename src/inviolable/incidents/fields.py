"""The fields that forms of this room are made of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from inviolable.law.faults import forging

Choices = Sequence[tuple[str, Any]]
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


def zones() -> Choices:
    """Every time zone of a place, and UTC."""
    places = (zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix", "right")))
    return [(UTC, UTC), *((zone, zone.replace("_", " ")) for zone in sorted(places))]


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
