"""Whatever text is dropped in, the rules read what they can, raise nothing and never point beside it."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from inviolable.sources.anchor import find, make
from inviolable.sources.lineage import Page, kinships
from inviolable.sources.proposals import Proposal, propose
from inviolable.sources.proposals.language import language_of
from inviolable.sources.proposals.passages import LONGEST, quotations, sentences

PUBLISHED = date(2026, 1, 28)
# fmt: off
PIECES = [
    "An agent tried to enter the consulate", "Dos agentes intentaron entrar", "the consul said", "dijo la cónsul",
    " that ", " que ", "\naccording to ", "según ", "on Tuesday", "el martes 28 de enero", "31 de febrero de 2026",
    "29 February", "at 25:99", "a las 11", "00:00", "at 11 a.m. ", "never ", "no ", "\nIf you touch me", "0000-00-00",
    "9999-12-31", "hace 999 días", "999 days ago", "“", "”", "«", "»", '"', "'", ". ", ", ", "; ", ": ", " (", ")",
    "?", "…", "Ã³", "�", "\n", "\n\n", "\ufeff", "\u200f", "\ud800", "\x00",
]
# fmt: on
texts = st.lists(st.sampled_from(PIECES) | st.text(st.characters(exclude_categories=()), max_size=8), max_size=30).map(
    "".join
)
languages = st.sampled_from(["en", "es"])


def stand_where_they_say(text: str, found: list[Proposal]) -> None:
    for one in found:
        assert text[one.start : one.end] == one.raw != ""
        assert find(text, make(text, one.start, one.end)) == (one.start, one.end)
        assert one.polarity in ("affirms", "denies")
        assert one.modality in ("stated", "alleged", "hypothetical", "demanded")
        assert one.speaker is None or one.speaker in " ".join(text.split()) or one.speaker in text.replace("\n", " ")


@given(texts, languages, st.dates() | st.none())
@example("", "en", None)
@example("“", "es", None)
@example("9999-12-31 tomorrow", "en", date.max)
@example("yesterday, last week, a week ago, 3 days ago", "en", date.min)
def test_no_text_raises_and_every_proposal_stands_where_it_says(text: str, language: str, day: date | None) -> None:
    stand_where_they_say(text, propose(text, language, day, "Asia/Ho_Chi_Minh", "America/Chicago"))


@given(texts, languages)
def test_reading_twice_reads_the_same_and_nothing_is_proposed_twice(text: str, language: str) -> None:
    found = propose(text, language, PUBLISHED)
    assert found == propose(text, language, PUBLISHED)
    assert len(found) == len({(one.fact, one.value, one.polarity, one.modality, one.speaker) for one in found})
    assert [one.start for one in found] == sorted(one.start for one in found)


@given(texts, languages)
@example("word " * 1_000, "en")
@example("a" * 5_000, "es")
def test_no_sentence_is_long_and_none_is_read_twice(text: str, language: str) -> None:
    """Time is in proportion to the text: what is read together has a greatest length, and all of it is no more than
    the text and its quotations."""
    quoted = quotations(text)
    cut = sentences(text, quoted, language_of(language))
    assert all(0 < len(one.shown) == one.end - one.start <= LONGEST for one in cut)
    for inside in (True, False):
        ends = [(one.start, one.end) for one in cut if (one.inside is not None) is inside]
        assert all(a[1] <= b[0] for a, b in pairwise(ends))


@given(st.lists(texts, max_size=4), languages)
def test_lineage_of_any_pages_stands_where_it_says(several: list[str], language: str) -> None:
    pages = {str(number): text for number, text in enumerate(several)}
    for one in kinships([Page(name, text, language, PUBLISHED) for name, text in pages.items()]):
        assert all(pages[place.page][place.start : place.end] == place.quote for place in one.places)
        assert one.kind == "credit" or len(one.pages) > 1


def test_an_empty_text_says_nothing() -> None:
    assert propose("", "en", PUBLISHED) == propose(" \n\t ", "es", PUBLISHED) == []


def test_a_text_in_the_wrong_encoding_says_less_but_nothing_wrong() -> None:
    text = "La cancillería informó que dos agentes intentaron entrar el miércoles."
    mojibake = text.encode().decode("latin-1")
    found = propose(mojibake, "es", PUBLISHED)
    stand_where_they_say(mojibake, found)
    assert {(one.fact, one.value) for one in found} <= {(one.fact, one.value) for one in propose(text, "es", PUBLISHED)}


@pytest.mark.long
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_text_of_a_megabyte_is_read_to_its_end(language: str) -> None:
    read_to_the_end(
        "An agent tried to enter, the consul said. Un agente intentó entrar, dijo la cónsul. ", 1_000_000, language
    )


@pytest.mark.long
@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "“",
        '"a ',
        "A ",
        "agent ",
        "martes 13 ",
        "the consul, ",
        "the agent said ",
        "dijo que el agente ",
        "\n",
        "1",
    ],
)
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_text_made_to_take_long_is_read_to_its_end(piece: str, language: str) -> None:
    read_to_the_end(piece, 50_000, language)


def read_to_the_end(piece: str, size: int, language: str) -> None:
    text = piece * (size // len(piece)) + "\n\nNorland sent a note of protest. Norland envió una nota de protesta."
    last = [one for one in propose(text, language, PUBLISHED) if one.end > len(text) - 100]
    stand_where_they_say(text, last)
    assert any(one.fact == "protest.form" for one in last)


@pytest.mark.parametrize("marks", [".", ".”", "?!…)"])
def test_a_page_of_full_stops_is_read_to_its_end(marks: str) -> None:
    text = marks * 500_000 + "a"
    assert sentences(text, [], None)[-1].end == len(text)
