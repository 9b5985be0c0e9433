"""Demands do not die (scenario 21): owner and superior are reminded at each age, and silence closes nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction
from tests.diplomacy.demands.conftest import (
    COUNSELLOR,
    LAWYER,
    NOW,
    NUMBER,
    OTHER_LAWYER,
    OUT,
    REF,
    WORDS,
    deliver,
    release,
)

from inviolable.diplomacy.demands import actions, reminders
from inviolable.diplomacy.demands.book import book
from inviolable.diplomacy.demands.models import Assurance, Demand, Repetition
from inviolable.incidents.desk import at_desk
from inviolable.incidents.lookup import incident_state
from inviolable.ledger import exhibits
from inviolable.ledger.exhibits import About
from inviolable.ledger.rebuild import rebuild
from inviolable.outbox.loop import words_of
from inviolable.outbox.models import Message
from inviolable.posts.actions import Refused, add_user
from inviolable.posts.models import Contact, HeldRole, Person
from inviolable.posts.roles import Role
from inviolable.posts.waiting import waiting_for
from inviolable.web.doctor import examine

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LEGAL, CABINET = {"quito-legal", "quito-legal-2"}, {"quito-cabinet", "quito-cabinet-2"}


def reminded(now) -> set[str]:
    """Who is reminded by one look at that moment."""
    before = set(Message.objects.values_list("id", flat=True))
    reminders.remind(now)
    return set(Message.objects.exclude(id__in=before).values_list("person", flat=True))


def demands():
    return book(incident_state(REF).timeline).demands


def test_owner_and_superior_are_reminded_at_every_age_and_silence_never_closes(incident):
    deliver(REF, "note-1", OUT + DAY)
    since = OUT + DAY
    told = []
    for day in range(3 * 365 + 10):
        if people := reminded(since + day * DAY):
            assert people == LEGAL | CABINET
            told.append(day)
    assert told == [7, 30, 90, 180, 365, 730, 1095]
    for one in demands().values():
        assert not one.closed
        assert [age for age, _at, _people in one.reminded] == told
    assert set(Message.objects.values_list("channel", flat=True)) == {"mail"}, "nobody's telephone rings for it"


def test_a_look_an_hour_later_reminds_nobody_again(incident):
    assert reminded(OUT + 7 * DAY) == LEGAL | CABINET
    assert reminded(OUT + 7 * DAY + timedelta(hours=1)) == set()


def test_whoever_did_not_run_for_half_a_year_reminds_once(incident):
    assert reminded(OUT + 185 * DAY) == LEGAL | CABINET
    assert [age for age, *_ in next(iter(demands().values())).reminded] == [180]
    assert reminded(OUT + 186 * DAY) == set()


@pytest.mark.parametrize(
    ("outcome", "counts"),
    [("handed_over", True), ("received", True), ("refused", True), ("no_answer", False), ("failed", False)],
)
def test_the_days_count_from_when_the_other_state_had_it(incident, outcome, counts):
    """To refuse a note does not undo it; a door that nobody opened does not begin anything."""
    assert reminded(OUT + 7 * DAY)
    deliver(REF, "note-1", OUT + 10 * DAY, outcome)
    assert {one.since for one in demands().values()} == {OUT + 10 * DAY if counts else OUT}
    assert set(Demand.objects.values_list("since", flat=True)) == {OUT + 10 * DAY if counts else OUT}
    assert bool(reminded(OUT + 17 * DAY)) == counts


def test_a_note_that_is_delivered_twice_was_delivered_the_first_time(incident):
    deliver(REF, "note-1", OUT + DAY)
    deliver(REF, "note-1", OUT + 20 * DAY, "received", way="summons")
    assert counts_from() == {OUT + DAY}


def test_the_last_delivery_of_a_way_corrects_those_before_it(incident):
    deliver(REF, "note-1", OUT + 20 * DAY, at=OUT + DAY)
    deliver(REF, "note-1", OUT + 21 * DAY, at=OUT + 2 * DAY)
    assert counts_from() == {OUT + 2 * DAY}
    deliver(REF, "note-1", OUT + 22 * DAY, "failed")
    assert counts_from() == {OUT}
    assert not Demand.objects.filter(delivered=True)
    rebuild()
    assert counts_from() == {OUT}


def test_nothing_is_delivered_before_it_is_released(incident):
    """Nor does an entry that says so, such as one recorded when that was not refused, count."""
    deliver(REF, "note-1", OUT + DAY, at=OUT - 40 * DAY)
    assert counts_from() == {OUT}


def counts_from():
    """From when the days of the demands count, which both the entries and the table say."""
    since = {one.since for one in demands().values()}
    assert set(Demand.objects.values_list("since", flat=True)) == since
    return since


def test_a_consulates_letter_is_a_matter_for_its_head_and_for_the_duty_officer(open_at):
    open_at("chicago", "chicago")
    with transaction.atomic():
        release(at_desk("chicago", COUNSELLOR, OUT), "letter", "EX-CHI-1", "explanation", organ="chicago")
    assert reminded(OUT + 7 * DAY) == {"chicago-head", "quito-duty-1", "quito-duty-2"}


def test_whoever_was_given_it_is_reminded_from_then_on(incident):
    for name in demands():
        actions.own(REF, name, "duty_officer", "minister_office", "the counsellor left", actor=LAWYER, now=OUT)
    assert reminded(OUT + 7 * DAY) == {"quito-duty-1", "quito-duty-2"} | CABINET
    with pytest.raises(Refused, match="reception"):
        actions.own(REF, name, "nobody", "legal", "", actor=LAWYER, now=OUT)


def test_whom_nothing_reaches_is_said_and_the_demand_goes_on(incident):
    Contact.objects.all().delete()
    assert reminded(OUT + 7 * DAY) == set()
    assert [people for _age, _at, people in next(iter(demands().values())).reminded] == [()]
    assert Demand.objects.filter(due_at=OUT + 8 * DAY, reminded=0).count() == 3, "it is tried again tomorrow"
    later = OUT + 7 * DAY + timedelta(hours=2)
    [said] = [one for one in examine(later) if one.name == "demands"]
    assert (said.state, said.said) == ("red", "of 3 that have grown old nobody could be reminded")
    rebuild()
    assert Demand.objects.filter(due_at=OUT + 8 * DAY, reminded=0).count() == 3


def test_where_neither_owner_nor_superior_is_reached_the_duty_officer_is(incident):
    Contact.objects.filter(person__in=LEGAL | CABINET).delete()
    assert reminded(OUT + 7 * DAY) == {"quito-duty-1", "quito-duty-2"}
    assert Demand.objects.filter(due_at=OUT + 30 * DAY, reminded=7).count() == 3
    assert not [one for one in examine(OUT + 8 * DAY) if one.name == "demands"]


def test_who_answers_is_looked_for_at_the_organ_whose_note_it_is(incident):
    """The post where it happened may have a legal adviser of its own; the note is the ministry's."""
    HeldRole.objects.filter(person="chicago-head").update(post="minneapolis", role="legal")
    assert reminded(OUT + 7 * DAY) == LEGAL | CABINET


