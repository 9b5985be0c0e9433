"""The planner: for any protocol, roster, answers and outages, nobody is forgotten. Reads no database."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from inviolable.alarm.plan import BROADCAST, Answer, Candidate, Night, Phase, Run, Step, begin, moves
from inviolable.alarm.simulation import Habit, simulate

NOW = datetime(2026, 1, 27, 17, 0, tzinfo=UTC)
WAYS = ("voice", "sms")
ROLES = ("duty_officer", "legal", "head")


def seconds(most: int, least: int = 0):
    return st.integers(least, most).map(lambda number: timedelta(seconds=number))


@st.composite
def protocols(draw) -> list[Step]:
    """Any protocol that is not refused: somebody is asked at once."""
    rest = draw(
        st.lists(
            st.builds(
                Step,
                st.just("?"),
                st.sampled_from(ROLES),
                st.just("ministry"),
                st.just(WAYS),
                seconds(900),
                seconds(300, 10),
                st.integers(1, 3),
                st.integers(0, 2),
                st.none() | seconds(900, 60),
                st.booleans(),
                st.sampled_from(("", *ROLES)),
            ),
            max_size=4,
        )
    )
    first = Step("0", draw(st.sampled_from(ROLES)), "ministry", WAYS, rounds=draw(st.integers(1, 3)))
    return [first, *(Step(**{**one.__dict__, "name": str(number)}) for number, one in enumerate(rest, 1))]


rosters = st.fixed_dictionaries(
    {role: st.lists(st.integers(0, 9).map(str), unique=True, max_size=3).map(tuple) for role in ROLES}
)
habits = st.dictionaries(st.integers(0, 9).map(str), st.builds(Habit, seconds(400), st.booleans()), max_size=5)


def night_of(steps: list[Step], roster: dict[str, tuple[str, ...]], lost=()) -> Night:
    people = dict.fromkeys(person for held in roster.values() for person in held)
    who = {step.name: [Candidate(person, WAYS) for person in roster[step.tell]] for step in steps}
    return Night(who, [Candidate(person, WAYS) for person in people], lost)


@given(protocols(), rosters, habits)
def test_an_alarm_always_has_somebody_or_a_time_at_which_it_goes_on(steps, roster, habits):
    """RESPONSE.md A.4 row 13. What the watchman asks of every open alarm, at every moment of every night."""
    runs = {run.step: run for run in begin(steps, NOW)}
    has_it = False
    for event in simulate(steps, NOW, lambda now: night_of(steps, roster), habits, timedelta(hours=1)):
        if event.move:
            runs[event.move.run.step] = event.move.run
            has_it |= event.move.run.phase is Phase.ANSWERED
        has_it |= event.answer is not None and not event.answer.declined
        if not has_it and event.move and event.move.run.step == BROADCAST:
            assert event.move.run.due
    assert has_it or any(run.due for run in runs.values())


@given(protocols(), rosters, habits)
def test_a_silent_role_ends_in_the_broadcast(steps, roster, habits):
    events = list(simulate(steps, NOW, lambda now: night_of(steps, roster), habits, timedelta(hours=3)))
    silent = [event.at for event in events if event.move and event.move.run.phase is Phase.UNANSWERED]
    broadcasts = [event.at for event in events if event.move and event.move.run.step == BROADCAST]
    assert bool(silent) == bool(broadcasts)
    assert silent[:1] == broadcasts[:1], "at the same moment"


@given(protocols(), rosters, habits)
def test_nobody_is_called_twice_in_one_round_nor_after_they_said_that_they_cannot(steps, roster, habits):
    by_name = {step.name: step for step in steps}
    declined: dict[str, set[str]] = {}
    for event in simulate(steps, NOW, lambda now: night_of(steps, roster), habits, timedelta(hours=1)):
        if event.answer and event.answer.declined:
            declined.setdefault(event.answer.role, set()).add(event.answer.person)
        if event.move and event.move.run.step != BROADCAST:
            run = event.move.run
            assert len(set(run.called)) == len(run.called)
            step = by_name[run.step]
            if step.answers and step.again is None:
                called = {one.person for one in event.move.calls}
                assert not called & declined.get(step.tell, set())


@given(protocols(), rosters, st.lists(seconds(3600), max_size=6), st.data())
def test_however_late_and_often_one_looks_the_same_calls_are_made(steps, roster, outages, data):
    """A loop that stood still makes the call that is due, once; one that looks a thousand times makes no more."""
    runs, now, heard, calls = {run.step: run for run in begin(steps, NOW)}, NOW, list[Answer](), list[tuple]()
    for pause in [timedelta(), *outages]:
        now += pause
        for _ in range(3):
            found = moves(steps, runs, night_of(steps, roster), heard, now)
            for move in found:
                calls += [(move.run.step, move.run.since, move.run.round, one.person) for one in move.calls]
                runs[move.run.step] = move.run
        assert not moves(steps, runs, night_of(steps, roster), heard, now), "looking again does nothing"
        assert all(run.due is None or run.due > now for run in runs.values()), "nothing is left that is due"
        if roster["legal"] and data.draw(st.booleans()):
            heard.append(Answer("legal", roster["legal"][0], now))
    assert len(set(calls)) == len(calls), "a call has one name"


def test_a_late_look_does_not_make_the_next_call_later():
    """RESPONSE.md, C.3: a slow provider must not delay the ambassador's call."""
    step = Step("duty", "duty_officer", "ministry", WAYS, pause=timedelta(seconds=60))
    who = night_of([step], {"duty_officer": ("a", "b", "c"), "legal": (), "head": ()})
    runs = {run.step: run for run in begin([step], NOW)}
    for late in (0, 60.9, 120.9):
        [move] = moves([step], runs, who, [], NOW + timedelta(seconds=late))
        runs["duty"] = move.run
    assert runs["duty"].due == NOW + timedelta(seconds=180)


