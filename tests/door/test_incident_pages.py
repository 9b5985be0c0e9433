"""What an incident's pages say of what was told at its door: who was counted, when, and nothing in raw words."""

import re

import pytest
from tests.door.test_consent import WHAT, ask, signed_in

from inviolable.door import consent
from inviolable.incidents.models import Incident

pytestmark = pytest.mark.django_db


def line(tablet, number: int, key: str, value: str):
    return tablet.say(tablet.line("tell", id=f"00000000-0000-4000-8000-{number:012}", key=key, value=value))


@pytest.fixture
def told(night, tablet):
    """Somebody at the door counts, counts again, is threatened and asks for the ambulance."""
    tablet.enrolled()
    tablet.say(tablet.press())
    line(tablet, 1, "inside_adults", "12")
    night.clock.forward(minutes=3)
    line(tablet, 2, "inside_adults", "15")
    line(tablet, 3, "staff_threatened", "yes")
    ask(tablet, 4, **WHAT)
    night.look()
    return f"/incidents/{Incident.objects.get().reference}/"


@pytest.fixture
def duty(told, client):
    return signed_in(client, "duty_officer", "quito-duty-1")


def words_of(client, page: str, language: str = "en") -> str:
    text = client.get(page, headers={"Accept-Language": language}).content.decode()
    return " ".join(re.sub("<[^>]*>", " ", text.partition("<main")[2]).split())


def test_the_count_stands_on_the_overview_as_claimed_with_its_time(told, duty):
    page = words_of(duty, told)
    assert "Counted inside so far, as claimed: Adults inside: 15" in page
    assert "as claimed: Adults inside: 15 · EXAMPLE Consulate of Ecuador, Minneapolis: tablet at the door" in page
    assert "27 January 2026, 11:03 (UTC−06:00), 17:03 UTC" in page
    assert "Adults inside: 12" not in page


def test_tasks_and_titles_are_in_the_readers_language_and_in_words(told, duty):
    for language, title, task, charged in (
        (
            "en",
            "Attempted entry, ",
            "Follow up what was done to whoever stood at the door: they were thr",
            "Head of post",
        ),
        ("es", "Intento de ingreso, ", "le amenazaron", "Jefatura de la oficina consular"),
    ):
        page = words_of(duty, told, language)
        assert title in page
        assert task in page
        assert charged in page
        assert "staff_threatened" not in page
    assert "tableta de la puerta" in words_of(duty, f"{told}facts/", "es")


def test_a_later_claim_of_the_same_voice_marks_the_earlier_one(told, duty):
    page = words_of(duty, f"{told}facts/")
    earlier, later = page.index("12 claimed"), page.index("15 claimed")
    assert "replaced" in page[earlier:later]
    assert "They say something else since: entry" in page[earlier:later]
    assert "17:00" in page[earlier:later]
    assert "replaced" not in page[later:]


def test_messages_are_left_out_of_the_timeline_until_asked_for(told, duty):
    page, whole = words_of(duty, f"{told}timeline/"), words_of(duty, f"{told}timeline/?messages=yes")
    number = int(re.search(r"(\d+) entries about messages are left out", page)[1])
    assert number > 10
    for sent in ("Message on its way", "Message handed over"):
        assert sent not in page
        assert sent in whole
    assert "Leave the messages out" in whole
    assert "Message on its way" not in words_of(duty, told)
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}|alarm_storm/", page)
    assert not re.search(r"Message handed over [0-9a-f]{8}-", whole)


def test_entries_name_the_device_and_what_was_asked_as_people_do(told, duty, night):
    name = "00000000-0000-4000-8000-000000000004"
    who = {"person": "minneapolis-head", "actor": {"role": "head_of_post", "id": "user-1"}, "now": night.clock.now}
    consent.refuse("minneapolis", name, **who)
    page = words_of(duty, f"{told}timeline/")
    assert "Asked whether somebody may come in the ambulance crew · the waiting room and counters" in page
    assert "Consent to entry refused Head of post" in page
    assert "Device at the door (desk)" in page
    assert "at the device at the door" in page
    assert "device:" not in page
    assert "work · talk" not in page
