"""Whole nights: who is called when, with phones and a clock of our own. Scenarios 2, 3, 30 and the rows of an alarm."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import override
from tests.alarm.conftest import DESK, NOW
from tests.alarm.test_protocols import SHIPPED
from tests.incidents.conftest import leave_behind

from inviolable.alarm import actions
from inviolable.alarm.lookup import imagined, shipped_protocol
from inviolable.alarm.models import Alarm
from inviolable.alarm.protocols import read_protocol
from inviolable.alarm.simulation import Weakness
from inviolable.alarm.terms import Danger
from inviolable.incidents.actions import close
from inviolable.incidents.models import Incident, Obligation
from inviolable.ledger.models import Entry
from inviolable.outbox.models import Message
from inviolable.posts.actions import Refused, give_role
from inviolable.posts.consent import Holding
from inviolable.posts.models import Contact, HeldRole, Person

ALL = ["mail", "sms", "voice"]
#: For which the officers of the post are told too.
WITH_OFFICERS = set(Danger) - {Danger.DETENTION_OF_STAFF, Danger.CLOSURE_ORDER}


@pytest.mark.parametrize("danger", Danger.values)
def test_the_duty_officer_is_called_at_once_the_second_after_a_minute_and_nobody_else_whom_no_step_names(night, danger):
    """RESPONSE.md A.4 row 9: timed steps until somebody has it. Everything that anybody gets in the first minute."""
    night.raise_at(danger=danger)
    at_once = {"quito-duty-1": [(0, way) for way in ALL], "minneapolis-head": [(0, way) for way in ALL]}
    if danger in WITH_OFFICERS:
        at_once["minneapolis-deputy"] = [(0, "mail"), (0, "sms")]
    assert night.phones.everybody() == at_once
    night.wait(59)
    assert night.phones.everybody() == at_once
    night.wait(1)
    assert night.phones.everybody() == at_once | {"quito-duty-2": [(60, way) for way in ALL]}
    with override("es"):
        subject = f"ALARMA: {Danger(danger).label} · EXAMPLE Consulate of Ecuador, Minneapolis"
    do = shipped_protocol().plans[Danger(danger)].do["es"]
    for person in ("quito-duty-1", "quito-duty-2"):
        assert {text.subject for text in night.phones.texts(person)} == {subject}
        assert all(do in text.body for text in night.phones.texts(person))


@pytest.mark.parametrize("danger", Danger.values)
def test_once_the_duty_officer_has_it_the_second_hears_nothing(night, danger):
    """RESPONSE.md A.4 row 9, for every kind of incident."""
    night.raise_at(danger=danger)
    night.wait(59)
    night.has("quito-duty-1", "duty_officer")
    night.has("minneapolis-head", "head")
    night.wait(60)
    assert night.phones.of("quito-duty-2") == []
    assert night.phones.rang("quito-duty-1") == night.phones.rang("minneapolis-head") == [0]


def test_who_answers_is_called_no_more_and_nobody_after_them(night):
    night.raise_at()
    night.wait(20)
    night.has("quito-duty-1", "duty_officer")
    night.wait(110)
    assert night.phones.rang("quito-duty-1") == [0]
    assert night.phones.rang("quito-duty-2") == []
    assert night.phones.rang("washington-head") == [120]


def test_one_answer_never_silences_the_other_roles(night):
    """RESPONSE.md A.4 row 20: an acknowledgement is of a role, not of the alarm."""
    night.raise_at()
    night.has("quito-duty-1", "duty_officer")
    night.wait(300)
    assert night.phones.rang("minneapolis-head") == [0, 240]
    assert night.phones.rang("quito-legal") == [300]


def test_whoever_cannot_brings_in_the_next_at_once(night):
    """RESPONSE.md A.4 rows 11 and 22: a refusal, with its reason, brings in the next."""
    night.raise_at()
    night.wait(7)
    night.cannot("quito-duty-1", "duty_officer")
    assert night.phones.rang("quito-duty-2") == [7]
    night.wait(60)
    assert night.phones.rang("quito-duty-1") == [0], "nobody is asked again who said that they cannot"
    assert night.phones.rang("quito-duty-2") == [7, 67]


def test_when_nobody_answers_everybody_is_called_again_and_again(night):
    """RESPONSE.md A.4 row 10. Scenario 3: the next, and the next, without end, by at least two channels."""
    night.raise_at()
    night.wait(60 * 14)
    rang = night.phones.rang("quito-press")
    assert rang == [360, 480, 600, 720, 840], "the broadcast goes out every two minutes"
    assert {way for _, way in night.phones.of("quito-press")} == {"voice", "sms", "mail"}
    night.has("quito-press", "broadcast")
    night.has("quito-legal", "legal")
    night.wait(60 * 10)
    assert [at for at in night.phones.rang("quito-protocol-2") if 840 < at < 1140] == []


def test_a_role_that_nobody_holds_is_no_reason_to_wait(night):
    """RESPONSE.md A.4 row 16, on the day."""
    from inviolable.posts.actions import end_role

    for held in HeldRole.objects.filter(role="duty_officer"):
        end_role(held, NOW, actor=DESK, now=NOW)
    night.raise_at()
    assert night.phones.rang("quito-press") == [0], "everybody is called at once"
    assert '"why":"nobody"' in _lines(night.alarm, "alarm.stepped")


def test_a_dead_phone_brings_in_the_next_at_once(night):
    night.phones.dead = {contact.address for contact in Contact.objects.filter(person="quito-duty-1")}
    night.raise_at()
    assert night.phones.rang("quito-duty-2") == [0]


def test_one_dead_way_is_no_reason_to_call_the_next(night):
    night.phones.silent = {"voice"}
    night.raise_at()
    assert night.phones.of("quito-duty-1") == [(0, "mail"), (0, "sms")]
    assert night.phones.of("quito-duty-2") == []


def test_whoever_raised_it_cannot_answer_it(night):
    night.raise_at(raiser="quito-duty-1")
    assert night.phones.rang("quito-duty-1") == [], "nor is asked"
    assert night.phones.rang("quito-duty-2") == [0]
    with pytest.raises(Refused, match="Whoever raised an alarm cannot answer it"):
        night.has("quito-duty-1", "duty_officer")


def test_an_answer_runs_out_and_is_asked_for_again(night):
    """RESPONSE.md A.4 row 21."""
    night.raise_at(danger="medical")
    night.has("quito-duty-1", "duty_officer")
    night.has("minneapolis-head", "head")
    night.wait(3599)
    assert night.phones.rang("quito-duty-1") == [0]
    night.wait(1)
    assert night.phones.rang("quito-duty-1") == [0, 3600]
    night.has("quito-duty-1", "duty_officer")
    night.wait(300)
    assert night.phones.rang("quito-duty-2") == []


def test_an_answer_that_is_renewed_does_not_run_out(night):
    night.raise_at(danger="medical")
    night.has("quito-duty-1", "duty_officer")
    night.has("minneapolis-head", "head")
    night.wait(1800)
    night.has("quito-duty-1", "duty_officer")
    night.wait(3599)
    assert night.phones.rang("quito-duty-1") == [0]


def test_each_reads_it_in_their_own_language_with_both_clocks_and_what_to_do(night):
    """RESPONSE.md A.4 row 15: time zones."""
    Person.objects.filter(id="quito-duty-1").update(language="en")
    night.raise_at()
    english = night.phones.texts("quito-duty-1")[0]
    spanish = night.phones.texts("minneapolis-head")[0]
    assert english.subject == "ALARM: Attempted entry · EXAMPLE Consulate of Ecuador, Minneapolis"
    assert "2026-01-27 11:00 on the clock there" in english.body
    assert "2026-01-27 12:00 on yours" in english.body
    assert "Nobody comes in without the consent" in english.body
    assert spanish.subject == "ALARMA: Intento de ingreso · EXAMPLE Consulate of Ecuador, Minneapolis"
    assert "Nadie entra sin el consentimiento" in spanish.body


def test_a_drill_says_so_everywhere_and_is_turned_real_by_one_action(night, clock):
    """RESPONSE.md A.4 row 28. Scenario 30."""
    drill = night.raise_at(exercise=True)
    assert all("DRILL" in text.subject or "SIMULACRO" in text.subject for *_, text in night.phones.got)
    assert Incident.objects.get(stream=Alarm.objects.get(id=drill).stream).status == "exercise"
    night.phones.got.clear()
    real = actions.make_real(drill, actor=DESK, now=clock.now, way="page")
    night.wait(1)
    assert Alarm.objects.get(id=drill).ended
    assert Incident.objects.get(stream=real.stream).status == "actual"
    assert real.stream != Alarm.objects.get(id=drill).stream
    assert any("DRILL" not in text.subject and "ALARM" in text.subject for text in night.phones.texts("quito-duty-1"))


def test_a_real_alarm_is_not_swallowed_by_a_drill(night):
    drill = night.raise_at(exercise=True)
    real = night.raise_at()
    assert real != drill
    assert Alarm.objects.get(id=real).stream != Alarm.objects.get(id=drill).stream


@pytest.mark.long
def test_a_thousand_presses_are_one_alarm(night):
    """RESPONSE.md A.4 row 6: a guard against runaway alarms."""
    first = night.raise_at(name="press-1")
    before = len(night.phones.got)
    for _ in range(1000):
        assert night.raise_at(name="press-1") == first
    for number in range(1000):
        assert night.raise_at(name=f"other-{number}") == first
    assert len(night.phones.got) == before
    assert Entry.objects.filter(kind__in=["alarm.raised", "alarm.repeated"]).count() == 1


def test_the_same_post_within_half_an_hour_is_the_same_incident(night):
    attempt = Alarm.objects.get(id=night.raise_at())
    night.wait(60)
    entry = Alarm.objects.get(id=night.raise_at(danger="entry"))
    apart = Alarm.objects.get(id=night.raise_at(danger="fire", apart=True))
    elsewhere = Alarm.objects.get(id=night.raise_at("chicago"))
    assert attempt.stream == entry.stream
    assert len({attempt.stream, apart.stream, elsewhere.stream}) == 3
    assert night.phones.rang("quito-duty-1").count(60) == 3, "what is worse than before is an alarm of its own"


def test_standing_down_says_why_to_whoever_was_called_and_leaves_a_trace(night, clock):
    """RESPONSE.md A.4 row 4."""
    night.raise_at()
    night.phones.got.clear()
    actions.stand_down(night.alarm, "a child pressed it", actor=DESK, now=clock.now)
    night.wait(600)
    assert {text.body.splitlines()[-1] for text in night.phones.texts("quito-duty-1")} == {
        "Por qué: a child pressed it"
    }
    assert night.phones.texts("quito-duty-2") == [], "who was not called is not told"
    assert '"why":"a child pressed it"' in _lines(night.alarm, "alarm.stood_down")
    with pytest.raises(Refused, match="This alarm was stood down"):
        night.has("quito-duty-1", "duty_officer")


def test_an_incident_does_not_close_while_its_alarm_is_open(night, clock):
    alarm = Alarm.objects.get(id=night.raise_at(danger="medical"))
    incident = Incident.objects.get(stream=alarm.stream)
    assert incident.reference == "minneapolis-20260127-1"
    for one in Obligation.objects.filter(incident=incident, kind="task.assigned"):
        from inviolable.incidents.actions import done

        done(incident.reference, one.name.partition("/")[2], actor=DESK, now=clock.now)
    with pytest.raises(Refused, match="cannot be closed"):
        close(incident.reference, "over", actor=DESK, now=clock.now)
    actions.stand_down(alarm.id, "the ambulance has left", actor=DESK, now=clock.now)
    leave_behind(incident.reference, clock.now)
    close(incident.reference, "over", actor=DESK, now=clock.now)


def test_after_everything_stood_still_nobody_is_called_twice_in_a_breath(night, clock):
    """RESPONSE.md A.4 row 12. RESPONSE.md, A.6: a catch-up after an outage must not call everybody within a second."""
    night.raise_at()
    clock.forward(minutes=30)
    night.wait(1)
    rang = [night.phones.rang(person) for person in ("quito-duty-1", "quito-duty-2")]
    assert rang == [[0], [1800]]


def test_a_message_is_never_another_under_the_same_id(night):
    night.raise_at(danger="medical")
    night.has("quito-duty-1", "duty_officer")
    night.wait(900)
    night.has("quito-press", "broadcast")
    night.wait(2710)
    assert night.phones.rang("quito-duty-1")[-1] == 3600, "what they said has run out"
    ids = [text.id for *_, text in night.phones.got]
    assert len(set(ids)) == len(ids) == Message.objects.count()


def test_one_answer_is_not_enough_where_the_protocol_wants_two(night):
    """RESPONSE.md A.4 row 11: the next is called while as many as must have not answered."""
    in_force(SHIPPED.replace("pause = 60\nrounds = 3", "pause = 60\nrounds = 3\nanswers = 2"))
    night.raise_at()
    night.wait(10)
    night.has("quito-duty-1", "duty_officer")
    night.wait(50)
    assert night.phones.rang("quito-duty-2") == [60]
    night.has("quito-duty-2", "duty_officer")
    night.wait(300)
    assert (night.phones.rang("quito-duty-1"), night.phones.rang("quito-duty-2")) == ([0], [60])


def test_whoever_stands_in_for_an_hour_is_called_first_in_that_hour_and_not_after_it(night):
    """RESPONSE.md A.4 row 15: overrides."""
    stands_in("quito-press", "duty_officer", "ministry", NOW, NOW + timedelta(hours=1), rank=0)
    night.raise_at(danger="medical")
    assert (night.phones.rang("quito-press"), night.phones.rang("quito-duty-1")) == ([0], [])
    night.over()
    night.wait(3600)
    night.phones.got.clear()
    night.raise_at(danger="medical")
    assert (night.phones.rang("quito-press"), night.phones.rang("quito-duty-1")) == ([], [3600])


def test_the_shift_changes_at_midnight_of_its_own_clock(night):
    """RESPONSE.md A.4 row 15: rotations, on the ministry's clock and not on the post's."""
    midnight = datetime(2026, 1, 28, tzinfo=ZoneInfo("America/Guayaquil"))
    HeldRole.objects.filter(role="duty_officer").update(until=midnight)
    stands_in("quito-press", "duty_officer", "ministry", midnight, None)
    night.wait(round((midnight - NOW).total_seconds()) - 30)
    night.raise_at(danger="medical")
    assert len(night.phones.rang("quito-duty-1")) == 1
    night.wait(29)
    assert night.phones.rang("quito-press") == []
    night.wait(31)
    assert len(night.phones.rang("quito-press")) == 1, "the next who is called is the one on duty then"
    assert night.phones.rang("quito-duty-2") == []


def test_for_the_head_it_is_the_head_then_who_acts_then_the_designee(night):
    """RESPONSE.md A.4 row 18: the chain of deputies."""
    stands_in("washington-second", "acting_head", "minneapolis", NOW, None)
    night.raise_at(danger="medical")
    night.wait(240)
    rang = [night.phones.rang(person) for person in ("minneapolis-head", "washington-second", "minneapolis-deputy")]
    assert rang == [[0], [120], [240]]


def test_it_is_seen_beforehand_whom_nothing_reaches_and_where_nobody_stands(night):
    """RESPONSE.md A.4 rows 14, 16 and 17: who would be called and where it fails, with nobody called."""
    Contact.objects.filter(person="quito-duty-1").delete()
    Contact.objects.filter(person="quito-duty-2", channel__in=["sms", "mail"]).delete()
    HeldRole.objects.filter(role="legal").update(until=NOW)
    found = imagined("minneapolis", "entry", NOW, "nobody")
    assert {(one.step, one.weakness, one.about) for one in found.weak} >= {
        ("duty", Weakness.UNREACHABLE, "quito-duty-1"),
        ("duty", Weakness.ONE_WAY, "quito-duty-2"),
        ("legal", Weakness.NOBODY, "legal"),
        ("mission", Weakness.ALONE, "head_of_mission"),
    }
    assert "legal" in found.unanswered
    assert night.phones.got == []


def test_one_call_goes_out_by_every_way_that_the_step_names(night):
    """RESPONSE.md A.4 row 23: text, voice, mail, chat and push."""
    ways = ("voice", "sms", "push", "mail", "webhook", "apprise")
    in_force(SHIPPED.replace('ways = ["voice", "sms", "push", "mail"]', f"ways = {list(ways)}".replace("'", '"'), 1))
    for place, way in enumerate(("push", "webhook", "apprise"), 9):
        Contact.objects.create(person_id="quito-duty-1", place=place, channel=way, address=f"https://example.org/{way}")
    night.raise_at()
    assert night.phones.of("quito-duty-1") == sorted((0, way) for way in ways)
    night.has("quito-duty-1", "duty_officer", way="sms")
    night.wait(120)
    assert len(night.phones.of("quito-duty-1")) == len(ways), "one answer is enough"


def in_force(text: str) -> None:
    actions.import_protocol(read_protocol(text, "p.toml"), "p.toml", actor=DESK, now=NOW)


def stands_in(person, role, post, since, until, rank=1) -> None:
    held = Holding("", role, person, post, since, until, "EXAMPLE appointment", rank=rank)
    give_role(held, actor=DESK, now=NOW)


def _lines(alarm: str, kind: str) -> str:
    stream = Alarm.objects.get(id=alarm).stream
    lines = Entry.objects.filter(stream=stream, kind=kind).order_by("seq").values_list("line", flat=True)
    return "\n".join(bytes(line).decode() for line in lines)
