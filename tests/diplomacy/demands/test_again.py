"""It happened again (scenario 22): what is matched, how often, which rung comes next, which two months run."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.diplomacy.demands.conftest import COUNSELLOR, LAWYER, NUMBER, OUT, REF, deliver

from inviolable.diplomacy.demands import actions, ladder, lookup, replies
from inviolable.diplomacy.demands.again import Between, Standing, place_among, repeated
from inviolable.diplomacy.demands.book import Rung, book
from inviolable.diplomacy.demands.firmer import MARK, offer, wording
from inviolable.diplomacy.demands.kinds import RUNGS
from inviolable.diplomacy.demands.wording import OCCASIONS
from inviolable.incidents.lookup import find_incident, incident_state, shown_to
from inviolable.ledger.registry import BadEntry
from inviolable.posts.actions import Refused, add_user
from inviolable.sources.terms import pasted

DAY = timedelta(days=1)
BETWEEN = Between("EC", "US", "actual")
THEN = datetime(2026, 3, 1, tzinfo=UTC)

moments = st.integers(-50, 50).map(lambda days: THEN + days * DAY)
standings = st.lists(
    st.builds(
        Standing,
        st.uuids().map(str),
        st.sampled_from(["incident/a", "incident/b"]),
        st.builds(Between, *map(st.sampled_from, (["EC", "MX", ""], ["US", "ES"], ["actual", "exercise"]))),
        st.just("words"),
        moments,
        st.none() | moments,
        st.sampled_from(["explanation", ""]),
    ),
    max_size=20,
)  # fmt: skip


@given(standings)
def test_only_what_stood_then_between_these_two_states_in_other_incidents_is_repeated(before):
    found = repeated(BETWEEN, "incident/a", THEN, before)
    for one in before:
        stood = one.since < THEN and (one.until is None or one.until > THEN)
        assert (one in found) == (stood and one.between == BETWEEN and one.stream == "incident/b")
    assert [one.since for one in found] == sorted(one.since for one in found)


@given(standings)
def test_an_incident_whose_states_nobody_named_repeats_nothing(before):
    assert repeated(Between("", "US", "actual"), "incident/a", THEN, before) == []


@given(st.lists(st.tuples(st.sampled_from("abcdef"), moments), unique_by=lambda one: one[0]))
def test_repetitions_are_counted_in_the_order_in_which_they_occurred(matched):
    places = sorted(place_among(stream, at, matched) for stream, at in matched)
    assert places == list(range(1, len(matched) + 1))


# ---- a second incident at a sister post --------------------------------------------------------


@pytest.fixture
def second(incident, identities, open_at):
    """The demands of Minneapolis are delivered and not met, an assurance was given, and it happens in Chicago."""
    deliver(REF, "note-1", OUT)
    came = OUT + 20 * DAY
    text = pasted("The facts are under review. The Government assures that instructions were given.")
    reply = replies.take_reply(REF, "note-1", "the embassy", came, text, actor=COUNSELLOR, now=came)
    replies.mark_assurance(REF, reply, 2, actor=COUNSELLOR, now=came)
    return open_at("chicago", "chicago", OUT + 45 * DAY)


NOW = OUT + 46 * DAY


def of(reference: str):
    return book(incident_state(reference).timeline)


def offered(reference: str) -> list[Standing]:
    return lookup.repeats(incident_state(reference))


def test_it_is_offered_and_linked_when_a_person_confirms(second):
    found = offered("chicago")
    assert [one.kind for one in found] == ["explanation", "instructions", "non_repetition", ""]
    assert not of("chicago").again, "software proposes; a person confirms"
    actions.match("chicago", [one.id for one in found], "the same agency", actor=COUNSELLOR, now=NOW)
    [again] = of("chicago").again
    assert again.incident == str(find_incident(REF).id)
    assert (len(again.demands), len(again.assurances)) == (3, 1)
    assert lookup.repeated_since([found[0].id], shown_to(add_user("counsellor", "duty_officer", now=NOW))) == {
        found[0].id: [second]
    }
    with pytest.raises(Refused, match="not matched yet"):
        actions.match("chicago", [found[0].id], actor=COUNSELLOR, now=NOW)


def test_what_the_other_state_never_had_it_does_not_repeat(incident, open_at):
    open_at("chicago", "chicago", OUT + 45 * DAY)
    assert not offered("chicago")
    deliver(REF, "note-1", OUT + 46 * DAY, at=OUT + DAY)
    assert len(offered("chicago")) == 3


def test_a_third_one_is_the_second_repetition(second, open_at):
    names = [one.id for one in offered("chicago")]
    actions.match("chicago", names, actor=COUNSELLOR, now=NOW)
    open_at("miami", "miami", NOW + 9 * DAY)
    state = incident_state("miami")
    assert lookup.times_repeated(state, names, shown_to(None)) == 2
    assert lookup.times_repeated(incident_state("chicago"), names, shown_to(None)) == 1
    assert lookup.repeats(state)


def test_a_repetition_that_somebody_is_not_shown_is_not_counted_for_them(second, open_at, monkeypatch):
    names = [one.id for one in offered("chicago")]
    actions.match("chicago", names, actor=COUNSELLOR, now=NOW)
    open_at("miami", "miami", NOW + 9 * DAY)
    press = add_user("press", "press", now=NOW)
    assert lookup.times_repeated(incident_state("miami"), names, shown_to(press)) == 2
    monkeypatch.setattr("inviolable.incidents.lookup._HIDING", [lambda _user: {second.stream}])
    assert lookup.times_repeated(incident_state("miami"), names, shown_to(press)) == 1


def test_what_was_met_before_is_not_repeated_and_a_drill_repeats_nothing_real(second, open_at):
    name = next(iter(of(REF).demands))
    open_at("miami", "drill", NOW, status="exercise")
    assert offered("drill") == []
    reply = next(iter(of(REF).replies))
    replies.link(REF, reply, 1, name, "meets", actor=COUNSELLOR, now=NOW)
    actions.met(REF, name, f"reply/{reply}/1", "explained", actor=COUNSELLOR, now=NOW)
    actions.agree(REF, name, "yes", actor=LAWYER, now=NOW)
    open_at("miami", "miami", NOW + DAY)
    assert name not in {one.id for one in offered("miami")}
    assert name in {one.id for one in offered("chicago")}, "when that happened, it was not met"


def test_what_was_never_offered_cannot_be_matched(second, open_at):
    for chosen in ([], ["nothing"], [offered("chicago")[0].id, "nothing"]):
        with pytest.raises(Refused, match="expected demands or assurances"):
            actions.match("chicago", chosen, actor=COUNSELLOR, now=NOW)
    with pytest.raises(Refused):
        actions.match(REF, [offered("chicago")[0].id], actor=COUNSELLOR, now=NOW)


# ---- the ladder --------------------------------------------------------------------------------


def test_the_ladder_shows_the_rung_that_notes_reached_and_why_it_may_be_time(second):
    found = of(REF)
    assert ladder.highest(found.rungs) == Rung("note_verbale", OUT, found.rungs[0].seq, note=NUMBER)
    assert ladder.reasons(found.unmet, 29, 0, 0) == []
    assert ladder.following(found.rungs[0], []) == "", "without a reason it stays where it is"
    assert ladder.reasons(found.unmet, 46, 1, 1) == [("unanswered", 46), ("again", 1), ("broken", 1)]
    assert ladder.following(found.rungs[0], ladder.reasons(found.unmet, 46, 1, 1)) == "signed_note"


def test_a_summons_is_recorded_by_hand_and_an_oral_demarche_is_a_rung_too(second):
    actions.reach(REF, "demarche", "the minister spoke to the ambassador", actor=COUNSELLOR, now=NOW)
    assert ladder.highest(of(REF).rungs).rung == "note_verbale", "a lower rung takes nothing back"
    actions.reach(REF, "summons", "the chargé was summoned", note="note-1", actor=COUNSELLOR, now=NOW)
    top = ladder.highest(of(REF).rungs)
    assert (top.rung, top.note, top.why) == ("summons", NUMBER, "the chargé was summoned")
    with pytest.raises(BadEntry, match="rung"):
        actions.reach(REF, "invasion", "no", actor=COUNSELLOR, now=NOW)
    with pytest.raises(Refused, match="note"):
        actions.reach(REF, "summons", "no", note="note-9", actor=COUNSELLOR, now=NOW)


@given(st.lists(st.sampled_from([*RUNGS, "letter"])), st.booleans())
def test_the_next_rung_is_one_above_the_highest(names, reason):
    reached = [Rung(name, THEN, number) for number, name in enumerate(names)]
    why = [ladder.Reason("again", 1)] if reason else []
    coming = ladder.following(ladder.highest(reached), why)
    if not reason:
        assert coming == ""
    elif coming:
        assert all(name == "letter" or RUNGS.index(name) < RUNGS.index(coming) for name in names)
    else:
        assert "claim" in names


# ---- firmer wording ----------------------------------------------------------------------------


def test_every_occasion_has_its_wording_in_both_languages_with_the_same_marks():
    assert wording("en").keys() == wording("es").keys() == OCCASIONS.keys()
    for occasion in OCCASIONS:
        assert set(MARK.findall(wording("en")[occasion])) == set(MARK.findall(wording("es")[occasion]))
        for language, forbidden in {"en": ("soil", "territory"), "es": ("suelo", "territorio")}.items():
            assert not any(word in wording(language)[occasion] for word in forbidden)


def test_an_offer_is_a_paragraph_that_a_draft_can_take():
    told = {
        name: {"en": f"{name} in English", "es": f"{name} en español"} for name in ("note", "since", "times", "days")
    }
    one = offer("again", told)
    assert one.paragraph.block == "free"
    assert set(one.values) == {"note", "since", "times"}
    assert "note en español" in one.words("es")
    assert "[[" not in one.words("es")


# ---- two months --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("notified", "end"),
    [
        (date(2026, 1, 27), date(2026, 3, 27)),
        (date(2025, 12, 31), date(2026, 2, 28)),
        (date(2027, 12, 30), date(2028, 2, 29)),
        (date(2026, 12, 1), date(2027, 2, 1)),
    ],
)
def test_two_months_are_months_and_not_sixty_days(notified, end):
    assert ladder.ends("icj-vccr-op", notified) == end


@given(st.dates(max_value=date(9000, 1, 1)), st.integers(1, 30))
def test_months_later_is_never_a_day_too_many(day, months):
    later = ladder.months_later(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + DAY).day == 1)


def test_a_dispute_is_notified_by_a_note_that_was_delivered(second, open_at):
    actions.notify_dispute(REF, "note-1", "a dispute exists", actor=LAWYER, now=NOW)
    assert of(REF).disputes == [(NOW, "note-1")]
    with pytest.raises(Refused, match="not delivered"):
        actions.notify_dispute("chicago", "note-1", "a dispute exists", actor=LAWYER, now=NOW)


def test_a_standing_of_the_incident_itself_is_no_repetition(second):
    assert offered(REF) == []
    mine = replace(offered("chicago")[0], stream=second.stream)
    assert repeated(BETWEEN, second.stream, THEN, [mine]) == []