def test_nobody_is_their_own_superior(incident):
    with pytest.raises(Refused, match="answers for it already"):
        actions.own(REF, next(iter(demands())), "legal", "legal", "", actor=LAWYER, now=OUT)


def test_a_reminder_says_what_waits_and_nothing_of_what_happened(incident):
    reminders.remind(OUT + 7 * DAY)
    message = Message.objects.get(person="quito-legal")
    text = words_of(message, Person.objects.get(id="quito-legal"), True, OUT)
    assert "EXAMPLE · " in text.subject
    assert "7" in text.subject
    assert REF in text.subject
    assert "Garantías de no repetición" in text.body
    assert "/incidents/minneapolis/demands/" in text.body
    for words in WORDS.values():
        assert words not in text.body


def test_what_is_closed_meanwhile_does_not_go_out(incident):
    reminders.remind(OUT + 7 * DAY)
    waiting = list(Message.objects.filter(template="demand"))
    assert reminders.unwanted(waiting) == set()
    Demand.objects.update(closed=OUT)
    assert reminders.unwanted(waiting) == {one.id for one in waiting}


# ---- how one ends ------------------------------------------------------------------------------


@pytest.fixture
def proof(incident, identities, tmp_path) -> str:
    paper = tmp_path / "order.txt"
    paper.write_text("Instructions to all agencies.")
    with transaction.atomic():
        return str(exhibits.receive_file(paper, incident.stream, About("C"), actor=COUNSELLOR, now=OUT).body["exhibit"])


def test_closing_needs_proof_and_the_agreement_of_legal(incident, proof):
    name, later = next(iter(demands())), OUT + 40 * DAY
    for word in ("", "they said so", "reply/x/1"):
        with pytest.raises(Refused, match="proof"):
            actions.met(REF, name, word, "plain", actor=COUNSELLOR, now=later)
    with pytest.raises(Refused, match="nobody has said"):
        actions.agree(REF, name, "enough", actor=LAWYER, now=later)
    actions.met(REF, name, proof, "the order names every agency", actor=COUNSELLOR, now=later)
    assert not demands()[name].closed
    assert reminded(later) == LEGAL | CABINET, "what waits for legal ages on"
    for role in set(Role) - {Role.LEGAL}:
        with pytest.raises(Refused, match="only a legal adviser"):
            actions.agree(REF, name, "enough", actor={"role": str(role), "id": "user-9"}, now=later)
    actions.agree(REF, name, "the order was published", actor=LAWYER, now=later)
    assert demands()[name].closed
    assert demands()[name].days(later + 100 * DAY) == 40
    assert Demand.objects.get(id=name).due_at is None
    with pytest.raises(Refused, match="is closed"):
        actions.met(REF, name, proof, "again", actor=COUNSELLOR, now=later)