def test_two_must_answer_where_the_protocol_wants_two():
    """RESPONSE.md A.4 row 11."""
    step = Step("duty", "duty_officer", "ministry", WAYS, answers=2)
    who = night_of([step], {"duty_officer": ("a", "b", "c"), "legal": (), "head": ()})
    run = Run("duty", Phase.CALLING, NOW, NOW, 1, ("a",))
    one = [Answer("duty_officer", "a", NOW), Answer("duty_officer", "a", NOW)]
    assert moves([step], {"duty": run}, who, one, NOW)[0].run.called == ("a", "b"), "the same person counts once"
    both = [*one, Answer("duty_officer", "c", NOW)]
    assert moves([step], {"duty": run}, who, both, NOW)[0].run.phase is Phase.ANSWERED


def test_whom_nothing_reaches_is_passed_over_at_once():
    step = Step("duty", "duty_officer", "ministry", WAYS)
    roster = {"duty_officer": ("a", "b"), "legal": (), "head": ()}
    run = Run("duty", Phase.CALLING, NOW + timedelta(seconds=50), NOW, 1, ("a",))
    [move] = moves([step], {"duty": run}, night_of([step], roster, lost=("a",)), [], NOW)
    assert [one.person for one in move.calls] == ["b"]


def test_everybody_is_called_in_order_as_often_as_the_protocol_says():
    step = Step("duty", "duty_officer", "ministry", WAYS, rounds=2, pause=timedelta(seconds=30))
    who = night_of([step], {"duty_officer": ("a", "b"), "legal": (), "head": ()})
    events = simulate([step], NOW, lambda now: who, {})
    called = [
        (round((event.at - NOW).total_seconds()), one.person)
        for event in events
        if event.move and event.move.run.step == "duty"
        for one in event.move.calls
    ]
    assert called == [(0, "a"), (30, "b"), (60, "a"), (90, "b")]


def test_who_cannot_as_one_role_is_still_asked_as_another():
    step = Step("duty", "duty_officer", "ministry", WAYS)
    run = Run("duty", Phase.CALLING, NOW + timedelta(seconds=50), NOW, 1, ("a",))
    who = night_of([step], {"duty_officer": ("a", "b"), "legal": ("a",), "head": ()})
    assert moves([step], {"duty": run}, who, [Answer("legal", "a", NOW, declined=True)], NOW) == []
