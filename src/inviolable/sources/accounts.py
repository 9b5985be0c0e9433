"""The picture of an incident in the reader's words, for its page: what to find out first, the law, who says what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cached_property
from typing import Any

from django.urls import reverse

from inviolable.counsel.clocks import day_words
from inviolable.counsel.record import Decided
from inviolable.counsel.wording import TONES
from inviolable.incidents.page import days_of
from inviolable.law.words import texts
from inviolable.sources.agreement import Held, Row, Statement
from inviolable.sources.asking import Question
from inviolable.sources.beside import entry
from inviolable.sources.exchange import record_name
from inviolable.sources.goals import Goal
from inviolable.sources.naming import fact_words, labels, left_words, voice_words
from inviolable.sources.page import Sources
from inviolable.sources.picture import Picture, unreplaced
from inviolable.sources.report import ORDER, silent_on, told_apart, turns
from inviolable.sources.telling import (
    named,
    over,
    reviews,
    said_words,
    says,
    sentences,
    spoken,
    view_says,
    worth_telling,
)
from inviolable.sources.values import Value
from inviolable.sources.voices import Voice

#: A row that needs a look is marked; the words say it too.
ROW_TONES = {"conflict": "stop", "divergent": "care", "agreed": "go"}
APART = ("conflict", "divergent")
#: So many passages or pages are listed at one place; a fact's own page has all of its passages.
MOST_LISTED = 20


class Accounts:
    """Everything that the page says, in one language. found: the incident; picture: of one part as known on a day.

    fact: the one of which every passage is listed, on a page of its own; "" for none.
    """

    def __init__(self, found: Sources, picture: Picture, part: str, language: str, fact: str = "") -> None:
        self.found, self.picture, self.part, self.language, self.fact = found, picture, part, language, fact
        self.words, self.law = labels(language), texts(language)
        self.all, self.primary = picture.weighed["all"], picture.weighed["primary"]
        self.home = reverse("sources:source", args=[found.reference, 0])
        self.replaced = {one.claim.id for one in picture.told} - {one.claim.id for one in unreplaced(picture.told)}
        self.by_record = {record_name(one): one.id for one in found.shelf.sources.values()}

    # ---- what to find out first, and the law ---------------------------------------------------

    def questions(self) -> list[dict[str, Any]]:
        """What to find out, the most urgent first, and who could answer."""
        return [self._question(one) for one in self.all.questions]

    def touched(self) -> int:
        """How many of these the sources touch, or the entry waits for."""
        return sum(one.touched for one in self.all.questions)

    def untouched(self) -> int:
        """How many are of findings that nothing in the sources touches."""
        return len(self.all.questions) - self.touched()

    def _question(self, one: Question) -> dict[str, Any]:
        law = self.law["facts"][one.fact]
        return {
            "text": law["question"],
            "contested": one.state == "contested",
            "state": sentences(self.language)[one.state],
            "who": [who.words[self.language] for who in one.who],
            "turns": [self.law["modules"][goal].rstrip("?") for goal in one.goals],
            "more": len(one.goals) - 2,
            "values": list(self._values(one.fact)) if one.state == "contested" else [],
            "said": [self._said(fact_words(fact, self.language), held) for fact, held in spoken(one)],
            "passages": len(one.passages),
            "touched": one.touched,
        }

    def _said(self, about: str, held: Held) -> dict[str, Any]:
        """What sources say near a question that they leave open."""
        words = f"{about}: {said_words(held, self.language)}"
        told = held.statements
        return {
            "words": words,
            "voices": self._voices(told),
            "count": len(told),
            "passages": self._passages(told[:MOST_LISTED]),
        }

    def _values(self, fact: str) -> Iterator[dict[str, Any]]:
        """Each answer to a question of the law that somebody gives, and who gives it."""
        for left, carriers in self.all.answers(fact).items():
            yield {
                "words": left_words(fact, left, self.language),
                "known": left[0] in self.all.known.get(fact, ()) and len(left) == 1,
                "voices": self._voices(carriers),
                "count": len(carriers),
                "passages": self._passages(carriers[:MOST_LISTED]),
            }

    def _voices(self, told: Iterable[Statement]) -> list[str]:
        return sorted({voice_words(one.voice, self.language) for one in told})

    @cached_property
    def facts(self) -> list[dict[str, Any]]:
        """What the law reads of it, with who carries which value; what sources carry nothing of is left out."""
        return [
            {
                "question": self.law["facts"][fact]["question"],
                "turns": fact in self.turning,
                "values": list(self._values(fact)),
            }
            for fact in self.all.carried
        ]

    @cached_property
    def turning(self) -> set[str]:
        """The contested facts on which something turns."""
        return {one.fact for one in self.all.questions if one.state == "contested"}

    def verdict(self) -> dict[str, Any]:
        """The entry under every reading."""
        entry = self.all.entry
        certain, said = entry.answer != "open", says(entry, self.language)
        grounds = ", ".join((*entry.cites, entry.tag))
        return {
            "tone": TONES[entry.answer],
            "answer": said if certain else self.law["results"]["open"],
            "why": grounds if certain else f"{said} {grounds}",
            "same": self.all.entry == self.primary.entry,
            "primary": says(self.primary.entry, self.language),
        }

    def alone(self, decided: Decided) -> str:
        """The entry by the confirmed facts alone, as the overview has it; "" where sources leave it so."""
        known = entry(self.picture.frame, (), decided)
        return says(known, self.language) if known.possible != self.all.entry.possible else ""

    def levels(self) -> list[tuple[str, str]]:
        """The two levels, and over which voices each is said."""
        words = sentences(self.language)
        return [(words[level], over(one, self.language)) for level, one in self.picture.weighed.items()]

    def goals(self) -> list[dict[str, Any]]:
        """The entry and every finding that an account can move, or that is certain, at both levels side by side."""
        other = {goal.id: goal for goal in self.primary.goals}
        told = {goal.id: goal for goal in worth_telling(self.all)}
        told |= {goal.id: goal for goal in self.all.goals if goal.id in {one.id for one in worth_telling(self.primary)}}
        return [self._goal(goal, other[goal.id]) for goal in told.values()]

    def _goal(self, goal: Goal, primary: Goal) -> dict[str, Any]:
        return {
            "name": named(goal.id, self.language).removesuffix(":"),
            "cites": goal.cites,
            "tag": goal.tag,
            "says": says(goal, self.language),
            "depends": goal.robust != "yes",
            "primary": says(primary, self.language),
            "same": (goal.possible, goal.robust, goal.deciding) == (primary.possible, primary.robust, primary.deciding),
        }

    def waiting(self) -> int:
        """How many findings wait for facts of which no source speaks."""
        return sum(goal.robust == "yes" and goal.answer == "open" for goal in self.all.goals[1:])

    def views(self) -> list[tuple[str, str]]:
        """The same facts under each view on a disputed point of law."""
        return [
            (named(goal, self.language).removesuffix(":"), view_says(view, goal, self.language))
            for view in self.all.views
            for goal in view.goals
        ]

    def reviewed(self, decided: Decided) -> list[tuple[str, str]]:
        """Whose rules these are, and who has signed them off."""
        words = self.law["labels"]
        return [
            (
                pack.title[self.language],
                words["reviewed"].format(role=sign.role, date=sign.date) if sign else words["not_reviewed"],
            )
            for pack, sign in reviews(self.all.packs, decided.signed)
        ]

    # ---- who says what -------------------------------------------------------------------------

    def columns(self) -> list[dict[str, Any]]:
        """The voices, organs first, each with the pages it speaks in."""
        return [
            {
                "name": voice_words(voice, self.language),
                "kind": self.words["kinds"][voice.kind],
                "count": len(records),
                "pages": self._pages(records),
            }
            for voice, records in self.picture.matrix.voices.items()
        ]

    def _pages(self, records: Sequence[str]) -> list[tuple[str, str]]:
        sources = map(self.by_record.__getitem__, records[:MOST_LISTED])
        return [(self._address(source), self._name(source)) for source in sources]

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """What is told, with what the law turns on first, then what cannot all be true."""
        spoken = [row for row in self.picture.matrix.rows if row.values and self.fact in ("", row.fact)]
        told = [self._row(row) for row in sorted(spoken, key=lambda row: ORDER.index(row.status))]
        return sorted(told, key=lambda row: not row["turns"])

    def _row(self, row: Row) -> dict[str, Any]:
        return {
            "fact": row.fact,
            "name": fact_words(row.fact, self.language),
            "status": self.words["statuses"][row.status],
            "tone": ROW_TONES.get(row.status, ""),
            "apart": row.status in APART,
            "turns": turns(row, self.all),
            "cells": self._cells(row),
            "relations": list(told_apart(row, self.language)),
            "not_said_by": [voice_words(one, self.language) for one in silent_on(self.picture.matrix, row)]
            if row.status in APART
            else [],
        }

    def _cells(self, row: Row) -> list[list[dict[str, Any]]]:
        """What each voice says of one thing: its values, with every passage that says so."""
        said: dict[Voice, dict[Value, list[Statement]]] = defaultdict(lambda: defaultdict(list))
        for held in row.values:
            for one in held.statements:
                said[one.voice][held.value].append(one)
        return [
            [
                {
                    "said": said_words(Held(value, tuple(told)), self.language),
                    "count": len(told),
                    "passages": self._passages(told if self.fact else told[:MOST_LISTED]),
                }
                for value, told in said[voice].items()
            ]
            for voice in self.picture.matrix.voices
        ]

    def _passages(self, told: Sequence[Statement]) -> list[dict[str, Any]]:
        return [self._passage(one) for one in told]

    def _passage(self, one: Statement) -> dict[str, Any]:
        """Where a source says so: its text beside its claims, at that place."""
        claim = self.picture.claim(one)
        place = f"at-{claim.anchor['start']}" if claim.anchor else f"claim-{claim.id}"
        return {
            "address": f"{self._address(claim.source)}?version={claim.version}#{place}",
            "name": self._name(claim.source),
            "day": one.day,
            "quote": claim.raw,
            "value": claim.value,
            "note": claim.note,
            "language": self.found.shelf.sources[claim.source].about("language"),
            "replaced": claim.id in self.replaced,
        }

    def silent(self) -> list[str]:
        """Of what no source speaks."""
        return [fact_words(row.fact, self.language) for row in self.picture.matrix.rows if not row.values]

    @property
    def days(self) -> list[tuple[str, str]]:
        """The days on which something was said or became known: (as the address has it, in words)."""
        told = self.picture.days | {day for day, _words in days_of(self.found.page.state, self.part)}
        return [(day, day_words(date.fromisoformat(day))) for day in sorted(told)]

    def checks(self) -> list[dict[str, Any]]:
        """What can be seen to need a second look."""
        return [
            {"says": one.says, "more": max(0, len(one.records) - MOST_LISTED), "pages": self._pages(one.records)}
            for one in self.picture.checks
        ]

    def apart(self) -> tuple[int, int]:
        """How many facts are told differently, and on how many of these something turns."""
        rows = [row for row in self.rows if row["apart"]]
        return len(rows), sum(row["turns"] for row in rows)

    # ---- names ---------------------------------------------------------------------------------

    def _name(self, source: str) -> str:
        known = self.found.shelf.sources[source]
        return f"{source} · {known.about('publisher') or known.about('title') or record_name(known)}"

    def _address(self, source: str) -> str:
        return self.home.replace("/0/", f"/{source}/")
