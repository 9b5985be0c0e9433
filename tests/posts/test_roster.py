"""What would fail on the day, seen before it: scenario 31."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from inviolable.posts.consent import Holding
from inviolable.posts.roster import STALE, Kind, Way, holders, holes, warnings

NOW = datetime(2026, 1, 27, 17, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def duty(person, start, end=None, role="duty_officer", rank=1):
    return Holding(
        f"{person}{start}", role, person, "ministry", NOW + start, None if end is None else NOW + end, rank=rank
    )


def reached(person, *channels, confirmed=NOW):
    return [Way(person, channel, address, confirmed) for channel, address in channels]


def kinds(holdings, ways):
    return [(one.kind, one.about) for one in warnings(holdings, ways, NOW)]


def test_a_hole_in_the_roster_of_next_week_is_named_with_its_hours():
    """RESPONSE.md A.4 row 16."""
    shifts = [duty("a", -DAY, 2 * DAY), duty("b", 2 * DAY + HOUR, 30 * DAY)]
    assert holes(shifts, "duty_officer", NOW, NOW + 7 * DAY) == [(NOW + 2 * DAY, NOW + 2 * DAY + HOUR)]
    found = [one for one in warnings(shifts, [], NOW) if one.kind == Kind.HOLE]
    assert [(one.since, one.until) for one in found] == [(NOW + 2 * DAY, NOW + 2 * DAY + HOUR)]


def test_the_first_in_rank_is_called_first():
    assert [one.person for one in holders([duty("b", -HOUR, rank=2), duty("a", -HOUR)], "duty_officer", NOW)] == [
        "a",
        "b",
    ]


def test_a_role_of_one_person_has_no_deputy_unless_somebody_stands_in():
    """RESPONSE.md A.4 row 18."""
    both = [("sms", "1"), ("mail", "a@example.org")]
    ways = reached("a", *both) + reached("b", *both)
    assert kinds([duty("a", -HOUR)], ways) == [(Kind.NO_DEPUTY, "duty_officer")]
    assert kinds([duty("a", -HOUR), duty("b", -HOUR, rank=2)], ways) == []
    assert kinds([duty("a", -HOUR, role="head")], ways) == [(Kind.NO_DEPUTY, "head")]
    stands_in = [duty("a", -HOUR, role="head"), duty("b", -HOUR, role="designee"), duty("a", -HOUR, role="designee")]
    assert kinds(stands_in, ways) == []


def test_who_cannot_be_reached_or_by_one_device_only_or_has_long_not_said_so():
    """RESPONSE.md A.4 rows 16 and 17."""
    two = [duty("a", -HOUR), duty("b", -HOUR, rank=2)]
    fine = reached("b", ("sms", "2"), ("mail", "b@example.org"))
    assert kinds(two, fine) == [(Kind.NO_CONTACT, "a")]
    assert kinds(two, fine + reached("a", ("sms", "1"), ("voice", "1"))) == [(Kind.ONE_DEVICE, "a")]
    old = reached("a", ("sms", "1"), ("mail", "a@example.org"), confirmed=NOW - STALE - HOUR)
    assert kinds(two, fine + old) == [(Kind.STALE, "a")]
    never = reached("a", ("sms", "1"), ("mail", "a@example.org"), confirmed=None)
    assert kinds(two, fine + never) == [(Kind.STALE, "a")]


def test_who_is_reached_only_by_what_never_says_whether_it_arrived():
    two = [duty("a", -HOUR), duty("b", -HOUR, rank=2)]
    fine = reached("b", ("sms", "2"), ("mail", "b@example.org"))
    blind = (("apprise", "ntfys://a"), ("webhook", "https://example.org/a"))
    assert kinds(two, fine + reached("a", *blind)) == [(Kind.NO_RECEIPT, "a")]
    assert kinds(two, fine + reached("a", *blind, ("sms", "1"))) == []


HOURS = st.integers(-50, 200)


@given(st.lists(st.tuples(HOURS, st.one_of(st.none(), HOURS)).filter(lambda it: it[1] is None or it[1] > it[0])))
def test_holes_are_exactly_the_hours_without_anybody(shifts):
    held = [duty("a", start * HOUR, None if end is None else end * HOUR) for start, end in shifts]
    found = holes(held, "duty_officer", NOW, NOW + 100 * HOUR)
    for hour in range(100):
        at = NOW + hour * HOUR
        assert any(start <= at < end for start, end in found) == (not holders(held, "duty_officer", at))
    assert all(start < end for start, end in found)
