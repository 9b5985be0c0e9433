"""The planner under whatever may happen in a night, in any order: a million steps of it by `make chaos`."""

from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tests.alarm.test_plan import NOW, ROLES, night_of, protocols, rosters, seconds

from inviolable.alarm.plan import BROADCAST, Answer, Phase, begin, moves, stands_too_late

people = st.integers(0, 9).map(str)


class AnyNight(RuleBasedStateMachine):
    """An alarm; people who answer or cannot; rosters that change, dead telephones, clocks that are set back."""

    @initialize(steps=protocols(), roster=rosters)
    def is_raised(self, steps, roster):
        self.steps, self.roster, self.now = steps, roster, NOW
        self.runs = {run.step: run for run in begin(steps, NOW)}
        self.heard, self.calls = list[Answer](), dict[tuple, datetime]()
        self.look()

    @rule(pause=seconds(900))
    def time_passes(self, pause):
        self.now += pause
        self.look()

    @rule(role=st.sampled_from((*ROLES, BROADCAST)), person=people, declined=st.booleans())
    def somebody_answers(self, role, person, declined):
        self.heard.append(Answer(role, person, self.now, declined))
        self.look()

    @rule(roster=rosters)
    def roles_change(self, roster):
        self.roster = roster
        self.look()

    @rule(lost=st.sets(people, max_size=4))
    def nothing_reaches_some(self, lost):
        self.look(tuple(lost))

    @rule(by=seconds(7200, 61))
    def the_clock_is_set_back(self, by):
        self.now -= by
        self.look()

    def look(self, lost=()):
        """As `settle` does: all moves until there are none. No two things happen in the same millisecond."""
        self.now += timedelta(milliseconds=1)
        for _ in range(50):
            found = moves(self.steps, self.runs, night_of(self.steps, self.roster, lost), self.heard, self.now)
            for move in found:
                self.runs[move.run.step] = move.run
                for one in move.calls:
                    name = (move.run.step, move.run.since, move.run.round, one.person)
                    # The same call twice at one moment, as after a clock was set back, is one message.
                    assert self.calls.setdefault(name, self.now) == self.now, "a call has one name"
            if not found:
                return
        raise AssertionError("it never comes to rest")

    @invariant()
    def nothing_is_left_that_is_due_and_nothing_waits_for_longer_than_it_may(self):
        for run in self.runs.values():
            assert run.due is None or run.due > self.now
            assert not stands_too_late(self.steps, run, self.now)

    @invariant()
    def somebody_has_it_or_it_goes_on(self):
        if not any(not one.declined for one in self.heard):
            assert any(run.due for run in self.runs.values())

    @invariant()
    def where_a_role_is_silent_everybody_is_called_again_and_again(self):
        if any(run.phase is Phase.UNANSWERED for run in self.runs.values()):
            assert self.runs[BROADCAST].due <= self.now + timedelta(minutes=3)


AnyNight.TestCase.settings = settings(stateful_step_count=50)
TestAnyNight = AnyNight.TestCase
