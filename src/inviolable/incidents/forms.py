"""The other forms: a new incident, an exhibit, the choice of a fact, a reason."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from inviolable.counsel import inquiry, library
from inviolable.counsel.page import Request, reading
from inviolable.incidents import actions
from inviolable.incidents.desk import REFERENCE
from inviolable.incidents.facts import KEY
from inviolable.incidents.fields import Choices, hidden, line, lines, zones
from inviolable.incidents.page import Page
from inviolable.incidents.picture import question_of
from inviolable.incidents.terms import FIRST, OTHERWISE_SAID_IN
from inviolable.incidents.wording import CONSENTS, GRADES, part_words
from inviolable.law.casefile import POST_CLASSES
from inviolable.law.vocabulary import vocabulary
from inviolable.posts.lookup import list_posts, placed_at


class Open(forms.Form):
    """A new incident, with no more than what is known at once."""

    title = line(_("What happened?"), _("One line; it is the title everywhere."), required=True, most=200)
    reference = forms.RegexField(
        rf"^{REFERENCE.pattern}\Z",
        label=_("Reference"),
        help_text=_("By which it is called: 3 to 40 small letters, digits and hyphens, such as minneapolis-2026."),
        max_length=40,
        error_messages={"invalid": _("Write 3 to 40 small letters, digits and hyphens.")},
    )
    ours = forms.ChoiceField(
        label=_("At which post?"),
        help_text=_("What is on file of it is taken from there: class, head, States, language, clock."),
        required=False,
    )
    day = forms.DateField(label=_("On which day?"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    time = forms.TimeField(
        label=_("At what time?"),
        help_text=_("Leave it empty if nobody knows."),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    zone = forms.ChoiceField(label=_("On the clock of"), required=False)
    place = line(_("Where?"), _("City and building; no names of people. Left empty: the city of the post on file."))
    post = forms.ChoiceField(label=_("Class of the post"))
    head = forms.ChoiceField(label=_("Headed by"), required=False)
    status = forms.ChoiceField(label=_("Status of the post"), required=False)
    sending = forms.ChoiceField(label=_("Sending State"), help_text=_("Whose post it is"))
    receiving = forms.ChoiceField(label=_("Receiving State"), help_text=_("Where it stands"))
    host = forms.ChoiceField(
        label=_("Language for the officer"),
        help_text=_("Left empty: that of our posts in that State, else English."),
        required=False,
    )
    drill = forms.BooleanField(label=_("This is a drill"), required=False)

    #: What is told of a post that is not on file.
    OF_THE_POST = ("post", "head", "status", "sending", "receiving", "host")

    def __init__(self, request: Request) -> None:
        super().__init__(request.POST if request.method == "POST" else None)
        self.posts = {one.slug: one for one in list_posts() if one.receiving}
        unknown: Choices = [("", _("I don't know"))]
        states: Choices = [("", "—"), *library.state_choices(reading())]
        choices: dict[str, Choices] = {
            "ours": [("", _("Not on file")), *((slug, one.name) for slug, one in self.posts.items())],
            "zone": [
                ("", _("The post's own") if self.posts else "—"),
                *zones(one.time_zone for one in self.posts.values()),
            ],
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
        self.fields["ours"].initial = placed_at(request.user.person, request.now)
        if not self.posts:
            del self.fields["ours"]
        for name in ("post", "sending", "receiving"):
            self.fields[name].required = not self.posts

    @property
    def asked(self) -> list[forms.BoundField]:
        """What is asked of every incident."""
        return [self[name] for name in self.fields if name not in self.OF_THE_POST]

    @property
    def of_the_post(self) -> list[forms.BoundField]:
        """What is asked beside it of a post that is not on file."""
        return [self[name] for name in self.OF_THE_POST]

    @property
    def of_the_post_open(self) -> bool:
        """Whether that is to be filled in: no post is on file, or something of it was written."""
        return not self.posts or (self.is_bound and not self.data.get("ours"))

    def clean_receiving(self) -> str:
        """Another State than the one whose post it is."""
        receiving: str = self.cleaned_data["receiving"]
        if receiving and receiving == self.cleaned_data.get("sending"):
            raise ValidationError(_("It cannot be the sending State."))
        return receiving

    def record(self, **who: Any) -> str:
        """Opened; its reference."""
        given = self.cleaned_data
        post = {"class": given["post"], "head": given["head"], "status": given["status"]}
        there = self.posts.get(given.get("ours", ""))
        host = given["host"] or (there.host_language if there else self._language_in(given["receiving"]))
        actions.open_incident(
            given["reference"],
            given["title"],
            post={name: value for name, value in post.items() if value},
            occurred=self._occurred(),
            sending=given["sending"],
            receiving=given["receiving"],
            place=given["place"] or (there.city if there else ""),
            host_language=host or OTHERWISE_SAID_IN,
            status="exercise" if given["drill"] else "actual",
            **who,
        )
        return str(given["reference"])

    def clean(self) -> dict[str, Any]:
        """What is on file of a post comes from there. A time says nothing without its clock; none is guessed."""
        given = super().clean() or self.cleaned_data
        if there := self.posts.get(given.get("ours", "")):
            told = {"post": there.post_class, "head": there.head, "status": there.status}
            given |= told | {"sending": there.sending, "receiving": there.receiving}
            given["zone"] = given.get("zone") or there.time_zone
            for name in self.OF_THE_POST:  # Nobody sees what is wrong in a field that does not count.
                self.errors.pop(name, None)
        elif self.posts:
            for name in ("post", "sending", "receiving"):
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, _("Choose a post above, or say it of the one that is not on file."))
        if given.get("time") and not given.get("zone"):
            self.add_error("zone", _("Choose whose clock that was."))
        return given

    def _language_in(self, receiving: str) -> str:
        """The language of our posts in that State, "" where there are none."""
        return next((one.host_language for one in self.posts.values() if one.receiving == receiving), "")

    def _occurred(self) -> str:
        """As a case file writes it: a day, or a minute with its offset."""
        given = self.cleaned_data
        if given["time"] is None:
            return str(given["day"].isoformat())
        moment = datetime.combine(given["day"], given["time"], ZoneInfo(given["zone"]))
        return moment.isoformat(timespec="minutes")


class Find(forms.Form):
    """Which incidents somebody looks for. Nothing chosen is all of them."""

    q = line(_("Find"), _("Words that stand in the incident; what is sealed is not found."), most=200)
    state = forms.ChoiceField(
        label=_("State"), choices=[("", _("all")), ("open", _("under way")), ("closed", _("closed"))], required=False
    )
    real = forms.ChoiceField(
        label=_("Kind"),
        choices=[("", _("all")), ("real", _("real ones")), ("practice", _("drills and examples"))],
        required=False,
    )


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
        parts = [(part.id, part_words(part)) for part in page.state.parts.values()]
        self.fields["part"] = forms.ChoiceField(label=_("Part"), choices=parts) if len(parts) > 1 else hidden(parts)
        self.fields["part"].initial = FIRST


class Reason(forms.Form):
    """Why somebody does it; it is recorded."""

    reason = line(_("Why"), _("It is recorded with your role."), required=True)


class Erasing(Reason):
    """Why it is erased, and that this is really meant."""

    sure = forms.BooleanField(label=_("I know that nobody can undo this"))


class FactKey(forms.Form):
    """About which fact: one that the law asks, or one of the incident alone."""

    key = forms.ChoiceField(label=_("A fact that the law asks about"), required=False)
    other = forms.RegexField(
        rf"^{KEY.pattern}\Z",
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
