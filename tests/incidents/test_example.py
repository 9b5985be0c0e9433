"""The worked example: one incident that gives the answers of both case files, each with what was known by then."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from inviolable.incidents.again import Recomputed, recompute
from inviolable.incidents.case import case_of
from inviolable.incidents.example import REFERENCE, load_example
from inviolable.incidents.lookup import incident_state
from inviolable.incidents.models import Incident, Obligation
from inviolable.law.assess import assess, canonical
from inviolable.law.casefile import load_case
from inviolable.posts.actions import load_example_users

EXAMPLES = Path(__file__).parents[2] / "examples"
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def state(settings, tmp_path):
    settings.HOME = tmp_path
    load_example_users(now=NOW)
    load_example(NOW)
    return incident_state(REFERENCE)


@pytest.mark.parametrize(
    ("as_of", "file"), [("2026-01-28", "minneapolis-2026-01-28.toml"), ("2026-01-29", "minneapolis-2026.toml")]
)
def test_what_was_known_on_a_day_gives_the_answer_of_that_days_case_file(state, as_of, file):
    case = load_case(EXAMPLES / file)

    assert canonical(assess(case_of(state, as_of=as_of))) == canonical(assess(case))


def test_what_accounts_differ_on_names_who_says_what(state):
    case = case_of(state, as_of="2026-01-28")

    assert case.facts["body"] == ("organ", "private")
    assert "Ministry of Foreign Affairs of Ecuador" in case.sources["body"]
    assert "Department of Homeland Security" in case.sources["body"]
    assert "ICE spokesperson" not in case.sources["body"]
    assert "ICE spokesperson" in case_of(state).sources["body"]


def test_the_pursuit_in_the_street_is_a_part_of_its_own(state):
    street = case_of(state, "2")

    assert street.title == "Pursuit in the street"
    assert assess(street)["entry"]["answer"] == "not_governed"


def test_it_is_marked_an_example_with_one_task_done_and_one_open(state):
    incident = Incident.objects.get()

    assert (incident.reference, incident.status, incident.example) == (REFERENCE, "exercise", True)
    assert [one.name for one in state.still_open()] == ["task/1"]
    assert Obligation.objects.filter(closed_by=None).count() == 1


def test_the_findings_it_keeps_can_be_worked_out_again(state):
    assert [one.as_of for one in state.findings] == ["2026-01-28", "2026-01-29"]
    assert {recompute(one) for one in state.findings} == {Recomputed.SAME}


def test_what_the_law_does_not_ask_is_kept_and_stays_out_of_the_case(state):
    assert {claim.voice for claim in state.claims.values() if claim.key == "actor.agency"} == {
        "Ministry of Foreign Affairs of Ecuador",
        "Department of Homeland Security",
        "ICE spokesperson",
    }
    assert list(state.confirmed("1")["actor.agency"]) == ["ICE"]
    assert "actor.agency" not in case_of(state).facts
