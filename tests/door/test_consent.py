"""Only three can say yes; yes has an end and can be taken back; whoever is made to say it says so secretly."""

import json
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
from django.conf import settings
from tests.alarm.conftest import NOW

from inviolable.alarm import straight
from inviolable.alarm.models import Alarm
from inviolable.alarm.pressed import waiting
from inviolable.door import codes, consent
from inviolable.door.models import Consent
from inviolable.door.terms import Purpose, Whom, Zone
from inviolable.ledger.models import Entry
from inviolable.ledger.rebuild import rebuild
from inviolable.outbox.models import Message
from inviolable.posts.actions import Refused, add_user, end_role
from inviolable.posts.models import HeldRole, User

pytestmark = pytest.mark.django_db

ACTOR = {"role": "head_of_post", "id": "user-1"}
WHAT = {"zone": "public", "whom": "ambulance", "purpose": "rescue"}


def give(person: str = "minneapolis-head", **more) -> str:
    told = {**WHAT, "minutes": 20, "person": person, "code": "", "actor": ACTOR, "now": NOW} | more
    return consent.give("minneapolis", **told)


def choose(person="minneapolis-head", ordinary="471147114711", duress="117411741174", code="", now=NOW):
    codes.choose(person, ordinary, duress, code=code, actor=ACTOR, now=now)


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
    assert all(one.context["link"].endswith("/posts/minneapolis/consent/#waiting") for one in rung)
    tablet.say(tablet.line("ask", id="00000000-0000-4000-8000-000000000002", **WHAT))
    assert Message.objects.filter(template="consent_asked").count() == len(rung), "the same question rings once"
    officials = {**WHAT, "whom": "officials", "purpose": "talk"}
    tablet.say(tablet.line("ask", id="00000000-0000-4000-8000-000000000003", **officials))
    give(asked="00000000-0000-4000-8000-000000000001")
    asked = Consent.objects.get(whom="officials")
    consent.refuse("minneapolis", asked.id, person="washington-head", actor=ACTOR, now=NOW)
    told = {one["whom"]: one["state"] for one in tablet.say(tablet.line("beat")).json()["consents"]}
    assert told == {"ambulance": "stands", "officials": "refused"}
    with pytest.raises(Refused, match="answered already"):
        consent.refuse("minneapolis", asked.id, person="minneapolis-head", actor=ACTOR, now=NOW)


def ask(tablet, number: int, **more):
    name = f"00000000-0000-4000-8000-{number:012}"
    return tablet.say(tablet.line("ask", id=name, **more))


def test_asking_for_everything_rings_a_few_times_and_hides_no_consent(night, tablet):
    """Whoever takes the tablet asks for every combination: what stands is still there, and its end is told."""
    tablet.enrolled()
    standing = give()
    answers = [
        ask(tablet, number, zone=zone, whom=whom, purpose=purpose).status_code
        for number, (zone, whom, purpose) in enumerate(product(Zone.values, Whom.values, Purpose.values))
    ]
    assert answers.count(200) < 40
    rung = {one.id.partition("/")[0] for one in Message.objects.filter(template="consent_asked")}
    assert 1 < len(rung) <= consent.MOST_RUNG
    assert standing in {one["id"] for one in tablet.say(tablet.line("beat")).json()["consents"]}
    night.clock.forward(minutes=20)
    told = tablet.say(tablet.line("beat")).json()["consents"]
    assert [one["state"] for one in told if one["id"] == standing] == ["ended"]


def test_what_was_asked_hours_ago_rings_nobody(night, tablet):
    line = tablet.enrolled().line("ask", id="00000000-0000-4000-8000-000000000001", **WHAT)
    night.clock.forward(hours=8)
    assert tablet.say(line).status_code == 200
    assert not Message.objects.filter(template="consent_asked").exists()


def test_a_second_touch_is_the_same_consent(night, tablet):
    assert give() == give(now=NOW + timedelta(seconds=2))
    assert Consent.objects.count() == 1


