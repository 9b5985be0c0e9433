"""A claim stands where it was marked, in the text that it was marked in, or nowhere."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inviolable.sources.anchor import AROUND, Misplaced, find, make

TEXT = "An agent tried to enter. Later an agent tried to enter again, the consul said."


def test_an_anchor_finds_its_words_again() -> None:
    start = TEXT.index("an agent tried")
    anchor = make(TEXT, start, start + len("an agent tried"))
    assert (anchor.exact, anchor.prefix, anchor.suffix) == (
        "an agent tried",
        TEXT[:start],
        TEXT[start + 14 : start + 46],
    )
    assert find(TEXT, anchor) == (start, start + 14)


def test_a_text_that_was_edited_is_refused_although_the_same_words_still_stand_there() -> None:
    anchor = make(TEXT, 31, 45)
    with pytest.raises(Misplaced, match="this text is not the one"):
        find(TEXT + " ", anchor)


def test_a_look_alike_elsewhere_in_the_text_is_never_taken_instead() -> None:
    anchor = replace(make(TEXT, 28, 45), start=0, end=17)
    with pytest.raises(Misplaced, match="expected “er an agent tried"):
        find(TEXT, anchor)


def test_words_that_were_changed_in_the_anchor_are_refused() -> None:
    for changed in ({"exact": "no agent tried"}, {"prefix": "x"}, {"suffix": "x"}, {"start": 32}, {"end": 46}):
        with pytest.raises(Misplaced):
            find(TEXT, replace(make(TEXT, 31, 45), **changed))


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (3, 3), (5, 3), (0, 10_000)])
def test_a_place_that_is_none_is_refused(start: int, end: int) -> None:
    with pytest.raises(Misplaced, match="no place in a text"):
        make(TEXT, start, end)


@given(st.text(st.characters(exclude_categories=()), min_size=1), st.data())
def test_every_place_of_every_text_is_found_again(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    anchor = make(text, start, end)
    assert find(text, anchor) == (start, end)
    assert text[anchor.start : anchor.end] == anchor.exact
    assert len(anchor.prefix) <= AROUND
    assert anchor.prefix + anchor.exact + anchor.suffix in text
