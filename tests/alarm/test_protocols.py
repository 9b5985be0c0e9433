"""Protocols: the one that ships, and every bad one refused with file and line, before it is in force."""

from importlib.resources import files

import pytest
from tests.alarm.conftest import DESK, NOW

from inviolable.alarm import actions, lookup
from inviolable.alarm.protocols import as_rows, from_rows, load_protocol, read_protocol
from inviolable.alarm.terms import Danger
from inviolable.law.faults import Faulty
from inviolable.ledger import canonical

SHIPPED = (files("inviolable.alarm") / "examples" / "protocol.toml").read_text("utf-8")


def faults_of(text: str) -> list[str]:
    with pytest.raises(Faulty) as refused:
        read_protocol(text, "p.toml")
    return [str(fault) for fault in refused.value.faults]


def line_of(text: str, words: str) -> int:
    return next(number for number, line in enumerate(text.split("\n"), 1) if words in line)


def test_the_one_that_ships_has_a_plan_for_every_kind_of_incident():
    protocol = read_protocol(SHIPPED, "protocol.toml")
    assert set(protocol.plans) == set(Danger)
    assert all(plan.steps[0].name == "duty" and plan.tasks and plan.do["es"] for plan in protocol.plans.values())
    assert len(protocol.network) == 3


def test_steps_are_the_same_after_the_record_has_kept_them():
    for plan in read_protocol(SHIPPED, "protocol.toml").plans.values():
        rows = canonical.decode(canonical.encode({"steps": as_rows(plan.steps)}))["steps"]
        assert from_rows(rows) == list(plan.steps)


@pytest.mark.parametrize(
    ("was", "written", "said"),
    [
        ('tell = "legal"', 'tell = "legall"', "tell is 'legall'; did you mean legal?"),
        ('at = "mission"', 'at = "misson"', "at is 'misson'; did you mean mission?"),
        (
            "rounds = 3",
            "rounds = 0",
            "rounds is 0; a whole number from 1 to 9 is allowed: an endless round would never",
        ),
        ("rounds = 3", "rounds = 1000", "an endless round would never come to the broadcast"),
        ("rounds = 3", 'rounds = "3"', "rounds is '3'"),
        ("pause = 180", "pause = 0", "pause is 0; a whole number from 10 to 3600 is allowed"),
        ('ways = ["voice", "sms", "mail"]', "ways = []", "ways is []; a list of different channels is allowed: sms"),
        ('ways = ["voice", "sms", "mail"]', 'ways = ["pigeon"]', "ways is ['pigeon']"),
        ("date = 2026-01-05", 'date = "soon"', "date is 'soon'; write date = 2026-01-05, without quotes"),
        ('number = "EXAMPLE-1"', "", "number is None; write number ="),
        ("within = 600", "within = 1", "within is 1; a whole number from 60"),
        ('to = "legal"', 'to = "lawyer"', "to is 'lawyer'"),
        ('unless = "duty_officer"', 'until = "duty_officer"', "unknown key 'until'"),
        ("drill_days = 180", "drill_days = 0", "drill_days is 0; a whole number from 1 to 1098 is allowed"),
        ("drill_days = 180", 'drill_days = "90 d"', "drill_days is '90 d'"),
        ('from = "answer"', 'from = "dawn"', "from is 'dawn'; allowed: alarm, answer"),
    ],
)
def test_a_bad_value_is_refused_with_its_line(was, written, said):
    text = SHIPPED.replace(was, written, 1)
    [fault, *_] = faults_of(text)
    assert said in fault
    assert fault.startswith(f"p.toml:{line_of(text, written)}: " if written else "p.toml: ")


def test_a_step_that_nobody_can_reach_is_refused():
    text = SHIPPED.replace(
        'steps = ["duty", "head", "officers", "nobody_on_duty"]', 'steps = ["press", "nobody_on_duty"]'
    )
    found = faults_of(text)
    assert any("nobody is asked for an answer at once" in fault for fault in found)
    assert any("the step press is never reached in [incidents.medical]" in fault for fault in found)
    assert any(f"p.toml:{line_of(text, 'from = ')}" in fault or "press" in fault for fault in found)


