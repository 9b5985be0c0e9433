"""What a form says of a field that was left empty: what is expected there, by what kind of field it is."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

EXPECTED: dict[type[forms.Field], Any] = {
    forms.Field: _("Fill this in; it may not stay empty."),
    forms.CharField: _("Write something here; it may not stay empty."),
    forms.ChoiceField: _("Choose one of these."),
    forms.DateField: _("Give the day."),
    forms.DateTimeField: _("Give the day and the time."),
    forms.BooleanField: _("Tick this box, if that is what you want."),
}


def say_what_is_expected() -> None:
    """Once, when the program starts: Django's own words say only that a field is required."""
    for field, words in EXPECTED.items():
        field.default_error_messages = {**field.default_error_messages, "required": words}
