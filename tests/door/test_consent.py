"""Only three can say yes; yes has an end and can be taken back; whoever is made to say it says so secretly."""

import json
from datetime import timedelta

import pytest
from tests.alarm.conftest import NOW

from inviolable.alarm.models import Alarm
from inviolable.door import consent
from inviolable.door.models import Consent
from inviolable.ledger.models import Entry
from inviolable.ledger.rebuild import rebuild
from inviolable.outbox.models import Message
from inviolable.posts.actions import Refused, add_user, end_role
from inviolable.posts.models import HeldRole

pytestmark = pytest.mark.django_db

ACTOR = {"role": "head_of_post", "id": "user-1"}
WHAT = {"zone": "public", "whom": "ambulance", "purpose": "rescue"}


def give(person: str = "minneapolis-head", **more) -> str:
    told = {**WHAT, "minutes": 20, "person": person, "code": "", "actor": ACTOR, "now": NOW} | more
    return consent.give("minneapolis", **told)


def signed_in(client, role: str, person: str):
    client.force_login(add_user(f"{role}-{person}", role, now=NOW, person=person))
    return client


def form(**more) -> dict[str, str]:
    return {**WHAT, "minutes": "20", "code": "", "asked": ""} | more


@pytest.mark.parametrize(
    ("role", "person"),
    [
        ("reception", "minneapolis-desk"),
        ("press", "ministry-press"),
        ("duty_officer", "ministry-duty"),
        ("officer", ""),
    ],
)
def test_whoever_is_not_one_of_the_three_is_told_why_not(night, tablet, client, role, person):
    """Scenario 6."""
    answer = signed_in(client, role, person).post("/posts/minneapolis/consent/", form())
    assert answer.status_code == 422
    assert "Only the head of post, whoever acts as head, the designee or the head of mission" in answer.content.decode()
    assert not Consent.objects.exists()


def test_the_head_of_post_lets_the_ambulance_in_and_the_record_says_who_where_why_and_until_when(night, tablet, client):
    """Scenarios 6 and 12."""
    answer = signed_in(client, "head_of_post", "minneapolis-head").post("/posts/minneapolis/consent/", form())
    assert answer.status_code == 302
    body = json.loads(bytes(Entry.objects.get(kind="consent.given").line))["body"]
    assert {name: body[name] for name in ("person", "role", "why", *WHAT)} == {
        "person": "minneapolis-head", "role": "head", "why": "head", **WHAT,
    }  # fmt: skip
    (told,) = tablet.enrolled().say(tablet.line("beat")).json()["consents"]
    assert (told["state"], told["role"], told["whom"]) == ("stands", "head", "ambulance")
    assert "person" not in told


def test_a_yes_ends_by_itself_and_can_be_taken_back_by_another_of_the_three(night, tablet):
    """Scenario 7: the door knows at its next beat."""
    tablet.enrolled()

    def at_door() -> list[str]:
        return [one["state"] for one in tablet.say(tablet.line("beat")).json()["consents"]]

    give()
    assert at_door() == ["stands"]
    night.clock.forward(minutes=20)
    assert at_door() == ["ended"]
    name = give(now=night.clock.now)
    consent.withdraw("minneapolis", name, person="washington-head", actor=ACTOR, now=night.clock.now)
    assert at_door() == ["ended", "ended"]
    with pytest.raises(Refused, match="has ended already"):
        consent.withdraw("minneapolis", name, person="minneapolis-head", actor=ACTOR, now=night.clock.now)


def test_what_is_asked_at_the_door_rings_whoever_may_answer_and_nobody_else(night, tablet):
    tablet.enrolled()
    assert tablet.say(tablet.line("ask", id="00000000-0000-4000-8000-000000000001", **WHAT)).status_code == 200
    rung = Message.objects.filter(template="consent_asked")
    assert {one.person for one in rung} == {"minneapolis-head", "minneapolis-deputy", "washington-head"}
    assert all(one.context["link"].endswith("/posts/minneapolis/consent/") for one in rung)
    tablet.say(tablet.line("ask", id="00000000-0000-4000-8000-000000000002", **WHAT))
    assert Message.objects.filter(template="consent_asked").count() == len(rung), "the same question rings once"
    (first, *_rest) = Consent.objects.order_by("id")
    give(asked=first.id)
    assert Consent.objects.get(id=first.id).stands(NOW)
    (second,) = Consent.objects.filter(given=None)
    consent.refuse("minneapolis", second.id, person="washington-head", actor=ACTOR, now=NOW)
    states = [one["state"] for one in tablet.say(tablet.line("beat")).json()["consents"]]
    assert sorted(states) == ["refused", "stands"]
    with pytest.raises(Refused, match="answered already"):
        consent.refuse("minneapolis", second.id, person="minneapolis-head", actor=ACTOR, now=NOW)


