"""The forms of this room: what is said of a document, its words, and one statement in it."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from inviolable.counsel.page import Request, reading
from inviolable.incidents.facts import KEY
from inviolable.incidents.fields import hidden, line, lines
from inviolable.incidents.page import Page
from inviolable.incidents.picture import fact_words
from inviolable.incidents.terms import FIRST
from inviolable.incidents.wording import part_words
from inviolable.law.vocabulary import vocabulary
from inviolable.sources.kinds import DESCRIPTION
from inviolable.sources.proposing import places
from inviolable.sources.shelf import Claim, Shelf, Source
from inviolable.sources.terms import LANGUAGE, MOST_WORDS, Told, is_time
from inviolable.sources.wording import FACTS, KINDS, MODALITIES, POLARITIES

TIME_HINT = _("As the document has it: 2026-01-28, or 2026-01-28T09:15-05:00 with the offset that it names.")


def no_time(text: str) -> str:
    """Why it is none: it is written otherwise, or there is no such day or hour."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d(T\d\d:\d\d.*)?", text):
        return gettext("There is no such day or hour, or its offset is missing: 2026-01-28, or 2026-01-28T09:15-05:00.")
    return gettext("Write a day, or a moment with its offset: 2026-01-28T09:15-05:00.")


class Description(forms.Form):
    """What a person says of a document. Nothing is needed: what the document says itself is read from it."""

    kind = forms.ChoiceField(label=_("What is it, or whose?"), initial="press")
    publisher = line(_("Publisher"), _("Who put it out: a paper, an agency, a ministry."))
    title = line(_("Title"))
    address = line(_("Address"), _("Where it was found. Nothing is fetched from there."), most=2000)
    language = line(
        _("Language"), _("Its code, such as es, en or pt-BR. Without one the program goes by the text."), most=20
    )
    published = line(_("Published"), TIME_HINT, most=40)
    modified = line(_("Modified"), TIME_HINT, most=40)
    author = line(_("Author"), _("As the document names one."))
    lineage = line(_("Written from"), _("Whom it takes its account from, such as an agency or a communiqué."))
    notes = lines(_("Notes"))

    def __init__(self, request: Request, source: Source | None = None) -> None:
        initial = {name: source.about(name) for name in DESCRIPTION} | {"kind": source.kind} if source else None
        if initial and "lineage" in request.GET:
            initial["lineage"] = request.GET["lineage"]
        super().__init__(request.POST if request.method == "POST" else None, initial=initial)
        self.fields["kind"].choices = list(KINDS.items())  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Times with their offset, and a language that is one."""
        given = super().clean() or self.cleaned_data
        for name in ("published", "modified"):
            if given.get(name) and not is_time(given[name]):
                self.add_error(name, no_time(given[name]))
        if given.get("language") and not LANGUAGE.fullmatch(given["language"]):
            self.add_error("language", _("Write a code such as es, en or pt-BR."))
        return given

    @property
    def said(self) -> dict[str, str]:
        """The description alone."""
        return {name: self.cleaned_data[name] for name in DESCRIPTION if self.cleaned_data[name]}


def _words() -> forms.CharField:
    """The text of a document, kept as it is: also what no record may hold, since it is what somebody published."""
    area = forms.Textarea(attrs={"rows": 14})
    hint = _("The text of the document, as it is. It is sealed, and shown here beside its claims.")
    return forms.CharField(label=_("Text"), help_text=hint, max_length=MOST_WORDS, widget=area)


class Pasted(Description):
    """A document as its words alone."""

    field_order = ("words",)

    def __init__(self, request: Request) -> None:
        super().__init__(request)
        self.fields["words"] = _words()
        self.order_fields(self.field_order)


class Words(forms.Form):
    """The words of a document that the program could not read."""

    words = _words()


#: What a claim says once, as the form asks it.
ONE_EACH = ("value", "raw", "polarity", "modality", "as_of", "note", "supersedes")


class Imported(forms.Form):
    """A file of records, which is read afterwards, by its page."""

    kind = forms.ChoiceField(label=_("What are its documents?"), initial="press")
    confirmed = forms.BooleanField(
        label=_("I have read them: every claim in it is as its document says, and said by whoever it names"),
        required=False,
    )

    def __init__(self, request: Request) -> None:
        super().__init__(request.POST if request.method == "POST" else None)
        self.fields["kind"].choices = list(KINDS.items())  # type: ignore[attr-defined]


class Decision(forms.Form):
    """What somebody does with a claim or a proposal."""

    do = forms.ChoiceField(choices=[("accept", ""), ("reject", "")])
    why = line(_("Why"))


class Said(forms.Form):
    """One statement of a source."""

    key = forms.ChoiceField(label=_("About what?"), required=False)
    other = forms.RegexField(
        rf"^{KEY.pattern}\Z",
        label=_("Or about something else, by a word of its own"),
        help_text=_("Small letters, digits, underscores and dots, such as vehicle.plate."),
        required=False,
        max_length=60,
        error_messages={"invalid": _("Write small letters, digits, underscores and dots, beginning with a letter.")},
    )
    value = line(_("What does it say?"), _("The value alone, as it is said: 11:00 a.m., one agent, no."), required=True)
    raw = line(_("In which words?"), _("The shortest passage that says so."), most=2000)
    own_words = forms.BooleanField(
        label=_("These are my own words, no quotation: they are kept as a note"), required=False
    )
    polarity = forms.ChoiceField(label=_("Whoever says it"), widget=forms.RadioSelect, initial="affirms")
    modality = forms.ChoiceField(label=_("How is it said?"), widget=forms.RadioSelect, initial="stated")
    speakers = lines(
        _("Whose statement is it?"),
        _("One a line: whose it is first, then each who passed it on. A role or a body where that is enough."),
        most=600,
    )
    as_of = line(_("As of"), _("Where it speaks of another day than the one it was published on."), most=40)
    note = line(_("Note"), most=3000)
    supersedes = forms.ChoiceField(label=_("It replaces an earlier statement of the same speaker"), required=False)

    def __init__(
        self, page: Page, known: Shelf, data: Any = None, old: Claim | Told | None = None, words: str = ""
    ) -> None:
        super().__init__(data, initial=_initial(old) if old else None)
        self.words = words
        asked = [(key, fact_words(key, reading())) for key in vocabulary().facts]
        told = [(key, str(words)) for key, words in FACTS.items()]
        groups = [("", "—"), (_("What sources speak of"), told), (_("What the law asks"), asked)]
        parts = [(part.id, part_words(part)) for part in page.state.parts.values()]
        earlier = [
            (one.id, f"{one.id} · {fact_words(one.key, reading())} {one.value}") for one in known.claims.values()
        ]
        offered: dict[str, list[Any]] = {
            "key": groups,
            "polarity": list(POLARITIES.items()),
            "modality": list(MODALITIES.items()),
            "supersedes": [("", "—"), *earlier],
        }
        for name, choices in offered.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        if old:
            self.fields["value"].widget.attrs["autofocus"] = True
        if not isinstance(old, Claim):
            several = len(parts) > 1
            self.fields["part"] = forms.ChoiceField(label=_("Part"), choices=parts) if several else hidden(parts)
            self.fields["part"].initial = FIRST

    def clean(self) -> dict[str, Any]:
        """One key, a day that is one, and a quotation that stands in the text, where that is here."""
        given = super().clean() or self.cleaned_data
        if not self.errors and bool(given.get("key")) == bool(given.get("other")):
            raise ValidationError(_("Choose a question of the list, or name another one; not both."))
        if given.get("as_of") and not is_time(given["as_of"]):
            self.add_error("as_of", no_time(given["as_of"]))
        return self._quoted(given)

    def _quoted(self, given: dict[str, Any]) -> dict[str, Any]:
        """The passage in the words of the text; what is nobody's but the reader's is a note, never a quotation."""
        raw = given.get("raw", "")
        if raw and given.get("own_words"):
            given |= {"raw": "", "note": "; ".join(filter(None, (raw, given.get("note", ""))))}
        elif raw and self.words:
            if found := places(self.words, raw):
                given["raw"] = " ".join(self.words[slice(*found[0])].split())
            else:
                words = _("These words do not stand in the text. Copy them from it, or say that they are your own.")
                self.add_error("raw", words)
        return given

    def told(self, anchor: dict[str, Any] | None = None, rule: str = "") -> Told:
        """The statement. anchor: where its words stand."""
        given = self.cleaned_data
        words = {name: given[name] for name in ONE_EACH}
        speakers = tuple(one.strip() for one in given["speakers"].splitlines() if one.strip())
        return Told(given["key"] or given["other"], **words, speakers=speakers, anchor=anchor or {}, rule=rule)


def _initial(old: Claim | Told) -> dict[str, str]:
    told = {name: getattr(old, name) for name in ONE_EACH}
    listed = old.key in FACTS or old.key in vocabulary().facts
    return told | {"key" if listed else "other": old.key, "speakers": "\n".join(old.speakers)}
