"""What people write into an incident: for each thing one form, with its words, who may, and what it records."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inviolable.counsel import inquiry, library
from inviolable.counsel.page import Request, reading
from inviolable.incidents import actions
from inviolable.incidents.actions import KEY
from inviolable.incidents.desk import REFERENCE
from inviolable.incidents.page import Page, days_of
from inviolable.incidents.picture import question_of, value_words
from inviolable.incidents.terms import FIRST, Decision
from inviolable.incidents.terms import Claim as Claimed
from inviolable.incidents.wording import CONSENTS, GRADES
from inviolable.law.casefile import POST_CLASSES
from inviolable.law.faults import forging
from inviolable.law.vocabulary import vocabulary
from inviolable.ledger import erasure
from inviolable.ledger.moments import Happened
from inviolable.posts.roles import EVERY_PERSON, Role

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
    """What the page before has chosen already."""
    return forms.ChoiceField(choices=choices, widget=forms.HiddenInput)


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
        self.parts = [(part.id, part.title) for part in page.state.parts.values()]
        data = request.POST if request.method == "POST" else None
        super().__init__(data, initial=request.GET.dict())

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


class Dated(Act):
    """An act that says when something happened, which is a claim."""

    happened: ClassVar[Promise] = _("When was that?")

    def __init__(self, page: Page, request: Request) -> None:
        super().__init__(page, request)
        told = [item.happened.zone for item in page.state.timeline if item.happened.zone]
        self.fields["at"] = moment_field(self.happened, _("Leave it empty for now."))
        self.fields["zone"] = forms.ChoiceField(
            label=_("On the clock of"), choices=zones(), initial=told[-1] if told else UTC, required=False
        )

    def clean(self) -> dict[str, Any]:
        """A moment that has come."""
        given = super().clean() or self.cleaned_data
        if given.get("at"):
            try:
                given["at"] = moment_in(given["at"], given.get("zone") or UTC)
                if given["at"] > self.now:
                    raise ValidationError(_("That has not come yet."))
            except ValidationError as fault:
                self.add_error("at", fault)
        return given

    def told(self) -> Happened | None:
        """When it happened, None for now."""
        given = self.cleaned_data
        zone = given.get("zone") or UTC
        return Happened.at(given["at"], "" if zone == UTC else zone) if given.get("at") else None


# ---- facts -------------------------------------------------------------------------------------


class Claim(Dated):
    """One attributed statement about one fact."""

    title = _("Record what somebody said")
    lead = _("It counts for nothing until a person confirms it.")
    button = _("Record it")
    may = ("claim", "fact")
    back = "facts"
    happened = _("When was it said?")

    def __init__(self, page: Page, request: Request) -> None:
        super().__init__(page, request)
        self.key = str((request.POST if request.method == "POST" else request.GET).get("key", ""))
        question, dated = question_of(self.key, reading()), self.fields
        self.fields = {"part": self.part_field(), "key": hidden([(self.key, self.key)])}
        if question:
            answers = library.answers(self.key, reading())
            self.fields["value"] = forms.ChoiceField(label=question, choices=answers, widget=forms.RadioSelect)
        else:
            self.fields["value"] = line(self.key, _("As it was said, in few words."), required=True)
        ways = [("affirms", _("says so")), ("denies", _("denies it"))]
        self.fields["polarity"] = forms.ChoiceField(
            label=_("Whoever is named below"), choices=ways, widget=forms.RadioSelect, initial="affirms"
        )
        self.fields["voice"] = line(_("Whose statement is it?"), _("A role or a body; no names of people."))
        self.fields["source"] = line(_("Where was it found?"), _("A document, a report, a recording."))
        self.fields["raw"] = lines(_("The words said"), _("Not sealed: what names a person goes into a note."))
        self.fields |= dated

    def record(self, reference: str, **who: Any) -> None:
        """Claimed."""
        given = self.cleaned_data
        told = {name: given[name] for name in ("part", "polarity", "voice", "source", "raw")}
        actions.claim(reference, self.key, given["value"], happened=self.told(), **told, **who)


class _Decision(Dated):
    may = ("confirm", "fact")
    back = "facts"

    def __init__(self, page: Page, request: Request) -> None:
        super().__init__(page, request)
        given = request.POST if request.method == "POST" else request.GET
        self.key, self.value = str(given.get("key", "")), str(given.get("value", ""))
        dated = self.fields
        told: list[Claimed | Decision] = [*page.state.claims.values(), *page.state.decisions]
        about = [(one.key, one.value) for one in told]
        self.fields = {
            "part": hidden(self.parts),
            "key": hidden([(key, key) for key, _value in about]),
            "value": hidden([(value, value) for key, value in about if key == self.key]),
        }
        self.fields |= self.more() | dated

    @property
    def about(self) -> str:
        """The question and the answer that is decided upon."""
        question = question_of(self.key, reading()) or self.key
        return f"{question} {value_words(self.key, self.value, reading())}"

    def more(self) -> dict[str, forms.Field]:
        """What else is asked."""
        return {}


class Confirm(_Decision):
    """A person makes a value count."""

    title = _("Confirm a value")
    lead = _("From then on it counts, and the law is read with it. A second value of the same fact makes it contested.")
    button = _("Confirm")
    happened = _("When did it become known?")

    def more(self) -> dict[str, forms.Field]:
        """The statements it rests on."""
        claims = [one for one in self.page.state.claims.values() if one.key == self.key]
        choices = [(one.id, _claim_words(one)) for one in claims]
        speaking = [one.id for one in claims if (one.value == self.value) == (one.polarity == "affirms")]
        found: dict[str, forms.Field] = {"why": lines(_("Why"), _("If it is not plain from the statements."))}
        if choices:
            found = {
                "claims": forms.MultipleChoiceField(
                    label=_("It rests on"),
                    choices=choices,
                    widget=forms.CheckboxSelectMultiple,
                    required=False,
                    initial=speaking,
                )
            } | found
        return found

    def record(self, reference: str, **who: Any) -> None:
        """Confirmed."""
        given = self.cleaned_data
        told = {"part": given["part"], "why": given["why"], "claims": given.get("claims", ())}
        actions.confirm(reference, self.key, self.value, happened=self.told(), **told, **who)


def _claim_words(claim: Claimed) -> str:
    denied = f" ({_('denied')})" if claim.polarity == "denies" else ""
    return f"{claim.seq} · {claim.said_by or '—'}: {value_words(claim.key, claim.value, reading())}{denied}"


class Withdraw(_Decision):
    """A confirmed value counts no more."""

    title = _("Withdraw a value")
    lead = _("It stays in the record, and counts no more.")
    button = _("Withdraw")
    happened = _("When did it become known that it should not count?")

    def more(self) -> dict[str, forms.Field]:
        """The reason."""
        return {"why": lines(_("Why"), required=True)}

    def record(self, reference: str, **who: Any) -> None:
        """Withdrawn."""
        given = self.cleaned_data
        happened = self.told()
        actions.withdraw(reference, self.key, self.value, given["why"], part=given["part"], happened=happened, **who)


class Keep(Act):
    """What the law says is kept as a finding."""

    title = _("Keep a finding")
    lead = _("What the law says of the facts is kept with the case, so that anybody can work it out again.")
    button = _("Keep it")
    may = ("keep", "finding")
    back = "law"

    def __init__(self, page: Page, request: Request) -> None:
        super().__init__(page, request)
        days = dict(day for part in page.state.parts for day in days_of(page.state, part))
        self.fields["part"] = self.part_field()
        self.fields["part"].initial = FIRST
        self.fields["as_of"] = forms.ChoiceField(
            label=_("As known on"), choices=[("", _("everything known")), *sorted(days.items())], required=False
        )

    def record(self, reference: str, **who: Any) -> None:
        """Kept."""
        actions.make_finding(reference, part=self.cleaned_data["part"], as_of=self.cleaned_data["as_of"], **who)


# ---- notes, tasks, holds -----------------------------------------------------------------------


class Note(Dated):
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
        actions.add_note(reference, given["words"], part=given["part"], happened=self.told(), **who)


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
        self.fields["zone"].choices = zones()  # type: ignore[attr-defined]

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
    button = _("It is done")
    may = ("finish", "task")

    task = forms.ChoiceField(label=_("Task"))
    result = lines(_("What came of it?"))

    def __init__(self, page: Page, request: Request) -> None:
        super().__init__(page, request)
        tasks = (one for one in page.state.still_open() if one.kind == "task.assigned")
        self.fields["task"].choices = [(one.name.partition("/")[2], one.what) for one in tasks]  # type: ignore[attr-defined]

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


# ---- the incident itself -----------------------------------------------------------------------


class Close(Act):
    """Nothing is left to be done."""

    title = _("Close the incident")
    button = _("Close it")
    may = ("close", "incident")

    why = lines(_("Why"), required=True)

    def clean(self) -> dict[str, Any]:
        """What is still to be done is named."""
        if left := self.page.state.still_open():
            said = "; ".join(one.what for one in left)
            raise ValidationError(_("It cannot be closed while this is still to be done: %(left)s.") % {"left": said})
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


class Open(forms.Form):
    """A new incident, with no more than what is known at once."""

    title = line(_("What happened?"), _("One line; it is the title everywhere."), required=True, most=200)
    reference = forms.RegexField(
        REFERENCE,
        label=_("Reference"),
        help_text=_("By which it is called: 3 to 40 small letters, digits and hyphens, such as minneapolis-2026."),
        max_length=40,
        error_messages={"invalid": _("Write 3 to 40 small letters, digits and hyphens.")},
    )
    day = forms.DateField(label=_("On which day?"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    time = forms.TimeField(
        label=_("At what time?"),
        help_text=_("Leave it empty if nobody knows."),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    zone = forms.ChoiceField(label=_("On the clock of"), required=False)
    place = line(_("Where?"), _("City and building; no names of people."))
    post = forms.ChoiceField(label=_("Class of the post"))
    head = forms.ChoiceField(label=_("Headed by"), required=False)
    status = forms.ChoiceField(label=_("Status of the post"), required=False)
    sending = forms.ChoiceField(label=_("Sending State"), help_text=_("Whose post it is"))
    receiving = forms.ChoiceField(label=_("Receiving State"), help_text=_("Where it stands"))
    host = forms.ChoiceField(label=_("Language for the officer"), required=False)
    drill = forms.BooleanField(label=_("This is a drill"), required=False)

    def __init__(self, request: Request) -> None:
        super().__init__(request.POST if request.method == "POST" else None)
        unknown = [("", _("I don't know"))]
        states = [("", "—"), *library.state_choices(reading())]
        choices: dict[str, Iterable[tuple[str, str]]] = {
            "zone": zones(),
            "post": [(name, library.post_class_words(name)) for name in POST_CLASSES],
            "head": [*unknown, *library.answers("head", reading())],
            "status": [*unknown, *library.answers("status", reading())],
            "sending": states,
            "receiving": states,
            "host": [("", "—"), *inquiry.host_languages().items()],
        }
        for name, offered in choices.items():
            self.fields[name].choices = list(offered)  # type: ignore[attr-defined]
        self.fields["post"].initial, self.fields["head"].initial, self.fields["status"].initial = (
            "consulate",
            "career",
            "open",
        )

    def record(self, **who: Any) -> str:
        """Opened; its reference."""
        given = self.cleaned_data
        post = {"class": given["post"], "head": given["head"], "status": given["status"]}
        actions.open_incident(
            given["reference"],
            given["title"],
            post={name: value for name, value in post.items() if value},
            occurred=self._occurred(),
            sending=given["sending"],
            receiving=given["receiving"],
            place=given["place"],
            host_language=given["host"],
            status="exercise" if given["drill"] else "actual",
            **who,
        )
        return str(given["reference"])

    def _occurred(self) -> str:
        """As a case file writes it: a day, or a minute with its offset."""
        given = self.cleaned_data
        if given["time"] is None:
            return str(given["day"].isoformat())
        moment = datetime.combine(given["day"], given["time"], ZoneInfo(given["zone"] or UTC))
        return moment.isoformat(timespec="minutes")


class Exhibit(forms.Form):
    """What is said of a file when it comes in; the file itself is read afterwards, by its page."""

    grade = forms.ChoiceField(label=_("How did it come to you?"), widget=forms.RadioSelect, initial="C")
    source = line(_("From whom?"), _("A role, such as passer-by or press; no names here."))
    giver = line(_("Name of the giver"), _("Sealed; leave it empty if it is not known or not to be kept."))
    consent = forms.ChoiceField(label=_("Consent of the giver"), initial="not_asked")
    description = lines(_("What does it show?"), _("Sealed."))

    def __init__(self, page: Page, request: Request) -> None:
        super().__init__(request.POST if request.method == "POST" else None)
        self.fields["grade"].choices = [(grade, f"{grade}: {GRADES[grade]}") for grade in "BCD"]  # type: ignore[attr-defined]
        self.fields["consent"].choices = list(CONSENTS.items())  # type: ignore[attr-defined]
        parts = [(part.id, part.title) for part in page.state.parts.values()]
        self.fields["part"] = forms.ChoiceField(label=_("Part"), choices=parts) if len(parts) > 1 else hidden(parts)
        self.fields["part"].initial = FIRST


class Reason(forms.Form):
    """Why somebody does it; it is recorded."""

    reason = line(_("Why"), _("It is recorded with your role."), required=True)


class FactKey(forms.Form):
    """About which fact: one that the law asks, or one of the incident alone."""

    key = forms.ChoiceField(label=_("A fact that the law asks about"), required=False)
    other = forms.RegexField(
        KEY,
        label=_("Or another fact, by a word of its own"),
        help_text=_("Small letters, digits and underscores, such as agency or vehicle_plate."),
        required=False,
        max_length=60,
        error_messages={"invalid": _("Write small letters, digits and underscores, beginning with a letter.")},
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        facts = vocabulary().facts
        groups = {
            _("At the door"): [key for key, fact in facts.items() if fact.door],
            _("The event"): [key for key, fact in facts.items() if not fact.door and not fact.profile],
            _("The post"): [key for key, fact in facts.items() if fact.profile],
        }
        named = [(group, [(key, question_of(key, reading())) for key in keys]) for group, keys in groups.items()]
        self.fields["key"].choices = [("", "—"), *named]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        given = super().clean() or self.cleaned_data
        if not self.errors and bool(given.get("key")) == bool(given.get("other")):
            raise ValidationError(_("Choose a fact of the list, or name another one; not both."))
        return given

    @property
    def chosen(self) -> str:
        """The key."""
        return str(self.cleaned_data["key"] or self.cleaned_data["other"])
