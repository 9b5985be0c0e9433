"""The first draft of a note: the paragraphs that an incident's facts and a finding call for, what is not known a blank.

A fact that a person confirmed is stated; what is claimed alone is never, but in a blank, or as somebody's words. Which
paragraphs there are says forms/plan.toml; the content of a premises protest: facts, consent, rule, characterisation,
protest, demands (ARSIWA 30, 31, 34 to 37, 43), notice, reservation of rights.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from inviolable.diplomacy.demands.firmer import Offer
from inviolable.diplomacy.drafting.known import Known
from inviolable.diplomacy.drafting.offered import PROTESTED, answer_to
from inviolable.diplomacy.drafting.pinpoints import Law
from inviolable.diplomacy.drafting.quoting import REPORT, WORDS
from inviolable.diplomacy.drafting.statements import Statement
from inviolable.diplomacy.organs import organs_called
from inviolable.diplomacy.terms import Annex, Content, Paragraph, Value
from inviolable.diplomacy.words.marks import keys
from inviolable.diplomacy.words.naming import (
    Called,
    after,
    both_states,
    formal_words,
    joined,
    state_words,
    with_article,
)
from inviolable.diplomacy.words.wording import plan, wording_of
from inviolable.incidents.fold import IncidentState
from inviolable.law.assess import Answer
from inviolable.law.casefile import Case
from inviolable.law.lawfile import Pack

Names = Mapping[str, str]
#: Whoever signs these speaks as I.
FIRST_PERSON = ("signed_note", "letter")


def draft(
    state: IncidentState,
    part: str,
    case: Case,
    answer: Answer,
    *,
    form: str,
    channel: str,
    organ: str,
    sender: Names,
    addressee: Names,
    language: str,
    courtesy: Sequence[str] = (),
    place: Names,
    date: str,
    example: bool = False,
    annexes: Sequence[Annex] = (),
    found: int = 0,
    own: Sequence[Pack] = (),
    home: Path | None = None,
    statements: Collection[str] | None = None,
    offers: Sequence[Offer] = (),
) -> Content:
    """A note on one part of an incident, whole.

    case, answer: what the law was asked and said (of a finding: its own); found: the entry of that finding, 0 where it
    is not recorded. sender, addressee: by language, without article, as `Embajada de …`. courtesy: languages of
    translations. place, date (ISO 8601): where and when it is signed. own: the ministry's law files. home: where its
    own formulae are (wording.py). statements: which of the other State's it quotes (statements.py), None for
    those that a draft quotes by itself. offers: paragraphs that somebody chose (offered.py). Raises Faulty for a fault
    in these.
    """
    languages = (language, *courtesy)
    words = {one: wording_of(home, one) for one in languages}
    called = organs_called(home, case.sending, case.receiving)
    known = Known(state, part, case, Law(answer, words, found, own, case.facts), words, called)
    writer = _Writer(known, form, channel, organ, sender, addressee, statements, offers, len(annexes))
    paragraphs = _ended(writer.paragraphs())
    chosen = {key: value for one in offers for key, value in one.values.items()}
    used = dict.fromkeys(key for one in paragraphs for text in one.text.values() for key in keys(text))
    return Content(
        form=form,
        channel=channel,
        organ=organ,
        language=language,
        courtesy=tuple(courtesy),
        sender=dict(sender),
        addressee=dict(addressee),
        place=dict(place),
        date=date,
        part=part,
        seq=state.timeline[-1].seq,
        paragraphs=paragraphs,
        values={key: chosen.get(key) or known.value(key) for key in used},
        annexes=tuple(annexes),
        example=example,
    )


@dataclass(frozen=True)
class _Writer:
    """Who writes what to whom; see `draft`."""

    known: Known
    form: str
    channel: str
    organ: str
    sender: Names
    addressee: Names
    chosen: Collection[str] | None
    offers: Sequence[Offer]
    annexes: int

    def paragraphs(self) -> list[Paragraph]:
        """Those that the plan puts into this note, in its order; those of one subject gathered into one."""
        there, found, subject = set[str](), list[Paragraph](), ""
        for row in plan()["paragraph"]:
            if self._stands(row) and row.get("unless") not in there:
                there.add(row["id"])
                for one in self._of(row):
                    same = subject and subject == row.get("subject")
                    found[-1:] = [_gathered(found[-1], one)] if same else [*found[-1:], one]
                    subject = row.get("subject", "")
        return found

    def _stands(self, row: Mapping[str, Any]) -> bool:
        if "forms" in row and self.form not in plan()["forms"][row["forms"]]:
            return False
        if "any" in row and all(self.known.status(fact) == "unknown" for fact in row["any"]):
            return False
        return all(self._status(name) in allowed for name, allowed in row.get("when", {}).items())

    def _status(self, name: str) -> str:
        if name == "annexes":
            return "several" if self.annexes > 1 else "one" if self.annexes else "none"
        return self.known.status(name)

    def _of(self, row: Mapping[str, Any]) -> Iterator[Paragraph]:
        text = self._text(self._called(row["id"]))
        match row.get("each", ""):
            case "finding":
                for finding in self.known.wrongs:
                    yield self._paragraph(row, f"rule-{finding}", self._rule(finding))
            case "statement":
                yield from self._statements(row)
            case "offer":
                yield from self._offered(row["block"])
            case _ if text:
                yield self._paragraph(row, row["id"], self.known.translated(text))
            case _ if row["id"] in next(iter(self.known.words.values())):
                yield self._paragraph(row, row["id"], dict.fromkeys(self.known.words, f"[[{row['id']}]]"))

    def _statements(self, row: Mapping[str, Any]) -> Iterator[Paragraph]:
        """Each statement with what answers it; after the last, that all of them are taken note of."""
        quoted = self.known.quotes(self.chosen)
        there = {self.known.stated(key).words for key in quoted}
        for key in quoted:
            text = self._text(row["id"] + _told_as(self.known.stated(key)))
            marked = {name: one.replace("[[", f"[[{key}:") for name, one in text.items()}
            if key == quoted[-1]:
                noted = self._text(self._noted(quoted))
                marked = {name: f"{one} {noted[name]}" for name, one in marked.items()}
            yield self._paragraph(row, f"statement-{key}", self.known.translated(marked))
            for one in self._offered(row["block"], answer_to(key)):
                said = self._quotations(one.id)
                yield self._referring(one) if said & there else one
                there |= said

    def _noted(self, quoted: Collection[str]) -> str:
        """The text that takes note of so many statements."""
        against = any(self.known.stated(key).against for key in quoted)
        return ("noted_several" if len(quoted) > 1 else "noted") + ("_against" if against else "")

    def _referring(self, one: Paragraph) -> Paragraph:
        """An answer in words that the note has already, without them."""
        name = "answered_cited" if f"{one.id}:day" in self._offered_values else "answered_again"
        texts = {language: table["text"][name] for language, table in self.known.words.items()}
        return replace(one, text={name: text.replace("[[", f"[[{one.id}:") for name, text in texts.items()})

    def _quotations(self, key: str) -> set[str]:
        """What a statement or an answer says they said, in any language."""
        found = (self._offered_values.get(key + end) for end in (WORDS, REPORT))
        return {said for one in found if one for words in one.words.values() for said in words}

    @cached_property
    def _offered_values(self) -> dict[str, Value]:
        return {key: value for one in self.offers for key, value in one.values.items()}

    def _called(self, row: str) -> str:
        """The text that a paragraph takes."""
        if row == "protest" and any(one.paragraph.id.startswith(PROTESTED) for one in self.offers):
            return "protest_again"
        return "annexed_several" if row == "annexed" and self.annexes > 1 else row

    def _offered(self, block: str, begins: str = "") -> Iterator[Paragraph]:
        """Those on offer that somebody chose, of one block."""
        for one in (offer.paragraph for offer in self.offers):
            if one.block == block and one.id.startswith(begins):
                yield replace(
                    one, text={name: one.text[name].format_map(self._names[name]) for name in self.known.words}
                )

    def _paragraph(self, row: Mapping[str, Any], name: str, text: Names) -> Paragraph:
        """A statement tells the public what is demanded: the note demands it, and nothing is demanded twice."""
        demand = "" if self.form == "statement" else row.get("demand", "")
        return Paragraph(name, row["block"], text, demand, row.get("numbered", False))

    # ---- words ---------------------------------------------------------------------------------

    def _text(self, name: str) -> dict[str, str]:
        """The words of a paragraph by language, those of the form before those of every form."""
        words = self.known.words.items()
        said = {one: table[self.form].get(name) or table["text"].get(name, "") for one, table in words}
        names = self._first_names if name == "opening" else self._names
        return {one: text.format_map(names[one]) for one, text in said.items() if text}

    def _rule(self, finding: str) -> dict[str, str]:
        """What a finding is a breach of, or, where that can be argued only, what the facts are not compatible with."""
        found = {}
        by_treaty = f"{finding}:treaty" if self.known.status("regime") == "bilateral" else finding
        for language, table in self.known.words.items():
            rules = table["obligations"]
            obligation = rules.get(by_treaty) or rules.get(finding, finding)
            told = {"obligation": obligation, "of_obligation": after(table["grammar"]["of"], obligation, table)}
            text = table["text"][self.known.law.results[finding]].format_map({**self._names[language], **told})
            found[language] = text.replace("[[finding]]", f"[[{finding}]]")
        return found

    @cached_property
    def _names(self) -> dict[str, Names]:
        """What fills `{the_sender}` and the like in the texts of each language."""
        return {one: self._named(one, state_words) for one in self.known.words}

    @cached_property
    def _first_names(self) -> dict[str, Names]:
        """The same where each is named first: States by their formal names."""
        return {one: self._named(one, formal_words, first=True) for one in self.known.words}

    def _named(self, language: str, called: Called, *, first: bool = False) -> Names:
        words, case = self.known.words[language], self.known.case
        states = both_states(case, language, words, called)
        named = joined(states, words)
        speaker = self.organ if self.channel == "to_the_public" else self.channel.partition("_")[0]
        government = "own_government" if self.form in FIRST_PERSON and not first else "government"
        post = words["posts"].get(case.post_class, words["posts"]["other"]).format_map(named)
        told = {
            "sender": with_article(self.sender[language], words),
            "addressee": with_article(self.addressee[language], words),
            "organ": words["organs"].get(speaker, words["organs"]["consulate"]),
            "government": words["grammar"][government].format_map(named),
            "post": with_article(post, words),
        }
        return named | joined(told, words)


def _told_as(one: Statement) -> str:
    """How the name of the text ends that tells a statement: whether it is theirs word for word."""
    return "_told" if one.indirect else "_reported" if one.secondhand else ""


def _gathered(before: Paragraph, after: Paragraph) -> Paragraph:
    """Both as one, by the name of the first."""
    return replace(before, text={language: f"{said} {after.text[language]}" for language, said in before.text.items()})


def _ended(paragraphs: list[Paragraph]) -> tuple[Paragraph, ...]:
    """The last item of the list of demands ends the sentence."""
    items = [place for place, one in enumerate(paragraphs) if one.block == "demands" and not one.numbered]
    for place in items[-1:]:
        last = paragraphs[place]
        text = {language: f"{said.removesuffix(';')}." for language, said in last.text.items()}
        paragraphs[place] = replace(last, text=text)
    return tuple(paragraphs)
