"""What is told from the door: counts, answers and what happened, never a name (scenarios 10, 12-14, 37)."""

import pytest
from tests.alarm.conftest import NOW, clock, home, night, phones  # noqa: F401

from inviolable.alarm.models import Alarm
from inviolable.door.terms import COUNT, TELLS, YES, may_tell
from inviolable.incidents.lookup import entries_of, incident_state
from inviolable.incidents.models import Incident, Obligation
from inviolable.law.vocabulary import vocabulary
from inviolable.ledger.moments import written
from inviolable.posts.actions import add_user

pytestmark = pytest.mark.django_db


def told(incident: Incident) -> list[tuple[str, str]]:
    return [(one.key, one.value) for one in incident_state(incident.reference).claims.values()]


@pytest.fixture
def pressed(tablet):
    tablet.enrolled()
    assert tablet.say(tablet.press()).status_code == 200
    return tablet


def line(tablet, number: int, key: str, value: str) -> bytes:
    return tablet.line("tell", id=f"00000000-0000-4000-8000-{number:012}", key=key, value=value)


def test_twenty_three_people_are_counted_and_nobody_is_named(pressed):
    """Scenario 10: each count is a claim of the post in the incident of its alarm."""
    counts = [("inside_adults", "20"), ("inside_children", "3"), ("inside_children_alone", "1"), ("inside_unwell", "0")]
    for number, (key, value) in enumerate(counts):
        assert pressed.say(line(pressed, number, key, value)).status_code == 200
    incident = Incident.objects.get(stream=Alarm.objects.get().stream)
    assert told(incident) == counts


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("inside_adults", "a family"),
        ("inside_adults", "-1"),
        ("inside_adults", "1000"),
        ("name", "somebody"),
        ("words", "the name of somebody"),
        ("actor", "third_state"),
        ("zone", "nowhere"),
        ("official_act", "yes"),
    ],
)
def test_nothing_else_can_be_told_by_a_device(pressed, key, value):
    answer = pressed.say(line(pressed, 1, key, value))
    assert (answer.status_code, "no device tells that" in answer.json()["fault"]) == (400, True)
    assert told(Incident.objects.get()) == []


def test_hostile_5_no_field_says_that_somebody_is_inside():
    """Whoever is looked for: what can be told are counts and closed words, and none of them is about a person."""
    assert all(pattern in (COUNT, YES) or "|" in pattern.pattern for pattern in TELLS.values())
    assert not any(may_tell(key, "the wanted man is inside") for key in (*TELLS, *vocabulary().facts))


def test_what_is_told_again_is_one_claim(pressed):
    """The answer was lost, so the tablet says the same again; and once more, signed anew."""
    said = line(pressed, 1, "inside_adults", "7")
    for _again in range(3):
        assert pressed.say(said).status_code == 200
    assert pressed.say(line(pressed, 1, "inside_adults", "7")).status_code == 200
    assert told(Incident.objects.get()) == [("inside_adults", "7")]


def test_what_comes_after_something_newer_is_to_be_said_anew(pressed):
    old = line(pressed, 1, "inside_adults", "7")
    assert pressed.say(line(pressed, 2, "inside_adults", "8")).status_code == 200
    assert pressed.say(old).status_code == 409


def test_without_an_alarm_there_is_nothing_to_tell_about(tablet):
    tablet.enrolled()
    answer = tablet.say(line(tablet, 1, "inside_adults", "7"))
    assert (answer.status_code, "press first" in answer.json()["fault"]) == (400, True)


def test_a_threat_to_the_receptionist_is_a_fact_and_somebody_follows_it_up(pressed):
    """Scenario 37."""
    assert pressed.say(line(pressed, 1, "staff_threatened", "yes")).status_code == 200
    incident = Incident.objects.get()
    assert told(incident) == [("staff_threatened", "yes")]
    tasks = Obligation.objects.filter(incident=incident, kind="task.assigned", closed_by=None)
    assert [("they were threatened" in one.what) for one in tasks].count(True) == 1


def test_what_was_told_offline_has_the_time_of_the_tablet(pressed, night):  # noqa: F811
    said = line(pressed, 1, "entered", "yes")
    made = night.clock.now
    night.clock.forward(minutes=50)
    assert pressed.say(said).status_code == 200
    (claim,) = (one.entry for one in entries_of(Incident.objects.get().stream) if one.entry["kind"] == "fact.claimed")
    assert claim["happened"]["from"] == written(made)


@pytest.mark.parametrize(("language", "words"), [("en", "Children alone inside"), ("es", "Niños solos dentro")])
def test_what_was_told_is_read_in_words(pressed, client, language, words):
    assert pressed.say(line(pressed, 1, "inside_children_alone", "2")).status_code == 200
    assert pressed.say(line(pressed, 2, "shown", "badge")).status_code == 200
    client.force_login(add_user("duty", "duty_officer", now=NOW, person="ministry-duty"))
    page = f"/incidents/{Incident.objects.get().reference}/facts/"
    shown = client.get(page, headers={"accept-language": language}).content.decode()
    assert words in shown
    assert "inside_children_alone <" not in shown
    assert {"en": "a badge or card", "es": "una placa o credencial"}[language] in shown
