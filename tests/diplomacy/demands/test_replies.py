"""Replies, sentence by sentence: what each does with a demand, and what is an assurance."""

import itertools
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.diplomacy.demands.conftest import COUNSELLOR, LAWYER, OUT, REF, deliver

from inviolable.diplomacy.demands import actions, replies
from inviolable.diplomacy.demands.book import book
from inviolable.diplomacy.demands.sentences import sentences
from inviolable.incidents.lookup import incident_state
from inviolable.incidents.models import Incident
from inviolable.ledger import erasure
from inviolable.posts.actions import Refused
from inviolable.sources.shelf import shelf
from inviolable.sources.terms import pasted

#: Made up for this test; in the manner of such letters.
REPLY = """The Embassy refers to Note No. 1-2026 of 27 January 2026.

1. The facts are under review. 2. No official crossed the threshold (cf. art. 31).
The Government assures the Ministry that instructions have been given to all agencies.
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Note No. 4-2-22 of 27 January. It regrets.", ["Note No. 4-2-22 of 27 January.", "It regrets."]),
        ("The answer is no. The Embassy regrets.", ["The answer is no.", "The Embassy regrets."]),
        ("Al Excmo. Sr. Ministro. Véase el párr. 3.", ["Al Excmo. Sr. Ministro.", "Véase el párr. 3."]),
        ("1. First. 2. Second.", ["1. First.", "2. Second."]),
        ("Under art. 31(2) VCCR. So it is", ["Under art. 31(2) VCCR.", "So it is"]),
        ("", []),
        (" \n… \n", []),
    ],
)  # fmt: skip
def test_a_reply_is_cut_where_its_sentences_end(text, expected):
    assert [one.words for one in sentences(text)] == expected


@given(st.text(alphabet="aB1 .!?\n«»“”No", max_size=300))
def test_no_character_is_moved_and_none_that_says_something_is_lost(text):
    found = sentences(text)
    assert [one.number for one in found] == list(range(1, len(found) + 1))
    assert all(text[one.start : one.end] == one.words for one in found)
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))
    assert "".join(c for one in found for c in one.words if c.isalnum()) == "".join(c for c in text if c.isalnum())


@pytest.fixture
def reply(incident, identities) -> str:
    deliver(REF, "note-1", OUT)
    came = OUT + timedelta(days=20)
    told = (REF, "note-1", "the embassy", came, pasted(REPLY))
    return replies.take_reply(*told, number="2026-17", actor=COUNSELLOR, now=came)


NOW = OUT + timedelta(days=20)


def of_incident():
    return book(incident_state(REF).timeline)


def test_a_reply_is_a_source_of_the_receiving_state(reply):
    """So what it claims is worked through like what anybody claims (scenario 16)."""
    one = of_incident().replies[reply]
    source = shelf(incident_state(REF).timeline).sources[one.source]
    assert (source.kind, source.about("publisher"), source.about("title")) == (
        "receiving_organ",
        "the embassy",
        "2026-17",
    )
    assert incident_state(REF).timeline[one.seq].happened.start == NOW


def test_its_sentences_are_linked_to_demands_and_the_last_word_counts(reply):
    found = of_incident()
    explanation, instructions, _again = found.demands
    replies.link(REF, reply, 2, explanation, "evades", actor=COUNSELLOR, now=NOW)
    replies.link(REF, reply, 4, instructions, "meets", actor=COUNSELLOR, now=NOW)
    replies.link(REF, reply, 2, explanation, "partly", actor=LAWYER, now=NOW)
    demands = of_incident().demands
    assert [(one.sentence, one.says) for one in demands[explanation].links] == [(2, "partly")]
    words = replies.words_of(Incident.objects.get().stream, of_incident().replies[reply])
    [link] = demands[instructions].links
    assert words[link.start : link.end].startswith("The Government assures")
    assert not any(one.closed for one in demands.values()), "an answer is not the end of it"


def test_a_sentence_that_meets_a_demand_may_prove_it_to_legal(reply):
    explanation = next(iter(of_incident().demands))
    replies.link(REF, reply, 2, explanation, "evades", actor=COUNSELLOR, now=NOW)
    with pytest.raises(Refused, match="proof"):
        actions.met(REF, explanation, f"reply/{reply}/2", "they answered", actor=COUNSELLOR, now=NOW)
    replies.link(REF, reply, 2, explanation, "meets", actor=COUNSELLOR, now=NOW)
    actions.met(REF, explanation, f"reply/{reply}/2", "they answered", actor=COUNSELLOR, now=NOW)
    actions.agree(REF, explanation, "it explains", actor=LAWYER, now=NOW)
    assert of_incident().demands[explanation].closed


def test_only_a_person_marks_an_assurance_and_once(reply):
    assert not of_incident().assurances
    name = replies.mark_assurance(REF, reply, 4, actor=COUNSELLOR, now=NOW)
    assert of_incident().assurances[name].words.startswith("The Government assures the Ministry")
    with pytest.raises(Refused, match="already"):
        replies.mark_assurance(REF, reply, 4, actor=COUNSELLOR, now=NOW)


def test_what_cannot_be_is_refused_and_nothing_is_written(reply, incident):
    before = len(incident_state(REF).timeline)
    explanation = next(iter(of_incident().demands))
    who = {"actor": COUNSELLOR, "now": NOW}
    later = NOW + timedelta(days=1)
    for attempt, why in (
        (lambda: replies.link(REF, reply, 0, explanation, "meets", **who), "has 4"),
        (lambda: replies.link(REF, reply, 5, explanation, "meets", **who), "has 4"),
        (lambda: replies.link(REF, "nothing", 1, explanation, "meets", **who), "no 'nothing'"),
        (lambda: replies.link(REF, reply, 1, "nothing", "meets", **who), "no 'nothing'"),
        (lambda: replies.take_reply(REF, "note-9", "x", NOW, pasted("y"), **who), "no released note"),
        (lambda: replies.take_reply(REF, "note-1", "x", later, pasted("y"), **who), "not come yet"),
        (lambda: replies.take_reply(REF, "note-1", "x", NOW, pasted(REPLY), **who), "holds these very words"),
    ):
        with pytest.raises(Refused, match=why):
            attempt()
    assert len(incident_state(REF).timeline) == before


def test_its_words_go_with_their_exhibit_and_the_links_stay(reply, incident):
    explanation = next(iter(of_incident().demands))
    replies.link(REF, reply, 2, explanation, "evades", actor=COUNSELLOR, now=NOW)
    source = shelf(incident_state(REF).timeline).sources[of_incident().replies[reply].source]
    erasure.erase(source.last.exhibit, "asked for", actor=LAWYER, now=NOW)
    assert replies.words_of(incident.stream, of_incident().replies[reply]) == ""
    assert [one.says for one in of_incident().demands[explanation].links] == ["evades"]
