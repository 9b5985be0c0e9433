"""What people write into an incident: for each thing one form, with its words, who may, and what it records."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inviolable.counsel.page import Request
from inviolable.incidents import actions
from inviolable.incidents.fields import UTC, Choices, hidden, line, lines, moment_field, moment_in, zones
from inviolable.incidents.page import Page
from inviolable.incidents.terms import FIRST
from inviolable.incidents.wording import in_own_language, part_words
from inviolable.ledger import erasure
from inviolable.ledger.moments import Happened
from inviolable.posts.lookup import ministry_zone
from inviolable.posts.models import Post
from inviolable.posts.roles import EVERY_PERSON, OF_A_POST, Role

# ---- what all have in common -------------------------------------------------------------------


class Act(forms.Form):
    """A form that records something. may: (verb, thing) of posts.roles; back: the page that shows what was recorded."""

    title: ClassVar[Promise]
    button: ClassVar[Promise]
    lead: ClassVar[Promise | str] = ""
    may: ClassVar[tuple[str, str]]
    back: ClassVar[str] = "overview"
    #: Whether it is for an open incident, a closed one, or ("") either.
    when: ClassVar[str] = "open"

    def __init__(self, page: Page, request: Request) -> None:
        self.page, self.now = page, request.now
        self.parts = [(part.id, part_words(part)) for part in page.state.parts.values()]
        data = request.POST if request.method == "POST" else None
        super().__init__(data, initial={name: value for name, value in request.GET.items() if value})

    @classmethod
    def fits(cls, page: Page) -> bool:
        """Whether it can be done to an incident as it stands."""
        return cls.when in ("", "closed" if page.incident.closed else "open")

    def record(self, reference: str, **who: Any) -> None:
        """Write it. who: actor and now. Raises what the rooms below raise."""
        raise NotImplementedError

    def goes_to(self, reference: str) -> str:
        """Where what was recorded can be seen."""
        told = (
            {"part": part}
            if (part := self.cleaned_data.get("part", FIRST)) != FIRST and self.back != "overview"
            else {}
        )
        return reverse(f"incidents:{self.back}", args=[reference], query=told)

    def part_field(self) -> forms.ChoiceField:
        """Which part; asked only where there are several."""
        return forms.ChoiceField(label=_("Part"), choices=self.parts) if len(self.parts) > 1 else hidden(self.parts)


def last_zone(page: Page) -> str:
    """The time zone that was named last in this incident."""
    told = [item.happened.zone for item in page.state.timeline if item.happened.zone]
    return told[-1] if told else UTC


def own_zone(page: Page, request: Request) -> str:
    """On whose clock somebody tells what they did or received themselves: the ministry's, but at a post that named last
    in this incident."""
    ministry = str(ministry_zone())
    return last_zone(page) if request.user.role in OF_A_POST or ministry == UTC else ministry


def zones_of(page: Page) -> Choices:
    """Time zones to choose among: first the one named last in the incident, the post's, the ministry's, those of our
    posts there."""
    opened = page.state.opened
    there = Post.objects.filter(receiving=opened.get("receiving") or None).order_by("name")
    near = sorted(there, key=lambda post: not post.city or post.city not in str(opened.get("place", "")))
    own, *others = [post.time_zone for post in near] or [""]
    return zones([last_zone(page), own, str(ministry_zone()), *others])


class Dated(Act):
    """An act that says when something happened, which is a claim. ours: it is told by whoever did it."""

    happened: ClassVar[Promise] = _("When was that?")
    ours: ClassVar[bool] = False

    def __init__(self, page: Page, request: Request) -> None:
        super().__init__(page, request)
        self.fields["at"] = moment_field(self.happened, _("Leave it empty for now."))
        zone = own_zone(page, request) if self.ours else last_zone(page)
        self.fields["zone"] = forms.ChoiceField(
            label=_("On the clock of"), choices=zones_of(page), initial=zone, required=False
        )

    def clean(self) -> dict[str, Any]:
        """Moments that have come."""
        given = super().clean() or self.cleaned_data
        for name in ("at", "paper"):
            if given.get(name):
                try:
                    given[name] = moment_in(given[name], given.get("zone") or UTC)
                    if given[name] > self.now:
                        raise ValidationError(_("That has not come yet."))
                except ValidationError as fault:
                    self.add_error(name, fault)
        return given

    def told(self) -> Happened | None:
        """When it happened: where nobody says, when it was written on paper; None for now."""
        given = self.cleaned_data
        zone = given.get("zone") or UTC
        moment = given.get("at") or given.get("paper")
        return Happened.at(moment, "" if zone == UTC else zone) if moment else None


class WrittenDown(Dated):
    """What may have been written on paper before it is entered."""

    def __init__(self, page: Page, request: Request) -> None:
        super().__init__(page, request)
        hint = _("Only for what is entered from paper; it is marked so. On the clock chosen above.")
        self.fields["paper"] = moment_field(_("Written on paper at"), hint)


# ---- notes, tasks, holds -----------------------------------------------------------------------


class Note(WrittenDown):
    """Words that somebody spoke, sealed."""

    title = _("Add a note")
    lead = _("It is sealed to headquarters: from now on nobody can read it here, not even you.")
    button = _("Seal and record it")
    may = ("add", "note")

    def __init__(self, page: Page, request: Request) -> None:
        super().__init__(page, request)
        dated = self.fields
        self.fields = {"part": self.part_field(), "words": lines(_("The words"), required=True, most=20_000)}
        self.fields["part"].initial = FIRST
        self.fields |= dated

    def record(self, reference: str, **who: Any) -> None:
        """Sealed and added."""
        given = self.cleaned_data
        told = {"part": given["part"], "paper": given["paper"]}
        actions.add_note(reference, given["words"], happened=self.told(), **told, **who)


class Assign(Act):
    """Something that somebody is to do."""

    title = _("Assign a task")
    lead = _("The incident stays open until it is done.")
    button = _("Assign it")
    may = ("assign", "task")

    what = line(_("What is to be done?"), required=True)
    to = forms.ChoiceField(label=_("By whom?"))
    due = moment_field(_("By when?"), _("Leave it empty if there is no hurry."))
    zone = forms.ChoiceField(label=_("On the clock of"), required=False)

    def __init__(self, page: Page, request: Request) -> None:
        super().__init__(page, request)
        self.fields["to"].choices = [(role.value, role.label) for role in Role if role in EVERY_PERSON]  # type: ignore[attr-defined]
        self.fields["zone"].choices, self.fields["zone"].initial = zones_of(page), last_zone(page)  # type: ignore[attr-defined]

    def clean_zone(self) -> str:
        """The moment can only be read with its zone."""
        zone: str = self.cleaned_data["zone"] or UTC
        if self.cleaned_data.get("due"):
            try:
                self.cleaned_data["due"] = moment_in(self.cleaned_data["due"], zone)
            except ValidationError as fault:
                self.add_error("due", fault)
        return zone

    def record(self, reference: str, **who: Any) -> None:
        """Assigned."""
        given = self.cleaned_data
        actions.assign(reference, given["what"], given["to"], due=given["due"], **who)


class Done(Act):
    """A task is done."""

    title = _("A task is done")
    button = _("Record that it is done")
    may = ("finish", "task")
    when = ""

    task = forms.ChoiceField(label=_("Task"))
    result = lines(_("What came of it?"))

    def __init__(self, page: Page, request: Request) -> None:
        super().__init__(page, request)
        tasks = [one for one in page.state.still_open() if one.kind == "task.assigned"]
        named = [(one.name.partition("/")[2], in_own_language(one.words, one.what)) for one in tasks]
        self.fields["task"].choices = named  # type: ignore[attr-defined]

    def record(self, reference: str, **who: Any) -> None:
        """Done."""
        actions.done(reference, self.cleaned_data["task"], result=self.cleaned_data["result"], **who)


class Hold(Act):
    """Nothing of the incident may be erased."""

    title = _("Place a legal hold")
    lead = _("Nothing of this incident can be erased while it stands.")
    button = _("Place the hold")
    may = ("place", "hold")
    when = ""

    reason = lines(_("Why"), required=True)

    def record(self, reference: str, **who: Any) -> None:
        """Placed."""
        erasure.place_hold(self.page.incident.stream, self.cleaned_data["reason"], **who)


class Lift(Act):
    """A hold ends."""

    title = _("Lift a legal hold")
    lead = _("From then on what is kept as long as it may be can be erased.")
    button = _("Lift the hold")
    may = ("place", "hold")
    when = ""

    hold = forms.ChoiceField(label=_("Hold"))
    reason = lines(_("Why"), required=True)

    def __init__(self, page: Page, request: Request) -> None:
        super().__init__(page, request)
        self.fields["hold"].choices = list(page.state.holds.items())  # type: ignore[attr-defined]

    def record(self, reference: str, **who: Any) -> None:
        """Lifted."""
        erasure.lift_hold(self.page.incident.stream, self.cleaned_data["hold"], self.cleaned_data["reason"], **who)
