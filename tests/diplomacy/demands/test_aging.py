"""How old a demand is, and when somebody is reminded of it, for every span of time."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from inviolable.diplomacy.demands.aging import AGES, YEAR, due, following, owed, passed

SINCE = datetime(2026, 1, 27, 22, 0, tzinfo=UTC)
DAYS = st.integers(0, 5000)


def test_the_ages_are_those_of_the_scenario_and_then_each_further_year():
    assert [days for days in range(1200) if passed(days) == days and days] == [7, 30, 90, 180, 365, 730, 1095]


@given(DAYS)
def test_an_age_that_was_passed_stays_passed(days):
    assert passed(days) <= passed(days + 1) <= days + 1
    assert passed(days) in (0, *AGES) or passed(days) % YEAR == 0


@given(DAYS)
def test_what_comes_next_is_later_and_nothing_lies_between(days):
    age = passed(days)
    assert age < following(age)
    assert passed(following(age) - 1) == age
    assert passed(following(age)) == following(age)


@given(DAYS, st.integers(0, 86_399))
def test_a_reminder_is_owed_from_the_moment_it_is_due_and_once(days, seconds):
    now = SINCE + timedelta(days=days, seconds=seconds)
    reminded, sent = 0, []
    while age := owed(SINCE, reminded, now):
        assert due(SINCE, reminded) <= now
        reminded = age
        sent.append(age)
    assert due(SINCE, reminded) > now
    assert len(sent) <= 1, "of several that were missed only the last"


def test_a_clock_that_was_set_back_reminds_nobody():
    assert owed(SINCE, 0, SINCE - timedelta(days=400)) == 0
