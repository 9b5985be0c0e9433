"""The form on which the paragraphs of a version are edited by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from inviolable.counsel.page import Request
from inviolable.diplomacy.checks.said import asks_in
from inviolable.diplomacy.drafting import bracketed
from inviolable.diplomacy.drafting.offered import blank_name, by_hand
from inviolable.diplomacy.drafting.quoting import TRANSLATION, VOICE, WORDS
from inviolable.diplomacy.pages.drafting_forms import DAY
from inviolable.diplomacy.shown import DEMANDED, LANGUAGES, paragraph_names
from inviolable.diplomacy.terms import DEMANDS, MOST, Content, Paragraph, Value
from inviolable.diplomacy.words import marks
from inviolable.incidents.fields import line, plain
from inviolable.sources.tongue import likelier


@dataclass(frozen=True)
class Group:
    """Fields that belong together. title: what they are of; fields: each with what it is called there."""

    title: str
    fields: list[tuple[str, BoundField]]
    hint: str = ""


class Edit(forms.Form):
    """The paragraphs of a version, each in every language. What a mark stands for is in double brackets."""

    base = forms.IntegerField(widget=forms.HiddenInput)
    why = line(_("What did you change, and why?"), _("It is recorded, and shown to whoever approves."))
    date = forms.DateField(label=_("Date"), widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"))

    def __init__(self, content: Content, number: int, request: Request) -> None:
        self.content, self.names = content, paragraph_names(content)
        initial = {"base": number, "date": content.date}
        super().__init__(request.POST if request.method == "POST" else None, initial=initial)
        for language in content.languages:
            words = LANGUAGES.get(language, language)
            for name in ("addressee", "place"):
                label = _("To whom") if name == "addressee" else _("Place")
                needed = name == "place" or content.channel != "to_the_public"
                field = line(f"{label} ({words})", required=needed)
                field.initial = getattr(content, name).get(language, "")
                self.fields[f"{name}-{language}"] = field
        for key, language, where in self._blanks():
            value = content.values[key]
            field = line(f"{self.names[where]}: {value.asks.get(language, key)}", self._of(key, language), most=MOST)
            field.initial = next(iter(value.words.get(language, ())), "")
            self.fields[blank_name(key, language)] = field
        for paragraph, language in self._texts():
            shown = bracketed.shown(paragraph.text.get(language, ""), content.values, language)
            self._add(f"{paragraph.id}-{language}", self.names[paragraph.id], shown, language)
        for one in content.paragraphs:
            self.fields[f"out-{one.id}"] = forms.BooleanField(label=_("Leave this paragraph out"), required=False)
        for language in content.languages:
            self._add(f"new-{language}", _("Another paragraph"), "", language)
        kinds = [("", _("It demands nothing")), *((one, DEMANDED[one]) for one in DEMANDS)]
        for name in ("demand", *(f"demand-{one.id}" for one in self._asking())):
            self.fields[name] = forms.ChoiceField(label=_("What it demands"), choices=kinds, required=False)

    def groups(self) -> Iterator[Group]:
        """The fields in the order of the paper, each under what it is of."""
        heads = [f"{name}-{one}" for one in self.content.languages for name in ("addressee", "place")]
        yield self._group(_("Above and below the paragraphs"), ["date", *heads])
        blanks = [blank_name(key, language) for key, language, _where in self._blanks()]
        if blanks:
            hint = _("A person writes these; the note marks a translation as ours. Words on file are on offer only.")
            yield self._group(_("To be filled in"), blanks, str(hint))
        for one in self.content.paragraphs:
            texts = [f"{one.id}-{language}" for language in self.content.languages]
            yield self._group(self.names[one.id], [*texts, f"demand-{one.id}", f"out-{one.id}"])
        new = [f"new-{language}" for language in self.content.languages]
        yield self._group(_("Another paragraph"), [*new, "demand"], str(_("Left empty, there is none.")))
        yield self._group(_("About this version"), ["why"])

    def _group(self, title: Any, names: list[str], hint: str = "") -> Group:
        fields = [self[one] for one in names if one in self.fields]
        return Group(str(title), [(str(one.label).rpartition(" · ")[2], one) for one in fields], hint)

    def _blanks(self) -> Iterator[tuple[str, str, str]]:
        """Marks for which a person writes the words, in the languages whose text has them, each with the paragraph in
        which it stands first; in the order of the paper."""
        seen: set[tuple[str, str]] = set()
        for one, language in self._texts():
            for key in marks.keys(one.text.get(language, "")):
                value = self.content.values.get(key)
                if value and value.asks and by_hand(key) and (key, language) not in seen:
                    seen.add((key, language))
                    yield key, language, one.id

    def _of(self, key: str, language: str) -> str:
        """What is to be translated, and who said it; "" for what is no translation."""
        said, who = (self.content.values.get(key.removesuffix(TRANSLATION) + of) for of in (WORDS, VOICE))
        if not key.endswith(TRANSLATION) or not said or not (words := said.words.get(language)):
            return ""
        spoken = likelier(words[0], dict.fromkeys(LANGUAGES)) or language
        voice = next(iter(who.words.get(language, ())), "") if who else ""
        quoted = format_html('<q lang="{}">{}</q>', spoken, words[0])
        return format_html("{} ({})", quoted, voice) if voice else quoted

    def _asking(self) -> Iterator[Paragraph]:
        """Paragraphs that can be made a demand: free ones, and whichever has words that ask for something."""
        for one in self.content.paragraphs:
            asks = any(asks_in(text, language) for language, text in one.text.items())
            if not one.demand and one.block != "demands" and (one.block == "free" or asks):
                yield one

    def _texts(self) -> Iterator[tuple[Paragraph, str]]:
        return ((one, language) for one in self.content.paragraphs for language in self.content.languages)

    def _add(self, name: str, what: Any, text: str, language: str) -> None:
        rows = min(12, 1 + len(text) // 90)
        area = forms.Textarea(attrs={"rows": max(2, rows), "lang": language})
        told: dict[str, Any] = {
            "required": False,
            "max_length": MOST,
            "validators": [plain],
            "widget": area,
        }
        self.fields[name] = forms.CharField(label=f"{what} · {LANGUAGES[language]}", initial=text, **told)

    def clean(self) -> dict[str, Any]:
        """Marks again where facts are in brackets, and nothing in brackets that is none."""
        given = super().clean() or self.cleaned_data
        before = {f"{one.id}-{language}": one.text.get(language, "") for one, language in self._texts()}
        for name in (*before, *(f"new-{language}" for language in self.content.languages)):
            if name in given:
                language, text = name.rpartition("-")[2], given[name].replace("\r\n", "\n")
                given[name], faults = bracketed.taken(text, self.content.values, language, before.get(name, ""))
                for told in faults:
                    self.add_error(name, told)
        return given

    def _told(self, one: Paragraph) -> Paragraph:
        given = {language: self._readdressed(one, language) for language in self.content.languages}
        made = replace(one, text={**one.text, **given})
        demand = self.cleaned_data.get(f"demand-{one.id}")
        return replace(made, demand=demand, block="demands", numbered=True) if demand else made

    def _readdressed(self, one: Paragraph, language: str) -> str:
        """The words given; where somebody else is addressed now, those left as they were speak to them as well."""
        words: str = self.cleaned_data[f"{one.id}-{language}"]
        before = self.content.addressee.get(language, "")
        left = words == one.text.get(language)
        return words.replace(before, self.cleaned_data[f"addressee-{language}"]) if left and before else words

    def told(self) -> Content:
        """The version as it was edited. A paragraph is taken out that is left out or has no words in any language."""
        given, content = self.cleaned_data, self.content
        languages = content.languages
        kept = [self._told(one) for one in content.paragraphs if not given[f"out-{one.id}"]]
        new = {language: given[f"new-{language}"] for language in languages}
        if any(new.values()):
            last = next((row for row, one in enumerate(kept) if one.block == "closing"), len(kept))
            taken = {one.id for one in kept}
            name = next(name for number in count(1) if (name := f"free-{number}") not in taken)
            block = "demands" if given["demand"] else "free"
            kept.insert(last, Paragraph(name, block, new, demand=given["demand"], numbered=True))
        addressee, place = ({one: given[f"{name}-{one}"] for one in languages} for name in ("addressee", "place"))
        paragraphs = tuple(one for one in kept if any(text.strip() for text in one.text.values()))
        told = {"date": given["date"].isoformat(), "addressee": addressee, "place": place}
        return replace(content, paragraphs=paragraphs, values=self._filled(), **told)

    def _filled(self) -> dict[str, Value]:
        """What marks stand for, those with it that a person writes; without words it is a blank again."""
        values, written = dict(self.content.values), dict[str, dict[str, tuple[str, ...]]]()
        for key, language, _where in self._blanks():
            said = self.cleaned_data[blank_name(key, language)].strip()
            written.setdefault(key, {})[language] = (said,) if said else ()
        for key, words in written.items():
            state = "confirmed" if all(words.values()) else "unknown"
            values[key] = replace(values[key], state=state, words={**values[key].words, **words})
        return values
