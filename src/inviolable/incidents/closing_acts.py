"""What ends an incident, and what begins it again: who goes on with the rest, what was learnt, and why it is over."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from inviolable.counsel.page import Request
from inviolable.incidents import actions
from inviolable.incidents.acts import Act
from inviolable.incidents.brief import to_do_words
from inviolable.incidents.closing import not_left, not_owned
from inviolable.incidents.fields import lines
from inviolable.incidents.page import Page
from inviolable.posts.roles import EVERY_PERSON, Role


class Own(Act):
    """Who answers for what is still to be done."""

    title = _("Hand over what is to be done")
    lead = _("Whoever answers for it goes on when the incident is closed; their superior sees to it that it is done.")
    button = _("Hand it over")
    may = ("assign", "task")
    when = ""

    obligation = forms.ChoiceField(label=_("What?"))
    to = forms.ChoiceField(label=_("Who does it?"))
    superior = forms.ChoiceField(label=_("Who sees to it?"))
    why = lines(_("Why"))

    def __init__(self, page: Page, request: Request) -> None:
        super().__init__(page, request)
        roles = [(role.value, role.label) for role in Role if role in EVERY_PERSON]
        left = [(one.name, to_do_words(page.state, one)) for one in page.state.still_open()]
        for name, choices in {"obligation": left, "to": roles, "superior": roles}.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    @classmethod
    def fits(cls, page: Page) -> bool:
        """Where there is something to hand over."""
        return bool(page.state.still_open())

    def clean(self) -> dict[str, Any]:
        """Two of them."""
        given = super().clean() or self.cleaned_data
        if given.get("to") and given.get("to") == given.get("superior"):
            self.add_error("superior", _("Choose another role than the one who does it."))
        return given

    def record(self, reference: str, **who: Any) -> None:
        """Handed over."""
        given = self.cleaned_data
        actions.own(reference, given["obligation"], given["to"], given["superior"], why=given["why"], **who)


class Lesson(Act):
    """What was learnt."""

    title = _("Write a lesson")
    lead = _("What should be otherwise the next time: what, not who. It is in the after-action report.")
    button = _("Write it")
    may = ("write", "lesson")
    when = ""
    back = "after"

    what = lines(_("What was learnt?"), _("No names of people."), required=True)

    def record(self, reference: str, **who: Any) -> None:
        """Written."""
        actions.write_lesson(reference, self.cleaned_data["what"], **who)


#: What is missing before an incident can be closed, and how it comes.
_LEFT = {
    "dossier.exported": _("its dossier was not handed out; the administrator does that with: inviolable export"),
    "lesson.written": _("no lesson is written"),
}


class Close(Act):
    """Everything is done or owned, and what an incident leaves behind is there."""

    title = _("Close the incident")
    button = _("Close it")
    may = ("close", "incident")

    why = lines(_("Why"), required=True)

    @property
    def about(self) -> str:
        """What it waits for, before anybody writes why."""
        missing = "; ".join(self._missing())
        return _("Still missing: %(left)s.") % {"left": missing} if missing else ""

    def _missing(self) -> list[str]:
        to_do = [to_do_words(self.page.state, one) for one in not_owned(self.page.state)]
        return [*to_do, *(str(_LEFT[kind]) for kind in not_left(self.page.state))]

    def clean(self) -> dict[str, Any]:
        """What is still to be done is named."""
        if left := self._missing():
            raise ValidationError(
                _("It cannot be closed while this is still to be done: %(left)s.") % {"left": "; ".join(left)}
            )
        return super().clean() or self.cleaned_data

    def record(self, reference: str, **who: Any) -> None:
        """Closed."""
        actions.close(reference, self.cleaned_data["why"], **who)


class Reopen(Act):
    """Go on with a closed incident."""

    title = _("Reopen the incident")
    button = _("Reopen it")
    may = ("close", "incident")
    when = "closed"

    why = lines(_("Why"), required=True)

    def record(self, reference: str, **who: Any) -> None:
        """Reopened."""
        actions.reopen(reference, self.cleaned_data["why"], **who)
