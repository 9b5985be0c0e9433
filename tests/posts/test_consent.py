"""Who may consent to entry, at any moment: scenario 6."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inviolable.posts.consent import Holding, Why, who_may_consent
from inviolable.posts.terms import DATED_ROLES

NOW = datetime(2026, 1, 27, 17, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def held(role, person="", since=NOW - DAY, until=None, place="minneapolis", **more):
    return Holding(f"{role} {person}", role, person or role, place, since, until, **more)


def said(*holdings, post_class="consulate", head="career", at=NOW):
    answer = who_may_consent(post_class, head, holdings, at)
    return [(one.person, why) for one, why in answer.people] or answer.why


def test_the_head_the_designee_and_the_head_of_mission_may_and_in_this_order():
    everybody = [held(role) for role in DATED_ROLES if role != "acting_head"]
    assert said(*everybody) == [
        ("head", Why.HEAD),
        ("designee", Why.DESIGNEE),
        ("head_of_mission", Why.MISSION),
    ]


@pytest.mark.parametrize("role", sorted({*DATED_ROLES} - {"head", "acting_head", "designee", "head_of_mission"}))
def test_nobody_else_may_whoever_they_are(role):
    assert said(held(role)) == Why.NOBODY
    assert said(held(role), post_class="embassy") == Why.NOBODY


def test_an_acting_head_may_and_what_is_doubtful_about_it_is_said():
    assert said(held("acting_head", notified=NOW - DAY)) == [("acting_head", Why.ACTING)]
    assert said(held("acting_head")) == [("acting_head", Why.ACTING_NOT_NOTIFIED)]
    assert said(held("head"), held("acting_head", notified=NOW)) == [
        ("head", Why.HEAD),
        ("acting_head", Why.ACTING_BESIDE_HEAD),
    ]


def test_a_role_counts_from_its_first_moment_to_before_its_last():
    deputy = held("head", since=NOW, until=NOW + DAY)
    for moment, may in ((NOW, True), (NOW + DAY - timedelta(seconds=1), True), (NOW + DAY, False)):
        assert (said(deputy, at=moment) != Why.NOBODY) == may
    assert said(deputy, at=NOW - timedelta(seconds=1)) == Why.NOBODY


def test_at_a_mission_only_its_head_may():
    everybody = [held(role) for role in DATED_ROLES]
    assert said(*everybody, post_class="embassy") == [("head_of_mission", Why.HEAD_OF_MISSION)]


def test_the_ministry_instructs_and_an_honorary_post_is_another_question():
    everybody = [held(role) for role in DATED_ROLES]
    assert said(*everybody, post_class="ministry") == Why.NO_POST
    assert said(*everybody, head="honorary") == Why.HONORARY
    assert said(*everybody, post_class="honorary-consulate", head="honorary") == Why.HONORARY


@given(
    st.lists(st.builds(held, st.sampled_from(DATED_ROLES), since=st.datetimes(timezones=st.just(UTC)))),
    st.datetimes(timezones=st.just(UTC)),
)
def test_whoever_is_named_holds_one_of_the_four_roles_at_that_moment(holdings, at):
    answer = who_may_consent("consulate", "career", holdings, at)
    assert bool(answer.people) == (answer.why is None)
    for one, _ in answer.people:
        assert one.holds(at)
        assert one.role in ("head", "acting_head", "designee", "head_of_mission")
