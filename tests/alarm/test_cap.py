"""An alarm as the Common Alerting Protocol has it.

The judge below is written from the tables of OASIS CAP 1.2 (3.2: which elements, in which order, how often, of which
words); OASIS's own schema is not ours to hand on.
"""

import re
from xml.etree import ElementTree

import pytest
from django.test import Client
from tests.alarm.test_pages import somebody

from inviolable.alarm import cap
from inviolable.alarm.actions import stand_down
from inviolable.alarm.links import page_of
from inviolable.alarm.models import Alarm
from inviolable.alarm.picture import picture_of
from inviolable.alarm.terms import Danger
from inviolable.posts.models import Person, Post
from inviolable.posts.roles import Role

pytestmark = pytest.mark.django_db

NAMESPACE = "{urn:oasis:names:tc:emergency:cap:1.2}"
ANY, TOKEN, MOMENT = r"(?s).+", r"[^\s,<&]+", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d"
#: In this order: element, how often (? at most once, 1 once, * any number, + at least once), what it holds.
ALERT = [
    ("identifier", "1", TOKEN),
    ("sender", "1", TOKEN),
    ("sent", "1", MOMENT),
    ("status", "1", "Actual|Exercise|System|Test|Draft"),
    ("msgType", "1", "Alert|Update|Cancel|Ack|Error"),
    ("source", "?", ANY),
    ("scope", "1", "Public|Restricted|Private"),
    ("restriction", "?", ANY),
    ("addresses", "?", ANY),
    ("code", "*", ANY),
    ("note", "?", ANY),
    ("references", "?", rf"{TOKEN},{TOKEN},{MOMENT}( {TOKEN},{TOKEN},{MOMENT})*"),
    ("incidents", "?", ANY),
    ("info", "*", None),
]
INFO = [
    ("language", "?", "[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*"),
    ("category", "+", "Geo|Met|Safety|Security|Rescue|Fire|Health|Env|Transport|Infra|CBRNE|Other"),
    ("event", "1", ANY),
    ("responseType", "*", "Shelter|Evacuate|Prepare|Execute|Avoid|Monitor|Assess|AllClear|None"),
    ("urgency", "1", "Immediate|Expected|Future|Past|Unknown"),
    ("severity", "1", "Extreme|Severe|Moderate|Minor|Unknown"),
    ("certainty", "1", "Observed|Likely|Possible|Unlikely|Unknown"),
    ("audience", "?", ANY),
    ("eventCode", "*", None),
    ("effective", "?", MOMENT),
    ("onset", "?", MOMENT),
    ("expires", "?", MOMENT),
    ("senderName", "?", ANY),
    ("headline", "?", r"(?s).{1,160}"),
    ("description", "?", ANY),
    ("instruction", "?", ANY),
    ("web", "?", r"https?://\S+"),
    ("contact", "?", ANY),
    ("parameter", "*", None),
    ("resource", "*", None),
    ("area", "*", None),
]
AREA = [("areaDesc", "1", ANY), ("polygon", "*", ANY), ("circle", "*", ANY), ("geocode", "*", None)]


def judge(xml: bytes) -> ElementTree.Element:
    """The document, which is one of CAP 1.2."""
    alert = ElementTree.fromstring(xml)  # noqa: S314 - ours
    assert alert.tag == f"{NAMESPACE}alert"
    _hold(alert, ALERT)
    for info in alert.findall(f"{NAMESPACE}info"):
        _hold(info, INFO)
        for area in info.findall(f"{NAMESPACE}area"):
            _hold(area, AREA)
    said = words(alert)
    assert ("restriction" in said) == (said["scope"] == "Restricted")
    assert ("addresses" in said) == (said["scope"] == "Private")
    assert ("references" in said) == (said["msgType"] in ("Update", "Cancel"))
    assert said["status"] != "Exercise" or said["note"]
    return alert


def _hold(element: ElementTree.Element, table) -> None:
    assert element.attrib == {}
    order = [f"{NAMESPACE}{name}" for name, _, _ in table]
    places = [order.index(one.tag) for one in element]
    assert places == sorted(places), "in another order"
    for name, often, holds in table:
        found = element.findall(f"{NAMESPACE}{name}")
        least, most = {"1": (1, 1), "?": (0, 1), "*": (0, 99), "+": (1, 99)}[often]
        assert least <= len(found) <= most, name
        for one in found if holds else ():
            assert re.fullmatch(holds, one.text or ""), (name, one.text)


def words(element: ElementTree.Element) -> dict[str, str]:
    return {one.tag.removeprefix(NAMESPACE): one.text or "" for one in element}


def infos(alert: ElementTree.Element) -> dict[str, dict[str, str]]:
    found = [words(one) for one in alert.findall(f"{NAMESPACE}info")]
    return {one["language"]: one for one in found}


