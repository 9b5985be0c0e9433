"""What the first page of an incident says of its facts: what is known, what is contested, what nobody knows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from inviolable.counsel.terms import Opinion
from inviolable.incidents.brief import alone, rests_on, who_could_answer
from inviolable.incidents.fold import IncidentState
from inviolable.incidents.picture import fact_words, value_words
from inviolable.incidents.short import order
from inviolable.incidents.terms import Decision
from inviolable.incidents.wording import happened_words, moment_words

#: How many questions the first page asks; the page of the law has all of them.
ASKED = 8


@dataclass(frozen=True)
class Side:
    """A value that a person confirmed. source: on whose word; known: when it became so, as claimed; recorded: by our
    clock; seq: the entry that confirmed it; alone: whether one person did both, enter and confirm it."""

    value: str
    source: str
    known: str
    recorded: str
    seq: int
    alone: bool


@dataclass(frozen=True)
class Row:
    """A fact with the value that counts, or with those that stand against each other."""

    words: str
    sides: tuple[Side, ...]


def known(state: IncidentState, part: str, language: str) -> Iterator[Row]:
    """Every fact that a person confirmed, what matters most first."""
    confirmed = state.confirmed(part)
    for key in order(confirmed):
        values = confirmed[key]
        sides = (_side(state, value_words(key, value, language), said) for value, said in values.items())
        yield Row(fact_words(key, language), tuple(sides))


def unknown(opinion: Opinion | None, language: str) -> tuple[list[tuple[str, str]], int]:
    """The questions on which the law waits most, each with who could answer; and how many more there are."""
    if opinion is None:
        return [], 0
    asked = opinion.next_question.fact if opinion.next_question else ""
    waits = {one.fact for one in opinion.verdict.waits_for}
    order = sorted(opinion.unknown, key=lambda one: (one.fact != asked, one.fact not in waits))
    return [(one.question, who_could_answer(one.fact, language)) for one in order[:ASKED]], max(0, len(order) - ASKED)


def _side(state: IncidentState, value: str, decisions: Iterable[Decision]) -> Side:
    said = list(decisions)
    recorded = moment_words(state.timeline[said[-1].seq].recorded)
    known_since, seq = happened_words(said[-1].happened), said[-1].seq
    return Side(value, rests_on(state, said), known_since, recorded, seq, alone(state, said))