def test_a_step_that_no_incident_takes_is_refused():
    assert any("the step lonely is never taken" in fault for fault in faults_of(f'{SHIPPED}\n[steps.lonely]\ntell="legal"\nways=["sms"]\n'))  # fmt: skip # noqa: E501


def test_a_kind_of_incident_without_a_plan_is_refused():
    start, end = SHIPPED.index("[incidents.fire]"), SHIPPED.index("[incidents.medical]")
    assert any("nothing says what is done for fire" in fault for fault in faults_of(SHIPPED[:start] + SHIPPED[end:]))


def test_the_broadcast_cannot_be_named_away():
    assert any("broadcast is what follows" in fault for fault in faults_of(SHIPPED.replace("[steps.duty]", "[steps.broadcast]")))  # fmt: skip # noqa: E501


@pytest.mark.parametrize("text", ["", "[[[", "steps = 1\nincidents = 2\nnetwork = 3\ntasks = []", "a." * 99])
def test_whatever_comes_is_refused_in_words(text):
    assert faults_of(text)


def test_what_is_missing_or_no_file_is_refused_in_words(tmp_path):
    for path in (tmp_path / "none.toml", tmp_path):
        with pytest.raises(Faulty):
            load_protocol(path)


def test_a_role_that_nobody_holds_is_refused_before_it_is_in_force(home):
    text = SHIPPED.replace('tell = "press"', 'tell = "acting_head"')
    with pytest.raises(Faulty) as refused:
        actions.import_protocol(read_protocol(text, "p.toml"), "p.toml", actor=DESK, now=NOW)
    line = line_of(text, 'tell = "acting_head"')
    assert f"p.toml:{line}: nobody holds the role acting_head at the ministry" in str(refused.value)


def test_the_newest_that_is_in_force_counts_and_an_alarm_keeps_the_one_it_began_with(night):
    """A change of the protocol does not change an alarm that is under way."""
    later = SHIPPED.replace('"EXAMPLE-1"', '"EXAMPLE-2"').replace("in_force = 2026-01-05", "in_force = 2026-01-28")
    later = later.replace("pause = 60\nrounds = 3", "pause = 10\nrounds = 3")
    for text in (SHIPPED, later):
        actions.import_protocol(read_protocol(text, "p.toml"), "p.toml", actor=DESK, now=NOW)
    assert lookup.protocol_in_force(NOW.date()).number == "EXAMPLE-1"
    night.raise_at()
    night.clock.forward(hours=24)
    assert lookup.protocol_in_force(night.clock.now.date()).number == "EXAMPLE-2"
    night.look()
    night.wait(30)
    assert len(night.phones.rang("quito-duty-2")) == 1


@pytest.mark.parametrize(
    "written",
    ['[steps.""]', '[steps."a/b"]', f"[steps.{'x' * 41}]", '[steps."ñ"]', "[steps.UP]"],
)
def test_a_step_that_could_be_in_no_id_is_refused(written):
    name = written.removeprefix("[steps.").removesuffix("]").strip('"')
    text = SHIPPED.replace("[steps.duty]", written).replace('"duty"', f'"{name}"')
    assert any("is no name for one of steps" in fault for fault in faults_of(text))


@pytest.mark.parametrize("was", ['steps = ["duty"', 'at = "mission"', 'tasks = ["report"]'])
@pytest.mark.parametrize("written", ["5", "true", "false", '[["duty"]]', "[{a=1}]", '""', "0"])
def test_whatever_stands_there_is_refused_in_words(was, written):
    start = SHIPPED.index(was)
    end = SHIPPED.index("\n", start)
    assert faults_of(f"{SHIPPED[:start]}{was.partition(' = ')[0]} = {written}{SHIPPED[end:]}")


def test_going_back_to_an_earlier_protocol_is_possible(home):
    other = SHIPPED.replace('"EXAMPLE-1"', '"EXAMPLE-2"')
    for text in (SHIPPED, other, SHIPPED):
        actions.import_protocol(read_protocol(text, "p.toml"), "p.toml", actor=DESK, now=NOW)
    assert lookup.protocol_in_force(NOW.date()).number == "EXAMPLE-1"