def test_hostile_2_impostors_stay_out_while_the_designee_lets_in_the_police_who_were_called(night, tablet):
    """A yes to the police whom we called is none to whoever wears a vest at the door: each is asked about alone."""
    tablet.enrolled()
    ask(tablet, 1, zone="public", whom="officials", purpose="other")
    give("minneapolis-deputy", whom="police", purpose="protect", within=True)
    told = {one["whom"]: one["state"] for one in tablet.say(tablet.line("beat")).json()["consents"]}
    assert told == {"officials": "asked", "police": "stands"}


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
    choose()
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
    choose()
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
    for ordinary, duress in (
        ("47", "117411741174"),
        ("471147114711", "471147114711"),
        ("abcd", "117411741174"),
        ("471147114711", "471147114712"),
        ("4711", "47118"),
        ("4711", "84711"),
        ("1234", "9146"),
        ("9146", "0000"),
        ("9146", "8765"),
        ("4747", "9146"),
    ):
        with pytest.raises(Refused, match="code"):
            choose(ordinary=ordinary, duress=duress)
    choose()
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


def test_codes_are_not_guessed_and_not_taken_over(night, tablet):
    """A screen left open is no owner; after five wrong codes no other is looked at for a while."""
    choose()
    with pytest.raises(Refused, match="not your code"):
        choose(ordinary="2580", duress="9146")
    for _wrong in range(codes.MOST_WRONG - 1):
        with pytest.raises(Refused, match="not your code"):
            give(code="0000")
    with pytest.raises(Refused, match="Too many wrong codes"):
        give(code="471147114711")
    later = NOW + codes.SHUT
    assert give(code="471147114711", now=later)
    choose(ordinary="2580", duress="9146", code="471147114711", now=later)
    for person in ("minneapolis-desk", "ministry-press", ""):
        with pytest.raises(Refused, match="Only whoever may consent"):
            choose(person)


def test_whoever_tries_out_the_duress_code_where_codes_are_chosen_learns_nothing(night, tablet, client):
    """Hostile case 4: the page says that new ones are kept; the old ones stay, and the ministry is alarmed."""
    choose()
    head = signed_in(client, "head_of_post", "minneapolis-head")
    typed = {"ordinary": "2580", "ordinary_again": "2580", "duress": "9146", "duress_again": "9146"}
    assert head.post("/codes/", typed | {"code": "0000"}).status_code == 422
    forced = head.post("/codes/", typed | {"code": "117411741174"})
    [alarm] = Alarm.objects.all()
    assert (alarm.way, alarm.post) == ("duress", "minneapolis")
    assert give(code="471147114711"), "the old codes stay"
    freely = head.post("/codes/", typed | {"code": "471147114711"})
    assert (forced.status_code, forced.headers["Location"]) == (freely.status_code, freely.headers["Location"])
    assert Alarm.objects.count() == 1
    for _wrong in range(codes.MOST_WRONG):
        assert "not your code" in head.post("/codes/", typed | {"code": "0000"}).content.decode()
    assert "Too many wrong codes" in head.post("/codes/", typed | {"code": "2580"}).content.decode()


def test_under_duress_no_telephone_rings_at_the_post_and_nothing_there_shows_it(night, tablet, client):
    """Neither colleagues' telephones nor their lists; and nobody at the ministry is told to call the post."""
    choose()
    give(code="117411741174")
    night.wait(1_200)
    called = {one.person for one in Message.objects.filter(template="alarm")}
    assert called
    assert not {one for one in called if one.startswith("minneapolis-")}
    for one in Message.objects.filter(template="alarm"):
        assert not one.context["telephone"]
        assert not one.context["do_en"]
    alarm = Alarm.objects.get()
    for role, person, sees in (("officer", "minneapolis-officer", False), ("duty_officer", "ministry-duty", True)):
        there = signed_in(client, role, person)
        for page in ("/", "/alarms/", "/incidents/"):
            shown = there.get(page).content.decode()
            marks = {"/": "alarm is open", "/alarms/": alarm.id, "/incidents/": "UNDER DURESS"}
            assert (marks[page] in shown) is sees, (role, page)
        assert there.get(f"/alarms/{alarm.id}/").status_code == (200 if sees else 404)
    tablet.enrolled()
    assert tablet.say(tablet.line("beat")).json()["alarms"] == []


