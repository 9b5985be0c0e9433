"""A version of a note: what is kept says all of it, and nothing else is taken for one."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.diplomacy.knock import drafted, incident

from inviolable.diplomacy.content import NotContent, digest, dumps, loads
from inviolable.diplomacy.terms import BLOCKS, CHANNELS, DEMANDS, FORMS, STATES, Annex, Content, Paragraph, Value

words = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
by_language = st.dictionaries(st.sampled_from(["en", "es"]), words, max_size=2)
names = st.from_regex(r"[a-z][a-z0-9:-]{0,10}", fullmatch=True)
texts = st.lists(words, max_size=2).map(tuple)
values = st.builds(
    Value,
    names,
    st.sampled_from(STATES),
    st.dictionaries(st.sampled_from(["en", "es"]), texts, max_size=2),
    by_language,
    texts,
    st.integers(0, 9),
    texts,
    words,
    words,
    words,
)
paragraphs = st.builds(
    Paragraph, names, st.sampled_from(BLOCKS), by_language, st.sampled_from(["", *DEMANDS]), st.booleans()
)
contents = st.builds(
    Content,
    st.sampled_from(FORMS),
    st.sampled_from(CHANNELS),
    words,
    st.just("es"),
    st.just(("en",)),
    by_language,
    by_language,
    by_language,
    words,
    words,
    st.integers(0, 9),
    st.lists(paragraphs, max_size=3, unique_by=lambda one: one.id).map(tuple),
    st.lists(values, max_size=3).map(lambda some: {one.key: one for one in some}),
    st.lists(st.builds(Annex, words, words, by_language), max_size=2).map(tuple),
    st.booleans(),
)


@given(contents)
def test_what_was_written_reads_the_same_and_is_written_the_same(content):
    assert loads(dumps(content)) == content
    assert dumps(loads(dumps(content))) == dumps(content)


def test_one_changed_word_is_another_version():
    content = drafted(incident())
    first, *rest = content.paragraphs
    other = replace(content, paragraphs=(replace(first, text={**first.text, "en": "Otherwise."}), *rest))

    assert digest(content) == digest(drafted(incident())) != digest(other)


@pytest.mark.parametrize(
    "wrong",
    [
        {"form": "postcard"},
        {"channel": "by_pigeon"},
        {"unheard_of": "x"},
        {"paragraphs": [{"id": "a", "block": "poem", "text": {}}]},
        {"paragraphs": [{"id": "a", "block": "free", "text": {}}, {"id": "a", "block": "free", "text": {}}]},
        {"values": {"a": {"state": "sure", "words": {}}}},
        {"values": "none"},
        {"example": "no"},
    ],
)
def test_anything_else_is_no_version_of_a_note(wrong):
    said = json.loads(dumps(drafted(incident()))) | wrong
    with pytest.raises(NotContent, match="no version of a note"):
        loads(json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode())


def test_bytes_that_are_not_canonical_are_refused():
    with pytest.raises(NotContent):
        loads(dumps(drafted(incident())) + b"\n")
