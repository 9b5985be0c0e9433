"""What a stranger writes on the card, and what staff say of a photograph."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from inviolable.card.terms import What


class Line(forms.CharField):
    """One line of a stranger's: nothing in it can turn a line around or hide."""

    def clean(self, value: object) -> str:
        """Without what cannot be printed, and with single blanks."""
        said = "".join(one if one.isprintable() else " " for one in str(super().clean(value)))
        return " ".join(said.split())


class Ask(forms.Form):
    """A request. All of it is a claim."""

    agency = Line(label=_("Your agency"), max_length=100)
    what = forms.ChoiceField(label=_("What you ask"), choices=What.choices)
    number = forms.RegexField(
        r"^\+?[0-9][0-9 ()./-]{3,28}\Z",
        label=_("A number where we reach you"),
        help_text=_("Preferably your agency's switchboard; we call back through a number that we hold."),
        error_messages={"invalid": _("Write a telephone number, such as +1 612 555 0100.")},
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    text = Line(
        label=_("What it is about"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class Signage(forms.Form):
    """A photograph of the post's own signage; the file itself is read afterwards."""

    taken = forms.DateField(label=_("Taken on"), widget=forms.DateInput(attrs={"type": "date"}))
