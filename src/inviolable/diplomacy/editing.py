"""The form on which the paragraphs of a version are edited by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inviolable.counsel.page import Request
from inviolable.diplomacy import marks
from inviolable.diplomacy.forms import DAY
from inviolable.diplomacy.said import asks_in
from inviolable.diplomacy.shown import DEMANDED, LANGUAGES, paragraph_names
from inviolable.diplomacy.terms import DEMANDS, MOST, Content, Paragraph
from inviolable.incidents.fields import line, plain


class Edit(forms.Form):
    """The paragraphs of a version, each in every language. A mark such as [[entered]] stands for its fact."""

    base = forms.IntegerField(widget=forms.HiddenInput)
    why = line(_("What did you change, and why?"), _("It is recorded, and shown to whoever approves."))
    date = forms.DateField(label=_("Date"), widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"))

    def __init__(self, content: Content, number: int, request: Request) -> None:
        self.content = content
        initial = {"base": number, "date": content.date}
        super().__init__(request.POST if request.method == "POST" else None, initial=initial)
        for language in content.languages:
            words = LANGUAGES.get(language, language)
            for name in ("addressee", "place"):
                label = _("To whom") if name == "addressee" else _("Place")
                field = line(f"{label} ({words})")
                field.initial = getattr(content, name).get(language, "")
                self.fields[f"{name}-{language}"] = field
        names = paragraph_names(content)
        for paragraph, language in self._texts():
            called = f"{names[paragraph.id]} · {LANGUAGES[language]}"
            self._add(f"{paragraph.id}-{language}", called, paragraph.text, language)
        for language in content.languages:
            another = _("Another paragraph (%(language)s)") % {"language": LANGUAGES[language]}
            self._add(f"new-{language}", another, {}, language)
        kinds = [("", _("It demands nothing")), *((one, DEMANDED[one]) for one in DEMANDS)]
        asked = _("What the other paragraph demands")
        self.fields["demand"] = forms.ChoiceField(label=asked, choices=kinds, required=False)
        for one in self._asking():
            said = _("What %(paragraph)s demands") % {"paragraph": one.id}
            self.fields[f"demand-{one.id}"] = forms.ChoiceField(label=said, choices=kinds, required=False)
        self.order_fields([*(name for name in self.fields if name != "why"), "why"])

    def _asking(self) -> Iterator[Paragraph]:
        """Paragraphs that can be made a demand: free ones, and whichever has words that ask for something."""
        for one in self.content.paragraphs:
            asks = any(asks_in(text, language) for language, text in one.text.items())
            if not one.demand and one.block != "demands" and (one.block == "free" or asks):
                yield one

    def _texts(self) -> Iterator[tuple[Paragraph, str]]:
        return ((one, language) for one in self.content.paragraphs for language in self.content.languages)

    def _add(self, name: str, label: Any, text: Any, language: str) -> None:
        area = forms.Textarea(attrs={"rows": 4, "lang": language})
        told = {"label": label, "required": False, "max_length": MOST, "validators": [plain], "widget": area}
        self.fields[name] = forms.CharField(initial=text.get(language, ""), **told)

    def clean(self) -> dict[str, Any]:
        """No mark that stands for nothing."""
        given = super().clean() or self.cleaned_data
        for name, text in list(given.items()):
            if not isinstance(text, str):
                continue
            given[name] = text.replace("\r\n", "\n")
            for key in marks.keys(text):
                if key not in self.content.values:
                    self.add_error(name, _("[[%(key)s]] stands for no fact of this note; write it out.") % {"key": key})
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
        """The version as it was edited. A paragraph without words in any language is taken out."""
        given, content = self.cleaned_data, self.content
        languages = content.languages
        kept = [self._told(one) for one in content.paragraphs]
        new = {language: given[f"new-{language}"] for language in languages}
        if any(new.values()):
            last = next((row for row, one in enumerate(kept) if one.block == "closing"), len(kept))
            taken = {one.id for one in kept}
            name = next(name for number in count(1) if (name := f"free-{number}") not in taken)
            block = "demands" if given["demand"] else "free"
            kept.insert(last, Paragraph(name, block, new, demand=given["demand"], numbered=True))
        addressee, place = ({one: given[f"{name}-{one}"] for one in languages} for name in ("addressee", "place"))
        paragraphs = tuple(one for one in kept if any(text.strip() for text in one.text.values()))
        day = given["date"].isoformat()
        return replace(content, paragraphs=paragraphs, date=day, addressee=addressee, place=place)
