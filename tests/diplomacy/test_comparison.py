"""Whatever somebody does to a note in Word, what comes of it is a version, and no confirmed fact changes unsaid."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.diplomacy.knock import STOPPED, drafted, incident

from inviolable.diplomacy.content import dumps, loads
from inviolable.diplomacy.paper.returned import compared
from inviolable.diplomacy.paper.word import bookmark
from inviolable.diplomacy.paper.word_file import NotReturned, Opened, Read
from inviolable.diplomacy.terms import MOST
from inviolable.diplomacy.words.marks import TEXT, fill, keys

CONTENT = drafted(incident({**STOPPED, "officers": ["one", "several"]}))
PLACES = [(language, place) for language in CONTENT.languages for place in range(len(CONTENT.paragraphs))]
MARKS = [(*one, number) for one in PLACES for number, _key in enumerate(keys(CONTENT.paragraphs[one[1]].text[one[0]]))]
dropped = st.sets(st.sampled_from(PLACES), max_size=len(PLACES) - 1)
typed = st.dictionaries(st.sampled_from(MARKS), st.sampled_from(["", "x", "[[entered]]", "a\nb"]), max_size=5)
written = st.dictionaries(st.sampled_from(PLACES), st.sampled_from(["One more.", "[[time]]"]), max_size=3)


def file(gone, values, more, *, tagged):
    """The note as it comes back: paragraphs gone, other words in values, paragraphs written after others."""
    told = []
    for language, place in PLACES:
        name, number, stretches = bookmark(language, place), 0, []
        for piece in fill(CONTENT.paragraphs[place].text[language], CONTENT.values, language):
            if piece.kind == TEXT:
                stretches.append((piece.words, "", ""))
                continue
            words = values.get((language, place, number), piece.words)
            if words:
                stretches.append((words, piece.key if tagged else "", f"{name}_{number}"))
            number += 1
        if (language, place) not in gone:
            told.append(Read((name,), -1, tuple(stretches)))
        if words := more.get((language, place)):
            told.append(Read((), -1, ((words, "", ""),)))
    return Opened("", tuple(told))


def test_a_paragraph_that_no_version_may_have_does_not_come_back():
    with pytest.raises(NotReturned, match="Divide it"):
        compared(file(set(), {}, {PLACES[0]: "x " * MOST}, tagged=True), CONTENT)


@given(dropped, typed, written)
def test_what_comes_of_it_is_a_version_and_each_confirmed_fact_stays_or_is_told(gone, values, more):
    told = compared(file(gone, values, more, tagged=True), CONTENT)

    assert loads(dumps(told.content)) == told.content
    now = {one.id: one for one in told.content.paragraphs}
    lost = {(one.paragraph, one.language, one.key) for one in told.controls_removed}
    for language, place in PLACES:
        paragraph = CONTENT.paragraphs[place]
        left = keys(now[paragraph.id].text.get(language, "")) if paragraph.id in now else []
        for key in keys(paragraph.text[language]):
            confirmed = CONTENT.values[key].state == "confirmed"
            assert not confirmed or key in left or (paragraph.id, language, key) in lost


@given(dropped, typed, written)
def test_a_file_that_lost_its_tags_says_the_same_by_its_bookmarks(gone, values, more):
    tagged, bare = (compared(file(gone, values, more, tagged=tags), CONTENT) for tags in (True, False))

    assert tagged == bare


@given(dropped, written)
def test_what_is_told_is_all_that_was_done(gone, more):
    told = compared(file(gone, {}, more, tagged=True), CONTENT)

    removed = {(one.language, one.paragraph) for one in told.changes if one.how == "removed"}
    assert removed == {(language, CONTENT.paragraphs[place].id) for language, place in gone}
    assert sum(one.how == "added" for one in told.changes) <= len(more)
    assert not told.controls_changed
