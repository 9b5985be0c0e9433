"""The fold: whatever order claims, confirmations and withdrawals come in, the same rules hold. Needs no database."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inviolable.incidents.case import case_of
from inviolable.incidents.fold import IncidentState, fold, known_by
from inviolable.law.assess import assess
from inviolable.law.faults import Faulty
from inviolable.ledger.moments import Happened, written

BEGAN = datetime(2026, 1, 27, 17, 0, tzinfo=UTC)
OFFICER = {"role": "officer", "id": "user-7"}
OPENED = {
    "incident": "0b5e0a3e-5f0c-4f6e-9a55-000000000001",
    "reference": "a-knock",
    "title": "A knock at the door",
    "status": "actual",
    "post": {"class": "consulate", "head": "career", "status": "open"},
    "occurred": "2026-01-27T11:00-06:00",
    "sending": "EC",
    "receiving": "US",
    "place": "Minneapolis",
    "host_language": "en",
}


def entries(*told, start=0):
    """Entries of one stream: (kind, body) or (kind, body, day on which it happened)."""
    for seq, (kind, body, *day) in enumerate(told, start):
        when = BEGAN + timedelta(days=day[0] if day else 0)
        happened = {"from": written(when), "to": written(when), "zone": "America/Chicago"}
        recorded = written(BEGAN + timedelta(days=30, seconds=seq))
        yield {"seq": seq, "kind": kind, "body": body, "happened": happened, "recorded": recorded, "actor": OFFICER}


def claimed(name, key, value, **words):
    return "fact.claimed", {"claim": name, "part": "1", "key": key, "value": value, "polarity": "affirms", **words}


def confirmed(key, value, *claims, day=0):
    return "fact.confirmed", {"part": "1", "key": key, "value": value, "claims": list(claims)}, day


def withdrawn(key, value, day=0):
    return "fact.withdrawn", {"part": "1", "key": key, "value": value, "why": "it was wrong"}, day


def incident(*told) -> IncidentState:
    return fold(entries(("incident.opened", OPENED), *told))


VALUES = {"body": ("organ", "private"), "officers": ("one", "several"), "words": ("open up", "let me in", "stop")}
one_statement = st.sampled_from([(key, value) for key, values in VALUES.items() for value in values])
statements = st.lists(
    st.one_of(
        one_statement.map(lambda said: claimed("1", *said)),
        one_statement.map(lambda said: confirmed(*said)),
        one_statement.map(lambda said: withdrawn(*said)),
    ),
    max_size=30,
)


def standing(told) -> dict[str, list[str]]:
    """The rule, said once more in another way: a value stands if the last word on it was a confirmation."""
    last = {}
    for kind, body, *_ in told:
        if kind == "fact.withdrawn":
            last.pop((body["key"], body["value"]), None)
        elif kind == "fact.confirmed":
            last.setdefault((body["key"], body["value"]), None)
    found: dict[str, list[str]] = {}
    for key, value in last:
        found.setdefault(key, []).append(value)
    return found


@settings(deadline=None)
@given(statements)
def test_a_value_counts_while_a_person_confirms_it_in_whatever_order_things_come(told):
    facts = incident(*told).confirmed("1")

    assert {key: list(values) for key, values in facts.items()} == standing(told)


@settings(deadline=None)
@given(statements)
def test_none_is_unknown_one_counts_several_are_contested(told):
    facts = case_of(incident(*told)).facts

    for key in ("body", "officers"):
        assert facts.get(key, ()) == tuple(standing(told).get(key, ()))
    assert "words" not in facts


@settings(deadline=None)
@given(statements, st.integers(0, 31))
def test_going_on_from_anywhere_is_the_same_as_telling_it_all_again(told, pause):
    whole = list(entries(("incident.opened", OPENED), *told))
    halfway = fold(whole[:pause])
    for entry in whole[pause:]:
        halfway.take(entry)

    assert halfway == fold(whole)


@settings(deadline=None)
@given(statements)
def test_claims_alone_never_reach_the_law(told):
    unconfirmed = [statement for statement in told if statement[0] == "fact.claimed"]

    assert case_of(incident(*unconfirmed)).facts == {"head": ("career",), "status": ("open",)}


def test_what_was_known_on_a_day_is_what_had_become_known_by_its_end_at_the_post():
    state = incident(
        confirmed("body", "organ"), confirmed("body", "private", day=1), withdrawn("body", "private", day=2)
    )

    assert case_of(state, as_of="2026-01-27").facts["body"] == ("organ",)
    assert case_of(state, as_of="2026-01-28").facts["body"] == ("organ", "private")
    assert case_of(state, as_of="2026-01-29").facts["body"] == ("organ",)
    assert case_of(state, as_of="2026-01-28T10:59-06:00").facts["body"] == ("organ",)
    assert case_of(state, as_of="2026-01-28T11:00-06:00").facts["body"] == ("organ", "private")


def test_late_in_the_evening_at_the_post_is_still_that_day():
    evening = datetime(2026, 1, 28, 4, 0, tzinfo=UTC)  # 22:00 in Minneapolis

    assert known_by(Happened.at(evening, "America/Chicago"), "2026-01-27")
    assert not known_by(Happened.at(evening), "2026-01-27")


@pytest.mark.parametrize(
    "as_of", ["yesterday", "2026-01-28T10:00", "2026-13-01", "2026-01-26", "2026-01-27/2026-01-28"]
)
def test_an_as_of_that_is_no_day_or_moment_is_refused_in_words(as_of):
    with pytest.raises(Faulty) as refused:
        case_of(incident(confirmed("body", "organ")), as_of=as_of)

    assert "a-knock.toml" in str(refused.value)
    assert "as_of" in str(refused.value)


def test_a_part_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(Faulty, match="no part '2'; parts: 1"):
        case_of(incident(), "2")


def test_a_person_may_confirm_something_else_of_the_post_than_what_was_known():
    state = incident(confirmed("head", "honorary"))

    assert case_of(state).facts["head"] == ("honorary",)
    assert case_of(incident(confirmed("head", "honorary"), withdrawn("head", "honorary"))).facts["head"] == ("career",)


def test_who_says_so_stands_beside_each_fact():
    state = incident(
        claimed("1", "body", "organ", voice="Ministry", source="Communiqué"),
        claimed("2", "body", "organ", voice="ICE"),
        claimed("3", "body", "organ", source="A paper"),
        claimed("4", "body", "organ", voice="Nobody whom a person believed"),
        confirmed("body", "organ", "1", "2"),
        confirmed("body", "organ", "3", "1"),
    )

    assert case_of(state).sources == {"body": "Ministry: Communiqué; ICE; A paper"}


def test_obligations_are_open_until_their_closing_entry():
    assigned = ("task.assigned", {"task": "1", "what": "Write the note", "to": "legal", "due": written(BEGAN)})
    state = incident(assigned)
    assert [(one.name, one.what, one.to, one.due) for one in state.still_open()] == [
        ("task/1", "Write the note", "legal", BEGAN)
    ]

    state = incident(assigned, ("task.done", {"task": "1"}))
    assert state.still_open() == []
    assert state.obligations["task/1"].closed_by == 2


def segment(number):
    said = {
        "boot": "b1",
        "mono": 2000 * number,
        "length": 1990,
        "number": number,
        "sealed_bytes": 9,
        "wall": written(BEGAN),
    }
    return {"recording": "r1", "number": number, "segment": f"s{number}", "statement": json.dumps(said)}


def test_evidence_recordings_with_their_gaps_and_holds():
    state = incident(
        ("exhibit.received", {"exhibit": "e1", "grade": "C"}),
        ("exhibit.opened", {"exhibit": "e1", "reason": "to see it", "how": "opened"}),
        ("exhibit.opened", {"exhibit": "of another incident", "reason": "", "how": "opened"}),
        ("recording.begun", {"recording": "r1", "device": "door", "media": "video/webm"}),
        *(("segment.received", segment(n)) for n in (3, 0, 1)),
        ("segments.announced", {"recording": "r1", "heads": [f"{segment(n)['statement']} 00ff" for n in (1, 4)]}),
        ("segment.quarantined", {"recording": "r1", "why": "signed by nobody"}),
        ("segment.quarantined", {"recording": "of another incident", "why": "signed by nobody"}),
        ("exhibit.opened", {"exhibit": "r1", "reason": "to see it", "how": "opened"}),
        ("hold.placed", {"hold": "h1", "reason": "litigation"}),
        ("hold.placed", {"hold": "h2", "reason": "audit"}),
        ("hold.lifted", {"hold": "h1", "reason": "over"}),
    )
    assert state.exhibits["e1"].opened == (2,)
    assert state.recordings["r1"].segments == {0: "s0", 1: "s1", 3: "s3"}
    assert state.recordings["r1"].missing == ["2", "4"]
    assert (state.recordings["r1"].quarantined, state.recordings["r1"].opened) == ([9], [11])
    assert [one.best.slice for one in state.recordings["r1"].slices()] == [0, 1, 3, 4]
    assert state.holds == {"h2": "audit"}

    state.take(next(entries(("recording.ended", {"recording": "r1", "segments": 3, "gaps": ["2"]}), start=20)))
    assert state.recordings["r1"].missing == ["2", "4"]
    assert (state.recordings["r1"].gaps, state.recordings["r1"].ended_by) == (("2",), 20)


def test_people_are_ids_and_commitments_only():
    subject, person = "5c1c6a0e-0000-4000-8000-000000000001", {"capacity": "national"}
    told = [
        {"kind": "person.recorded", "body": {"subject": subject, **person}, "sealed": {"name": "aa" * 32}},
        {"kind": "person.recorded", "body": {"subject": subject, **person}, "sealed": {"refusal": "bb" * 32}},
        {"kind": "subject.erased", "body": {"subject": subject, "about": "person", "reason": "asked for"}},
    ]
    state = incident()
    for seq, entry in enumerate(told, 1):
        state.take({**next(entries((entry["kind"], entry["body"]), start=seq)), **entry})

    assert state.people[subject].sealed == {"name": "aa" * 32, "refusal": "bb" * 32}
    assert (state.people[subject].seq, state.people[subject].erased) == (1, 3)


def test_a_kind_from_a_later_version_keeps_its_place_in_the_timeline():
    state = incident(("balloon.released", {"colour": "red"}), confirmed("body", "organ"))

    assert [item.kind for item in state.timeline] == ["incident.opened", "balloon.released", "fact.confirmed"]
    assert state.timeline[1].body == {"colour": "red"}
    assert assess(case_of(state))["case"]["title"] == "A knock at the door"
