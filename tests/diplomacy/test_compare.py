"""What changed between two versions: nothing is left out and nothing is made up."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from tests.diplomacy.conftest import hand_made, saying, standing_for

from inviolable.diplomacy.life.compare import GONE, NEW, changes, pieces
from inviolable.diplomacy.pages.page import change_rows


@given(st.text(max_size=200), st.text(max_size=200))
def test_both_texts_can_be_read_from_what_is_shown(old: str, new: str) -> None:
    shown = list(pieces(old, new))
    assert "".join(words for how, words in shown if how != NEW) == old
    assert "".join(words for how, words in shown if how != GONE) == new


def test_words_of_the_one_never_stand_among_those_of_the_other() -> None:
    old, new = "said this Ministry of Foreign Affairs: no", "said 27 January 2026: no"
    assert list(pieces(old, new)) == [
        ("same", "said "), (GONE, "this Ministry of Foreign Affairs:"), (NEW, "27 January 2026:"), ("same", " no"),
    ]  # fmt: skip


def test_a_fact_that_is_bound_no_more_is_told_by_its_words() -> None:
    before = hand_made()
    after = saying(before, "came", before.paragraphs[1].text["en"].replace("[[actor]]", "somebody"))
    [row] = [one for one in change_rows(changes(before, after), before, after) if one["of"]]
    assert row["pieces"] == [(GONE, "“an officer”")]


def test_long_texts_are_shown_whole_one_after_the_other() -> None:
    old, new = "a b " * 3000, "b c " * 3000
    assert list(pieces(old, new)) == [(GONE, old), (NEW, new)]


def test_the_same_version_has_no_changes() -> None:
    assert changes(hand_made(), hand_made()) == ()


def test_a_word_a_fact_an_addressee_and_a_paragraph_are_each_a_change() -> None:
    before = hand_made()
    assert [(one.where, one.language) for one in changes(before, saying(before, "protest", "It protests."))] == [
        ("protest", "en")
    ]
    fact = standing_for(before, "actor", words={"es": ("dos agentes",), "en": ("two officers",)})
    assert {(one.where, one.language) for one in changes(before, fact)} == {("came", "es"), ("came", "en")}
    assert [one.where for one in changes(before, replace(before, date="2026-01-30"))] == ["date"]
    shorter = replace(before, paragraphs=before.paragraphs[:-1])
    gone = [one for one in changes(before, shorter) if one.where == "closing"]
    assert [how for one in gone for how, _words in one.pieces] == [GONE, GONE]


def test_what_reads_the_same_and_is_another_thing_is_a_change() -> None:
    """Words without their fact, a paragraph of another kind or that demands nothing, another order."""
    before = hand_made()
    said = before.paragraphs[1].text
    unbound = saying(before, "came", *(said[one].replace("[[actor]]", was) for one, was in BOUND))
    assert {(one.of, one.where, one.language) for one in changes(before, unbound)} == {
        ("marks", "came", "es"),
        ("marks", "came", "en"),
    }
    for name, other in (("block", "free"), ("demand", ""), ("numbered", False)):
        last = replace(before.paragraphs[4], **{name: other})
        after = replace(before, paragraphs=(*before.paragraphs[:4], last, *before.paragraphs[5:]))
        assert [(one.of, one.where) for one in changes(before, after)] == [(name, "repeat")]
    [moved] = changes(before, replace(before, paragraphs=before.paragraphs[::-1]))
    assert moved.of == "order"


BOUND = (("en", "an officer"), ("es", "un funcionario"))
