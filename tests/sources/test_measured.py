"""What the rules reach on texts marked by hand; the half that was kept apart is measured by `make bench`."""

from collections import Counter
from functools import cache

import pytest
from benchmarks.proposals import HALVES, KINDS, THREATS, Measure, measure, places, read


@cache
def while_writing() -> Measure:
    return measure("while_writing")


@pytest.mark.parametrize("kind", sorted(set(KINDS.values())))
def test_what_is_proposed_is_what_a_person_marked(kind: str) -> None:
    score = while_writing().scores[kind].row()
    assert score["precision"] >= 95
    assert score["recall"] >= 85


def test_a_speaker_who_is_named_is_the_right_one() -> None:
    for kind in ("speakers of quotations", "speakers of other claims"):
        assert while_writing().scores[kind].row()["precision"] >= 95


def test_no_threat_is_given_to_anybody_else() -> None:
    threats = while_writing().scores[THREATS]
    assert threats.right == threats.proposed > 0


@pytest.mark.parametrize("half", HALVES)
def test_the_texts_are_ours_short_and_marked_where_they_say(half: str) -> None:
    texts = read(half)
    assert Counter(one["language"] for one in texts) == dict.fromkeys(("es", "en"), len(texts) // 2)
    for one in texts:
        assert 60 <= len(one["text"].split()) <= 150
        assert all(places(one["text"], mark["quote"]) for mark in one["claims"])
        assert {mark["fact"] for mark in one["claims"]} <= set(KINDS) | {"threat.words"}