def written(name: str, example: bool = False) -> ElementTree.Element:
    return judge(cap.document(picture_of(Alarm.objects.get(id=name)), page_of(name), example))


def test_an_alert_then_an_update_with_each_answer_then_a_cancel(night):
    name = night.raise_at()
    first = words(written(name))
    assert (first["identifier"], first["msgType"], first["sent"]) == (f"{name}.1", "Alert", "2026-01-27T17:00:00-00:00")
    night.clock.forward(seconds=20)
    night.cannot("quito-duty-1", "duty_officer")
    night.clock.forward(seconds=20)
    night.has("quito-duty-2", "duty_officer")
    third = words(written(name))
    assert (third["identifier"], third["msgType"]) == (f"{name}.3", "Update")
    told = [f"localhost:8000,{name}.1,{first['sent']}", f"localhost:8000,{name}.2,2026-01-27T17:00:20-00:00"]
    assert third["references"].split() == told
    night.clock.forward(seconds=20)
    stand_down(name, "a false alarm", actor={"role": "legal", "id": "x"}, now=night.clock.now)
    last = written(name)
    assert (words(last)["identifier"], words(last)["msgType"]) == (f"{name}.4", "Cancel")
    assert words(last)["references"].split()[:2] == told
    assert {one["urgency"] for one in infos(last).values()} == {"Past"}


def test_both_languages_say_what_happens_where_and_what_to_do(night):
    alert = infos(written(night.raise_at(danger="fire")))
    assert list(alert) == ["es", "en"]
    assert alert["es"]["headline"].startswith("ALARMA · Incendio · ")
    assert alert["en"]["headline"].startswith("ALARM · Fire · ")
    assert alert["es"]["instruction"] != alert["en"]["instruction"]
    assert (alert["en"]["category"], alert["en"]["urgency"], alert["en"]["severity"], alert["en"]["certainty"]) == (
        "Fire", "Immediate", "Extreme", "Observed",
    )  # fmt: skip
    assert alert["en"]["description"] == "Nobody has answered yet."
    night.has("quito-duty-1", "duty_officer")
    assert infos(written(night.alarm))["es"]["description"] == "Alguien ha dicho que se hace cargo."


@pytest.mark.parametrize("danger", Danger.values)
def test_every_kind_of_incident_is_one_of_theirs(night, danger):
    written(night.raise_at(danger=danger))


@pytest.mark.parametrize(
    ("drill", "example", "status", "note"),
    [
        (False, False, "Actual", None),
        (True, False, "Exercise", "SIMULACRO · DRILL"),
        (False, True, "Test", "EXAMPLE"),
        (True, True, "Test", "EXAMPLE · SIMULACRO · DRILL"),
    ],
)
def test_a_drill_and_an_example_say_so_to_every_system(night, drill, example, status, note):
    alert = written(night.raise_at(exercise=drill), example)
    assert (words(alert)["status"], words(alert).get("note")) == (status, note)
    begins = {"es": "SIMULACRO · " if drill else "", "en": "DRILL · " if drill else ""}
    for language, one in infos(alert).items():
        alarm = {"es": "ALARMA", "en": "ALARM"}[language]
        assert one["headline"].startswith(("EXAMPLE · " if example else "") + begins[language] + alarm)


def test_nothing_about_any_person_is_in_it(night):
    """Not who raised it, not who answered, and not what they wrote."""
    Person.objects.update(name="CANARY-NAME")
    name = night.raise_at()
    night.cannot("quito-duty-1", "duty_officer", "CANARY-WHY")
    night.has("quito-duty-2", "duty_officer")
    text = cap.document(picture_of(Alarm.objects.get(id=name)), page_of(name), False).decode()
    assert not [one for one in (*Person.objects.values_list("id", flat=True), "CANARY") if one in text]


def test_what_no_document_may_hold_breaks_none(night):
    Post.objects.filter(slug="minneapolis").update(name='Consulate <&>"\x0b\ufffe in Minneapolis')
    alert = infos(written(night.raise_at()))
    assert alert["en"]["event"] == "Attempted entry"


def test_asked_again_it_is_the_same(night):
    name = night.raise_at()
    first = ElementTree.tostring(written(name))
    night.wait(600)
    assert ElementTree.tostring(written(name)) == first


def test_whoever_may_read_an_alarm_fetches_it(night):
    name = night.raise_at()
    auditor = somebody(Role.AUDITOR)
    answer = auditor.get(f"/alarms/{name}/cap.xml")
    assert answer.headers["Content-Type"] == "application/cap+xml"
    assert words(judge(answer.content))["identifier"] == f"{name}.1"
    assert f'href="/alarms/{name}/cap.xml"' in auditor.get(f"/alarms/{name}/").content.decode()
    assert auditor.get("/alarms/nothing-like-that/cap.xml").status_code == 404
    assert Client().get(f"/alarms/{name}/cap.xml").status_code == 302