def test_nobody_agrees_with_themselves(incident, proof):
    name = next(iter(demands()))
    actions.met(REF, name, proof, "see there", actor=LAWYER, now=OUT)
    with pytest.raises(Refused, match="another legal adviser"):
        actions.agree(REF, name, "I think so, too", actor=LAWYER, now=OUT)
    actions.agree(REF, name, "so do I", actor=OTHER_LAWYER, now=OUT)
    assert demands()[name].closed


def test_legal_may_say_no_and_it_stays_open(incident, proof):
    name = next(iter(demands()))
    actions.met(REF, name, proof, "see there", actor=COUNSELLOR, now=OUT)
    actions.keep(REF, name, "the order names two agencies only", actor=LAWYER, now=OUT)
    one = demands()[name]
    assert (one.closed, one.met, one.kept) == (None, None, ["the order names two agencies only"])
    assert Demand.objects.get(id=name).met is None
    assert reminded(OUT + 7 * DAY) == LEGAL | CABINET


def test_a_demand_outlives_its_incident(incident, proof):
    with transaction.atomic():
        at_desk(REF, COUNSELLOR, OUT).append("incident.closed", {"why": "somebody answers for what is open"})
    name = next(iter(demands()))
    assert reminded(OUT + 7 * DAY) == LEGAL | CABINET
    actions.own(REF, name, "press", "legal", "", actor=LAWYER, now=OUT)
    actions.reach(REF, "summons", "the chargé was summoned", actor=COUNSELLOR, now=OUT)
    actions.met(REF, name, proof, "see there", actor=COUNSELLOR, now=OUT)
    actions.agree(REF, name, "yes", actor=LAWYER, now=OUT)
    assert demands()[name].closed


def test_whoever_is_given_any_obligation_answers_for_the_demand(incident):
    """By an entry that is not of this room, such as the incident's closing needs."""
    found, name = book(incident_state(REF).timeline), next(iter(demands()))
    body = {"obligation": f"demand/{name}", "to": "press", "superior": "duty_officer"}
    found.take(replace(incident_state(REF).timeline[-1], kind="obligation.owned", body=body))
    assert (found.demands[name].to, found.demands[name].superior) == ("press", "duty_officer")
    assert [one.to for one in found.demands.values()].count("legal") == 2


def test_all_of_it_is_derived_from_entries(incident, proof, open_at):
    deliver(REF, "note-1", OUT + DAY)
    reminders.remind(OUT + 10 * DAY)
    first, second, third = demands()
    actions.own(REF, second, "press", "legal", "", actor=LAWYER, now=OUT)
    actions.met(REF, first, proof, "see there", actor=COUNSELLOR, now=OUT)
    actions.agree(REF, first, "yes", actor=LAWYER, now=OUT + 11 * DAY)
    actions.met(REF, third, proof, "see there", actor=COUNSELLOR, now=OUT + 12 * DAY)
    open_at("chicago", "chicago", OUT + 13 * DAY)
    actions.match("chicago", [second, third], actor=COUNSELLOR, now=OUT + 13 * DAY)

    def rows():
        return [sorted(map(repr, model.objects.values())) for model in (Demand, Assurance, Repetition)]

    def without_ids(found):
        import re

        return [[re.sub(r"'id': \d+, ", "", one) for one in table] for table in found]

    before = without_ids(rows())
    assert before[0]
    assert before[2]
    rebuild()
    assert without_ids(rows()) == before


def test_numbers_and_days_are_kept_with_each_demand(incident):
    assert set(Demand.objects.values_list("number", "owner", "superior", "sending", "receiving")) == {
        (NUMBER, "legal", "minister_office", "EC", "US")
    }
    assert NOW < OUT


def test_demands_that_grew_old_stand_on_the_first_page_of_whose_they_are(incident):
    deliver(REF, "note-1", OUT)
    legal, press = (add_user(role, role, now=OUT) for role in ("legal", "press"))
    told = [one.words for one in waiting_for(legal, OUT + timedelta(days=8))]
    assert told == [f"3 demands are not met since 27 January 2026: {incident.called}"]
    assert not waiting_for(legal, OUT + timedelta(days=2))
    assert not waiting_for(press, OUT + timedelta(days=8))