def test_where_the_alarm_cannot_be_recorded_the_consent_looks_the_same_and_everybody_is_called(
    night, tablet, monkeypatch
):
    choose()
    monkeypatch.setattr(straight, "raise_alarm", lambda *_, **__: 1 / 0)
    assert Consent.objects.get(id=give(code="117411741174")).stands(NOW)
    assert [one.way for one in waiting(Path(settings.HOME))] == ["duress"]


def test_consents_are_derived_from_the_record(night, tablet):
    tablet.enrolled()
    tablet.say(tablet.line("ask", id="00000000-0000-4000-8000-000000000001", **WHAT))
    choose()
    give(code="117411741174")
    before = list(Consent.objects.order_by("id").values())
    rebuild()
    assert list(Consent.objects.order_by("id").values()) == before


def no_of_the_head(tablet, number=1) -> None:
    ask(tablet, number, **WHAT)
    asked = Consent.objects.get(id=f"00000000-0000-4000-8000-{number:012}")
    consent.refuse("minneapolis", asked.id, person="minneapolis-head", actor=ACTOR, now=asked.asked)


def test_what_the_head_of_post_refused_no_designee_gives(night, tablet, client):
    """The head said no at the door; a minute later somebody asks the deputy."""
    tablet.enrolled()
    night.raise_at()
    no_of_the_head(tablet)
    deputy = signed_in(client, "officer", "minneapolis-deputy")
    answer = deputy.post("/posts/minneapolis/consent/", form(within="on"))
    assert answer.status_code == 422
    assert (
        "Head of post said no to this at 11:00 on the clock there. Only they can change it" in answer.content.decode()
    )
    give("minneapolis-deputy", within=True, whom="fire_brigade", purpose="fire")
    later = NOW + timedelta(minutes=2)
    name = give(now=later)
    give("minneapolis-deputy", within=True, minutes=60, now=later + timedelta(minutes=2))
    consent.withdraw("minneapolis", name, person="minneapolis-head", actor=ACTOR, now=later + timedelta(minutes=3))
    with pytest.raises(Refused, match="said no to this at 11:05"):
        give("minneapolis-deputy", within=True, now=later + timedelta(minutes=4))


def test_a_designee_who_is_made_to_give_what_the_head_refused_is_heard_all_the_same(night, tablet):
    choose("minneapolis-deputy")
    tablet.enrolled()
    no_of_the_head(tablet)
    with pytest.raises(Refused, match="said no"):
        give("minneapolis-deputy", within=True, code="117411741174")
    assert Alarm.objects.get().way == "duress"
    assert not Consent.objects.exclude(given=None).exists()


def test_a_designee_says_that_it_is_within_what_they_are_named_for(night, tablet, client):
    deputy = signed_in(client, "officer", "minneapolis-deputy")
    page = deputy.get("/posts/minneapolis/consent/").content.decode()
    assert "<strong>This is within what I was named for: ambulance and fire crews in the waiting room</strong>" in page
    assert deputy.post("/posts/minneapolis/consent/", form()).status_code == 422
    with pytest.raises(Refused, match="within what you were named for"):
        give("minneapolis-deputy")
    assert deputy.post("/posts/minneapolis/consent/", form(within="on")).status_code == 302
    body = json.loads(bytes(Entry.objects.get(kind="consent.given").line))["body"]
    assert body["within"] == "yes"


def test_nothing_is_chosen_beforehand_and_only_rooms_that_the_post_has(night, tablet, client):
    page = signed_in(client, "head_of_post", "minneapolis-head").get("/posts/minneapolis/consent/").content.decode()
    assert page.count('<option value="" selected>') == 3
    assert 'value="public"' in page
    assert 'value="grounds"' not in page
    assert "named for" not in page