def test_silence_is_no_consent(night, tablet):
    tablet.enrolled()
    tablet.say(tablet.line("ask", id="00000000-0000-4000-8000-000000000001", **WHAT))
    for _later in range(3):
        night.clock.forward(minutes=9)
        told = tablet.say(tablet.line("beat")).json()["consents"]
        assert [one["state"] for one in told] == ["asked"]
    assert not Consent.objects.exclude(given=None).exists()


def test_whoever_is_made_to_say_yes_alarms_the_ministry_and_nothing_at_the_post_shows_it(night, tablet, client):
    """Hostile case 4: the same answer, the same words at the door; void for review at the ministry."""
    consent.choose_codes("minneapolis-head", "471147114711", "117411741174", actor=ACTOR, now=NOW)
    tablet.enrolled()
    head = signed_in(client, "head_of_post", "minneapolis-head")
    wrong = head.post("/posts/minneapolis/consent/", form(code="0000"))
    assert (wrong.status_code, "not your code" in wrong.content.decode()) == (422, True)

    def answered(code: str) -> tuple[int, str, str, dict]:
        answer = head.post("/posts/minneapolis/consent/", form(code=code))
        page = head.get("/posts/minneapolis/consent/").content.decode()
        told = tablet.say(tablet.line("beat")).json()["consents"][0]
        consented = Consent.objects.order_by("-asked", "-id").first()
        shown = page.replace(consented.id, "").partition("<main")[2].partition("</li>")[0]
        Consent.objects.filter(id=consented.id).delete()
        return answer.status_code, answer.headers["Location"], shown, {**told, "id": ""}

    freely = answered("471147114711")
    assert not Alarm.objects.exists()
    forced = answered("117411741174")
    assert Alarm.objects.get().way == "duress"
    assert forced[0] == freely[0]
    assert forced[1] == freely[1]
    assert {**forced[3], "asked": "", "until": ""} == {**freely[3], "asked": "", "until": ""}
    assert "UNDER DURESS" not in forced[2]


def test_the_ministry_sees_that_a_consent_is_void_and_the_post_does_not(night, tablet, client):
    consent.choose_codes("minneapolis-head", "471147114711", "117411741174", actor=ACTOR, now=NOW)
    give(code="117411741174")
    page = "/posts/minneapolis/consent/"
    for role, person, sees in (
        ("head_of_post", "minneapolis-head", False),
        ("officer", "minneapolis-officer", False),
        ("reception", "minneapolis-desk", False),
        ("duty_officer", "ministry-duty", True),
        ("legal", "ministry-legal", True),
    ):
        shown = signed_in(client, role, person).get(page).content.decode()
        assert ("UNDER DURESS" in shown) is sees, role
    kinds = Entry.objects.exclude(stream="installation").values_list("kind", flat=True)
    assert "consent.forced" not in kinds
    called = {one.person for one in Message.objects.filter(template="alarm")}
    assert called
    assert "minneapolis-head" not in called, "their telephone lies in front of whoever makes them"


def test_codes_are_digits_and_differ_and_are_in_no_entry(night, tablet):
    for ordinary, duress in (("47", "117411741174"), ("471147114711", "471147114711"), ("abcd", "117411741174")):
        with pytest.raises(Refused, match="code"):
            consent.choose_codes("minneapolis-head", ordinary, duress, actor=ACTOR, now=NOW)
    consent.choose_codes("minneapolis-head", "471147114711", "117411741174", actor=ACTOR, now=NOW)
    assert not any(
        code in bytes(one.line).decode() for one in Entry.objects.all() for code in ("471147114711", "117411741174")
    )


def test_no_consent_lasts_for_ever(night, tablet):
    for minutes in (0, -5, 12 * 60 + 1):
        with pytest.raises(Refused, match="For how long"):
            give(minutes=minutes)


def test_whose_role_has_ended_consents_no_more(night, tablet):
    end_role(HeldRole.objects.get(person="minneapolis-head", role="head"), NOW, actor=ACTOR, now=NOW)
    with pytest.raises(Refused, match="By today's roster"):
        give(now=NOW + timedelta(minutes=1))


def test_consents_are_derived_from_the_record(night, tablet):
    tablet.enrolled()
    tablet.say(tablet.line("ask", id="00000000-0000-4000-8000-000000000001", **WHAT))
    consent.choose_codes("minneapolis-head", "471147114711", "117411741174", actor=ACTOR, now=NOW)
    give(code="117411741174")
    before = list(Consent.objects.order_by("id").values())
    rebuild()
    assert list(Consent.objects.order_by("id").values()) == before
