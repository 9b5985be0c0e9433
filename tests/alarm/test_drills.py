"""Drills: kept apart, timed step by step, compared with those before, and due again. RESPONSE.md A.4 rows 28 to 30."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.alarm.conftest import DESK, NOW
from tests.alarm.test_answers import call_of, told  # noqa: F401
from tests.alarm.test_pages import somebody, words
from tests.alarm.test_plan import NOW as THEN
from tests.alarm.test_plan import night_of, protocols, rosters
from tests.alarm.test_protocols import SHIPPED
from tests.installation import installations

from inviolable.alarm import actions
from inviolable.alarm.calendar import calendar
from inviolable.alarm.lookup import drill_calendar, drills_held, overdue_drills, score_of
from inviolable.alarm.models import Alarm
from inviolable.alarm.plan import Phase, begin
from inviolable.alarm.protocols import read_protocol
from inviolable.alarm.score import Verdict, as_body, score
from inviolable.alarm.simulation import Habit, simulate
from inviolable.alarm.terms import Danger
from inviolable.ledger.models import Entry
from inviolable.ledger.rebuild import rebuild
from inviolable.posts.actions import end_role
from inviolable.posts.models import Contact, HeldRole, Post

DAY = timedelta(days=1)


def steps_of(alarm: Alarm) -> dict[str, dict]:
    return {one["step"]: one for one in alarm.score["steps"]}


def held(night, answers=(("quito-duty-1", "duty_officer"), ("minneapolis-head", "head")), **more) -> Alarm:
    """A drill of half a minute, in which these answer at once."""
    night.raise_at(exercise=True, **more)
    for person, role in answers:
        night.has(person, role)
    night.wait(30)
    return night.over()


def test_a_drill_is_timed_step_by_step(night):
    """RESPONSE.md A.4 row 30: time to the first word, to each role's, and to everybody's."""
    night.raise_at(exercise=True)
    night.wait(20)
    night.has("quito-duty-1", "duty_officer")
    night.wait(110)
    night.has("minneapolis-deputy", "head")
    night.wait(20)
    night.has("washington-head", "head_of_mission")
    night.wait(50)
    drill = night.over()
    assert {name: drill.score[name] for name in ("verdict", "first", "full", "missed", "late")} == {
        "verdict": "in_time", "first": 20, "full": 150, "missed": [], "late": [],
    }  # fmt: skip
    steps = steps_of(drill)
    assert [(one["step"], one["verdict"], one.get("seconds"), one.get("allowed")) for one in steps.values()] == [
        ("duty", "in_time", 20, 60 * 2 * 3),
        ("head", "in_time", 130, 120 * 2 * 2),
        ("officers", "told", None, None),
        ("mission", "in_time", 150, 120 + 180 * 2),
        ("legal", "not_due", None, 300 + 180 * 2 * 2),
        ("nobody_on_duty", "not_due", None, 300 + 60 * 2 * 2),
        ("protocol", "not_due", None, 20 + 300 + 600 * 2 * 2),
        ("minister", "not_due", None, 20 + 600 + 300 * 2 * 2),
        ("press", "not_due", None, None),
    ]
    assert (steps["head"]["by"], steps["head"]["rank"]) == ("minneapolis-deputy", 2), "the deputy had it"
    assert steps["head"]["ways"] == ["voice", "sms", "mail"]
    assert (steps["mission"]["due"], steps["mission"]["called"]) == ("2026-01-27T17:02:00.000Z",) * 2
    assert steps["mission"]["sent"] == "2026-01-27T17:02:00.000Z"
    assert "called" not in steps["legal"]


def test_who_answers_after_their_time_is_late_and_who_never_does_is_missed(night):
    """RESPONSE.md A.4 row 30: missed roles."""
    night.raise_at(exercise=True)
    night.wait(400)
    night.has("quito-duty-2", "duty_officer")
    night.wait(20)
    drill = night.over()
    assert drill.score["verdict"] == "nobody"
    assert (drill.score["first"], drill.score["late"]) == (400, ["duty_officer"])
    assert drill.score["missed"] == ["head", "head_of_mission", "legal", "minister_office"]
    assert "full" not in drill.score
    assert {one.get("missed") for one in drill.score["steps"]} == {None, "silent"}


def test_why_a_role_was_missed_is_said(night):
    for one in HeldRole.objects.filter(role="legal"):
        end_role(one, NOW, actor=DESK, now=NOW)
    night.phones.dead = {one.address for one in Contact.objects.filter(person="washington-head")}
    night.raise_at(exercise=True)
    night.has("quito-duty-1", "duty_officer")
    for person in ("minneapolis-head", "minneapolis-deputy"):
        night.cannot(person, "head")
    night.wait(301)
    steps = steps_of(night.over())
    assert {step: steps[step]["missed"] for step in ("head", "mission", "legal")} == {
        "head": "declined", "mission": "unreachable", "legal": "unheld",
    }  # fmt: skip


def test_who_thought_better_of_it_did_not_have_it(night):
    night.raise_at(exercise=True)
    night.has("quito-duty-1", "duty_officer")
    night.wait(15)
    night.cannot("quito-duty-1", "duty_officer", "wrong key")
    night.wait(10)
    night.has("quito-duty-2", "duty_officer")
    duty = steps_of(night.over())["duty"]
    assert (duty["seconds"], duty["by"], duty["rank"]) == (25, "quito-duty-2", 2)


def test_what_a_provider_says_arrived_is_timed_and_what_it_says_later_changes_nothing(night, told):  # noqa: F811
    night.raise_at(exercise=True)
    night.wait(3)
    told(what="receipt", id=call_of("quito-duty-1", "sms"), state="delivered")
    drill = night.over()
    assert steps_of(drill)["duty"]["delivered"] == "2026-01-27T17:00:03.000Z"
    night.wait(5)
    told(what="receipt", id=call_of("minneapolis-head", "sms"), state="delivered")
    assert as_body(score_of(drill, drill.ended)).items() <= drill.score.items()


def test_the_score_is_an_entry_beside_the_end_and_is_there_after_all_tables_were_made_again(night):
    drill = held(night)
    kinds = list(Entry.objects.filter(stream=drill.stream).order_by("seq").values_list("kind", flat=True))
    assert kinds[kinds.index("alarm.stood_down") + 1 :].count("drill.scored") == 1
    rebuild()
    again = Alarm.objects.get(id=drill.id)
    assert again.score == drill.score
    assert as_body(score_of(again, again.ended)).items() <= again.score.items()


def test_a_drill_that_became_real_and_a_real_alarm_are_not_scored(night):
    """RESPONSE.md A.4 row 28: kept apart."""
    night.raise_at(exercise=True)
    night.alarm = actions.make_real(night.alarm, actor=DESK, now=night.clock.now, way="page").id
    night.over()
    assert not drills_held().exists()
    assert not Entry.objects.filter(kind="drill.scored").exists()


def test_the_page_of_any_alarm_that_is_over_shows_its_times(night):
    night.raise_at(danger="medical")
    desk = somebody("reception")
    assert "How it went" not in words(desk.get(f"/alarms/{night.alarm}/"))
    night.wait(20)
    night.has("quito-duty-1", "duty_officer")
    night.over()
    said = words(desk.get(f"/alarms/{night.alarm}/"))
    assert "Roles missed: Head of post." in said
    assert "the duty officer had it after 0:00:20 (number 1 on the roster)" in said
    assert "the protocol allows 0:06:00" in said
    assert "was called, and nobody answered" in said


def test_a_drill_is_compared_with_the_ones_before_it_at_the_same_post(night):
    first = held(night)
    night.clock.forward(days=1)
    held(night, post="chicago", answers=[])
    second = held(night, answers=[("quito-duty-2", "duty_officer")])
    said = words(somebody("duty_officer").get(f"/alarms/{second.id}/"))
    earlier = said.partition("Earlier drills of it at this post")[2]
    assert earlier.startswith(" 2026-01-27 11:00 Everybody who was asked answered in time. First answer after 0:00:00.")
    assert first.id != second.id
    assert earlier.count("2026-01-2") == 1, "the one at another post is not there"


# ---- the calendar ----------------------------------------------------------------------------


def test_what_was_never_practised_is_due_at_once_and_then_as_often_as_the_protocol_says(night):
    """RESPONSE.md A.4 row 29: drill calendar per post, overdue list."""
    before = overdue_drills(NOW)
    posts = Post.objects.exclude(post_class="ministry").count()
    assert before == 3 * posts, "three kinds by the protocol that ships, at each post"
    held(night)
    row = next(one for one, _, last in drill_calendar(NOW) if last)
    assert (row.post, row.danger, row.due) == ("minneapolis", Danger.ATTEMPTED_ENTRY, NOW + 180 * DAY)
    assert overdue_drills(NOW + 180 * DAY - timedelta(seconds=1)) == before - 1
    assert overdue_drills(NOW + 180 * DAY) == before
    night.clock.now = NOW + 200 * DAY
    held(night)
    row = next(one for one, _, last in drill_calendar(night.clock.now) if last)
    assert row.due == NOW + 380 * DAY, "the last one counts"


def test_only_drills_that_ended_as_drills_count(night):
    before = overdue_drills(NOW)
    night.raise_at(exercise=True)
    assert overdue_drills(NOW) == before, "it is still running"
    night.alarm = actions.make_real(night.alarm, actor=DESK, now=night.clock.now, way="page").id
    night.over()
    assert overdue_drills(NOW) == before


def test_a_post_that_is_closed_practises_nothing_and_a_protocol_may_ask_for_nothing(night):
    Post.objects.exclude(slug="minneapolis").update(status="ended")
    assert {one.post for one, _, _ in drill_calendar(NOW)} == {"minneapolis"}
    text = "\n".join(line for line in SHIPPED.split("\n") if not line.startswith("drill_days"))
    actions.import_protocol(read_protocol(text, "p.toml"), "p.toml", actor=DESK, now=NOW)
    assert drill_calendar(NOW) == []
    assert "asks no post for any drill" in words(somebody("auditor").get("/alarms/drills/"))


def test_the_soonest_comes_first_and_before_it_what_never_was():
    every = {Danger.FIRE: 10 * DAY, Danger.THREAT: 5 * DAY}
    last = {("a", Danger.FIRE): NOW, ("b", Danger.FIRE): NOW - DAY, ("b", Danger.THREAT): NOW}
    found = calendar(["a", "b"], every, last)
    assert [(one.post, one.danger, one.due and (one.due - NOW).days) for one in found] == [
        ("a", "threat", None), ("b", "threat", 5), ("b", "fire", 9), ("a", "fire", 10),
    ]  # fmt: skip
    assert [one.overdue(NOW + 9 * DAY) for one in found] == [True, True, True, False]


def test_the_page_shows_what_is_overdue_first_and_leads_to_the_form(night):
    held(night, danger="fire", answers=[("quito-duty-1", "duty_officer")])
    Post.objects.exclude(slug="minneapolis").update(status="ended")
    desk, auditor = somebody("reception"), somebody("auditor")
    page = desk.get("/alarms/drills/", headers={"Host": "localhost"})
    said = words(page)
    assert said.index("2 drills are overdue") < said.index("Next") < said.index("Drills held")
    assert "Minneapolis · Fire due on 2027-01-27 Last on 2026-01-27 : Roles missed: Head of post." in said
    assert "Start this drill" not in words(auditor.get("/alarms/drills/"))
    form = desk.get("/alarms/raise/?post=chicago&danger=bomb_threat&drill=on").content.decode()
    assert '<option value="chicago" selected>' in form
    assert form.count("checked") == 2, "the kind of incident, and that it is a drill"
    assert Alarm.objects.count() == 1, "following it raises nothing"


@pytest.mark.parametrize("asked", ["post=atlantis&danger=boredom&drill=", "post=&post=x", "name=x"])
def test_an_address_that_chooses_nonsense_chooses_nothing(night, asked):
    assert somebody("reception").get(f"/alarms/raise/?{asked}").status_code == 200


@pytest.mark.long
def test_the_command_says_the_same(tmp_path):
    with installations(tmp_path) as make:
        ours = make("home")
        ours.run("example", "load")
        ours.run("alarm", "raise", "minneapolis", "fire", "--drill", "--id", "d-1")
        ours.run("alarm", "stand-down", "d-1", "--why", "over")
        lines = ours.run("alarm", "drills").splitlines()
    assert lines[0].startswith("OVERDUE never practised")
    [held] = [line for line in lines if "last" in line]
    assert held.startswith("        due ")
    assert " minneapolis " in held
    assert "Roles missed: Duty officer, Head of post, Consular officer." in held


# ---- whatever the night ----------------------------------------------------------------------

late = st.dictionaries(
    st.integers(0, 9).map(str), st.integers(0, 900).map(lambda number: Habit(timedelta(seconds=number))), max_size=5
)


@given(protocols(), rosters, late)
def test_a_step_is_late_exactly_where_the_planner_had_given_it_up(steps, roster, habits):
    """The plan and the score agree on how much time a step has."""
    runs, heard, silent = {run.step: run for run in begin(steps, THEN)}, [], set[str]()
    for event in simulate(steps, THEN, lambda now: night_of(steps, roster), habits, timedelta(hours=2)):
        heard += [event.answer] if event.answer else []
        if event.move:
            runs[event.move.run.step] = event.move.run
            silent |= {event.move.run.step} if event.move.run.phase is Phase.UNANSWERED else set()
    people = {step.name: roster[step.tell] for step in steps}
    found = score(steps, runs, people, [], sorted(heard, key=lambda one: one.at), THEN)
    by_name = {step.name: step for step in steps}
    for one in found.steps:
        if one.verdict is Verdict.LATE:
            assert one.step in silent
        if one.verdict is Verdict.IN_TIME and by_name[one.step].answers == 1 and by_name[one.step].again is None:
            assert one.step not in silent
