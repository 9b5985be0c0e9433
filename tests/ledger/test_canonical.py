"""One way to write a value, and nothing else is read."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inviolable.ledger.canonical import LARGEST, NotCanonical, decode, encode

texts = st.text(st.characters(exclude_categories=["Cs"]))
keys = st.text(st.characters(max_codepoint=127), max_size=8)
values = st.recursive(
    texts | st.integers(-LARGEST, LARGEST),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_what_is_written_is_read_back_and_written_the_same(value):
    assert decode(encode(value)) == value
    assert encode(json.loads(encode(value))) == encode(value)


def test_the_example_of_rfc_8785_without_its_numbers():
    """RFC 8785 section 3.2.2: its strings and its order of keys; floats and literals are outside our profile."""
    value = {"string": '€$\u000f\nA\'B"\\\\"/', "list": ["x"]}
    assert encode(value) == '{"list":["x"],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'.encode()


@pytest.mark.parametrize("value", [1.0, True, None, {"a": False}, {1: "a"}, {"ñ": "a"}, LARGEST + 1, "\ud800", [b"x"]])
def test_what_lies_outside_the_profile_is_refused(value):
    with pytest.raises(NotCanonical):
        encode(value)


@pytest.mark.parametrize(
    "data",
    [
        b'{"b":"1","a":"2"}',
        b'{"a": "1"}',
        b'{"a":"1","a":"2"}',
        b'"\\u0041"',
        b"1.0",
        b"true",
        b"",
        b"\xff",
        b"[" * 9999,
    ],
)
def test_bytes_that_are_not_the_one_form_are_refused(data):
    with pytest.raises(NotCanonical):
        decode(data)