def test_what_was_refused_or_taken_back_can_be_asked_again_and_rings_again(night, tablet):
    tablet.enrolled()

    def rung() -> int:
        return len({one.id.partition("/")[0] for one in Message.objects.filter(template="consent_asked")})

    no_of_the_head(tablet)
    ask(tablet, 2, **WHAT)
    ask(tablet, 3, **WHAT)
    assert rung() == 2, "the second while it waits is the same"
    name = give(asked="00000000-0000-4000-8000-000000000002")
    ask(tablet, 4, **WHAT)
    assert rung() == 2, "they are let in"
    consent.withdraw("minneapolis", name, person="minneapolis-head", actor=ACTOR, now=NOW)
    ask(tablet, 5, **WHAT)
    assert rung() == 3


def test_a_question_that_waits_stands_first_wherever_whoever_may_answer_looks(night, tablet, client):
    tablet.enrolled()
    ask(tablet, 1, **WHAT)
    head = signed_in(client, "head_of_post", "minneapolis-head")
    asked = "somebody asks whether the ambulance crew may come in (the waiting room and counters): answer"
    for page in ("/", "/alarms/"):
        shown = head.get(page).content.decode()
        assert asked in shown.partition("data-live")[2], page
        assert 'href="/posts/minneapolis/consent/#waiting"' in shown
    live = head.get("/posts/minneapolis/consent/").content.decode().partition("data-live")[2]
    assert live.index("May they come in? the ambulance crew") < live.index("Let somebody in")
    assert "csrf" not in live.partition('<section class="panel"')[0], "it is renewed without taking a button away"
    for person, role in (("minneapolis-officer", "officer"), ("chicago-head", "head_of_post"), ("", "duty_officer")):
        assert asked not in signed_in(client, role, person).get("/").content.decode(), person
    consent.refuse("minneapolis", Consent.objects.get().id, person="minneapolis-head", actor=ACTOR, now=NOW)
    client.force_login(User.objects.get(person="minneapolis-head"))
    assert asked not in client.get("/").content.decode()


def test_codes_are_typed_twice_and_afterwards_one_of_them_is_needed(night, tablet, client):
    head = signed_in(client, "head_of_post", "minneapolis-head")
    assert 'name="code"' not in head.get("/posts/minneapolis/consent/").content.decode()
    typed = {"ordinary": "2580", "ordinary_again": "2580", "duress": "9146", "duress_again": "9164"}
    slip = head.post("/codes/", typed)
    assert "This is not the same as above." in slip.content.decode()
    kept = head.post("/codes/", typed | {"duress_again": "9146"}, follow=True).content.decode()
    assert "Your codes are kept." in kept
    assert 'href="/posts/minneapolis/consent/"' in kept
    without = head.post("/posts/minneapolis/consent/", form())
    assert without.status_code == 422
    assert 'id="id_code_error"' in without.content.decode()
    wrong = head.post("/posts/minneapolis/consent/", form(code="4711")).content.decode()
    assert "This is not your code." in wrong.partition('id="id_code_error"')[2][:60]
    assert head.post("/posts/minneapolis/consent/", form(code="2580")).status_code == 302


def test_a_no_is_told_for_as_long_as_anothers_yes_to_the_same_stands(night, tablet):
    tablet.enrolled()
    no_of_the_head(tablet)
    give("washington-head", minutes=300)
    for number, (zone, purpose) in enumerate(product(Zone.values, Purpose.values)):
        ask(tablet, 100 + number, zone=zone, whom="police", purpose=purpose)

    def told() -> set[str]:
        return {
            one["state"] for one in tablet.say(tablet.line("beat")).json()["consents"] if one["whom"] == "ambulance"
        }

    assert told() == {"refused", "stands"}
    night.clock.forward(hours=4)
    assert told() == {"refused", "stands"}
    night.clock.forward(hours=1, minutes=30)
    assert told() == set()


def test_whoever_said_no_and_then_yes_has_said_yes(night, tablet):
    tablet.enrolled()
    no_of_the_head(tablet)
    give(minutes=300, now=NOW + timedelta(minutes=2))
    night.clock.forward(hours=1)
    assert [one["state"] for one in tablet.say(tablet.line("beat")).json()["consents"]] == ["stands"]
