"""An incident from its opening to its end, told through what people do; nothing else writes to it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from tests.counsel.conftest import signed_law
from tests.incidents.conftest import leave_behind

from inviolable.counsel.record import decided, take_position
from inviolable.incidents import actions, facts
from inviolable.incidents.again import Differs, Recomputed, recompute
from inviolable.incidents.case import case_of
from inviolable.incidents.findings import recompute_all
from inviolable.incidents.lookup import entries_of, find_incident, incident_state, list_incidents
from inviolable.incidents.models import Incident, Obligation
from inviolable.incidents.terms import Finding
from inviolable.law.assess import assess
from inviolable.law.casefile import load_case
from inviolable.law.faults import Faulty
from inviolable.ledger import erasure
from inviolable.ledger.moments import Happened
from inviolable.ledger.rebuild import rebuild
from inviolable.ledger.registry import BadEntry
from inviolable.posts.actions import Refused

NOW = datetime(2026, 1, 27, 17, 0, tzinfo=UTC)
EXAMPLES = Path(__file__).parents[2] / "examples"
BY = {"actor": {"role": "duty_officer", "id": "user-3"}, "now": NOW + timedelta(minutes=5)}
LEGAL = {"actor": {"role": "legal", "id": "user-9"}, "now": NOW + timedelta(hours=3)}
HERE = "minneapolis"

pytestmark = pytest.mark.django_db


def law_facts(**when):
    return case_of(incident_state(HERE), **when).facts


def confirm_all(**values):
    for key, value in values.items():
        facts.confirm(HERE, key, value, **BY)


# ---- the story of the 27 January -------------------------------------------------------------


def test_from_the_first_call_to_the_archive(incident):
    """What the post says counts once somebody has confirmed it; what the other side says stands beside it."""
    said = facts.claim(HERE, "actor", "officer", voice="Consulate", raw="An agent is at the door!", **BY)
    assert "actor" not in law_facts()

    facts.confirm(HERE, "actor", "officer", claims=[said], **BY)
    confirm_all(zone="work", consent_by="none", emergency="none", attempted="yes", entered="no", body="organ")
    assert assess(case_of(incident_state(HERE)))["entry"]["answer"] == "refuse"

    task = actions.assign(HERE, "Deliver the note", "minister_office", due=NOW + timedelta(hours=12), **BY)
    denial = facts.claim(HERE, "body", "organ", polarity="denies", voice="Department of Homeland Security", **BY)
    facts.confirm(HERE, "body", "private", claims=[denial], why="Whoever is no organ is a private person", **BY)
    assert law_facts()["body"] == ("organ", "private")

    finding = facts.make_finding(HERE, **LEGAL)
    assert finding.answer["entry"]["answer"] == "refuse"
    assert finding.answer["readings"]["count"] == 2

    facts.withdraw(HERE, "body", "private", "They have said that it was theirs", **BY)
    assert law_facts()["body"] == ("organ",)

    with pytest.raises(Refused, match=r"task/1 \(Deliver the note\)"):
        actions.close(HERE, "Over", **LEGAL)
    actions.done(HERE, task, result="Delivered in Quito", **LEGAL)
    leave_behind(HERE)
    actions.close(HERE, "The other side has answered", **LEGAL)

    assert find_incident(HERE).closed == LEGAL["now"]
    assert [one.entry["kind"] for one in entries_of(incident.stream)][-3::2] == ["lesson.written", "incident.closed"]


def test_what_was_said_is_kept_as_it_was_said_with_both_clocks(incident):
    told = Happened(NOW, NOW + timedelta(minutes=2), "America/Chicago", "about eleven")
    facts.claim(HERE, "words", "let me in", raw="Relax,\nI did not enter", voice="The agent", happened=told, **BY)

    item = incident_state(HERE).timeline[-1]
    assert item.body["raw"] == "Relax,\nI did not enter"
    assert (item.happened.start, item.happened.said, item.recorded) == (NOW, "about eleven", BY["now"])
    assert item.actor == BY["actor"]


def test_a_part_has_its_own_facts_and_its_own_moment(incident):
    street = actions.add_part(HERE, "The chase", occurred="2026-01-27T10:50-06:00", place="In the street", **BY)
    facts.confirm(HERE, "zone", "outside", part=street, **BY)
    facts.confirm(HERE, "zone", "work", **BY)

    assert law_facts(part=street)["zone"] == ("outside",)
    assert law_facts()["zone"] == ("work",)
    assert case_of(incident_state(HERE), street).occurred[0] == "2026-01-27T10:50-06:00"
    assert case_of(incident_state(HERE), street).place == "In the street"


def test_a_closed_incident_takes_nothing_until_it_is_reopened(incident):
    leave_behind(HERE)
    actions.close(HERE, "Over", **BY)

    for write in (
        lambda: facts.claim(HERE, "body", "organ", **BY),
        lambda: facts.confirm(HERE, "body", "organ", **BY),
        lambda: actions.assign(HERE, "Something", "officer", **BY),
        lambda: facts.make_finding(HERE, **BY),
        lambda: actions.close(HERE, "Again", **BY),
    ):
        with pytest.raises(Refused, match="closed; reopen it first"):
            write()
    actions.reopen(HERE, "A second letter came", **BY)
    facts.confirm(HERE, "body", "organ", **BY)

    assert find_incident(HERE).closed is None
    with pytest.raises(Refused, match="not closed"):
        actions.reopen(HERE, "Again", **BY)


def test_incidents_are_listed_the_newest_first(incident):
    case = load_case(EXAMPLES / "minneapolis-2026.toml")
    actions.open_from_case(case, "a-second-one", status="exercise", actor=BY["actor"], now=NOW + timedelta(days=1))

    assert [(one.reference, one.status) for one in list_incidents()] == [
        ("a-second-one", "exercise"),
        (HERE, "actual"),
    ]
    with pytest.raises(LookupError, match="no incident 'another'"):
        incident_state("another")


# ---- what is refused -------------------------------------------------------------------------


def again(**changed):
    usual = {"post": {"class": "consulate"}, "occurred": "2026-01-27", "sending": "EC", "receiving": "US", **BY}
    return actions.open_incident(**{"reference": "another", "title": "Another", **usual, **changed})


@pytest.mark.parametrize(
    ("changed", "kind", "said"),
    [
        ({"reference": HERE}, Refused, "is taken"),
        ({"reference": "No"}, Refused, "3 to 40 small letters"),
        ({"post": {"class": "consulate", "flag": "yes"}}, Refused, "'flag'"),
        ({"post": {"class": "castle"}}, Faulty, "castle"),
        ({"post": {"class": "consulate", "head": "crowned"}}, Faulty, "crowned"),
        ({"receiving": "XX"}, Faulty, "XX"),
        ({"occurred": "at eleven"}, Faulty, "at eleven"),
        ({"occurred": "2026-01-27T11:00"}, Faulty, "no offset"),
        ({"title": "two\nlines"}, Faulty, "U\\+000A"),
        ({"host_language": "English"}, Faulty, "two letters"),
        ({"status": "draft"}, BadEntry, "One of actual, exercise, test"),
        ({"title": ""}, BadEntry, "title is missing"),
    ],
)
def test_an_incident_that_makes_no_case_is_not_opened(incident, changed, kind, said):
    with pytest.raises(kind, match=said):
        again(**changed)

    assert [one.reference for one in list_incidents()] == [HERE]


@pytest.mark.parametrize(
    ("write", "said"),
    [
        (lambda: facts.claim(HERE, "Body Part", "organ", **BY), "small letters, digits, underscores and dots"),
        (lambda: facts.claim(HERE, "body", "organ", part="2", **BY), "no part '2'; there are 1"),
        (lambda: facts.claim(HERE, "body", "organ", source="a\x1b[31mb", **BY), "U\\+001B"),
        (lambda: facts.confirm(HERE, "body", "organs", **BY), "did you mean organ"),
        (lambda: facts.confirm(HERE, "body", "organ", claims=["9"], **BY), "'9' is no claim"),
        (lambda: facts.confirm(HERE, "zone", "work", claims=["1"], **BY), "'1' is about body"),
        (lambda: facts.withdraw(HERE, "body", "organ", "It was wrong", **BY), "not confirmed; confirmed: nothing"),
        (lambda: actions.done(HERE, "7", **BY), "task '7' is not known"),
        (lambda: facts.claim("nowhere", "body", "organ", **BY), "no incident 'nowhere'"),
        (lambda: facts.make_finding("nowhere", **BY), "no incident 'nowhere'"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_leaves_no_entry(incident, write, said):
    facts.claim(HERE, "body", "organ", **BY)
    before = len(entries_of(incident.stream))

    with pytest.raises(Refused, match=said):
        write()

    assert len(entries_of(incident.stream)) == before


def test_facts_that_cannot_go_together_are_not_confirmed(incident):
    confirm_all(attempted="no")

    with pytest.raises(Faulty, match="contradictory facts"):
        facts.confirm(HERE, "entered", "yes", **BY)
    assert "entered" not in law_facts()

    facts.confirm(HERE, "attempted", "yes", **BY)
    facts.confirm(HERE, "entered", "yes", **BY)
    with pytest.raises(Faulty, match="contradictory facts"):
        facts.withdraw(HERE, "attempted", "yes", "They never tried", **BY)
    assert law_facts()["attempted"] == ("no", "yes")


def test_a_task_is_done_once(incident):
    task = actions.assign(HERE, "Call the ambassador", "officer", **BY)
    actions.done(HERE, task, **BY)

    with pytest.raises(Refused, match="done already"):
        actions.done(HERE, task, **BY)


def test_a_case_file_with_positions_of_its_own_becomes_no_incident(home, tmp_path):
    text = (EXAMPLES / "minneapolis-2026.toml").read_text("utf-8")
    (tmp_path / "case.toml").write_text(f'{text}\n[positions]\nclosed-post = "kept"\n', "utf-8")

    with pytest.raises(Refused, match="ministry's positions"):
        actions.open_from_case(load_case(tmp_path / "case.toml"), "another", **BY)


# ---- findings --------------------------------------------------------------------------------


def test_a_finding_is_kept_once_and_again_when_something_changed(incident, home):
    confirm_all(actor="officer", zone="work", consent_by="none")
    first = facts.make_finding(HERE, **LEGAL)
    assert facts.make_finding(HERE, **LEGAL) == first

    facts.confirm(HERE, "emergency", "none", **BY)
    second = facts.make_finding(HERE, **LEGAL)
    assert second.seq > first.seq

    signed_law(home, "vccr", LEGAL["now"].date())
    third = facts.make_finding(HERE, **LEGAL)
    assert [row["pack"] for row in third.answer["reviewed"]] == ["vccr"]

    other_day = facts.make_finding(HERE, as_of="2026-01-27", **LEGAL)
    assert incident_state(HERE).findings == [first, second, third, other_day]


def test_a_finding_can_be_worked_out_again_whatever_was_decided_since(incident, home):
    confirm_all(actor="officer", zone="work", consent_by="none", emergency="fire", refused="yes")
    take_position(home, "express-refusal", "binds", "legal", LEGAL["now"])
    signed_law(home, "vccr", LEGAL["now"].date())
    finding = facts.make_finding(HERE, **LEGAL)
    assert decided(home).positions == {"express-refusal": "binds"}

    take_position(home, "express-refusal", "", "legal", LEGAL["now"])

    assert recompute(finding) == Recomputed.SAME
    assert facts.make_finding(HERE, **LEGAL).answer != finding.answer


def changed(finding: Finding, **what) -> Finding:
    return Finding(**{**vars(finding), **what})


def test_a_finding_that_was_altered_or_rests_on_other_law_is_told_apart(incident):
    confirm_all(actor="officer", zone="work", consent_by="none", emergency="none")
    finding = facts.make_finding(HERE, **LEGAL)
    altered = {**finding.answer, "entry": {**finding.answer["entry"], "answer": "admit_by_consent"}}

    assert recompute(finding) == Recomputed.SAME
    assert recompute(changed(finding, answer=altered)) == Recomputed.DIFFERS
    assert recompute(changed(finding, case="[case]")) == Recomputed.DIFFERS
    assert recompute(changed(finding, answer={}, packs={})) == Recomputed.DIFFERS
    assert recompute(changed(finding, case=5)) == Recomputed.DIFFERS
    assert recompute(changed(finding, packs={"vccr": "0" * 64})) == Recomputed.OTHER_LAW
    assert recompute(changed(finding, answer=altered, engine="inviolable 0.0.1")) == Recomputed.OTHER_LAW


def test_verifying_works_every_finding_out_again_and_names_the_first_that_differs(incident, monkeypatch):
    confirm_all(actor="officer", zone="work", consent_by="none", emergency="none")
    finding = facts.make_finding(HERE, **LEGAL)
    facts.make_finding(HERE, as_of="2026-01-27", **LEGAL)
    assert recompute_all() == "2 findings worked out again"

    wrong = changed(finding, answer={**finding.answer, "unknown": []})
    with transaction.atomic():
        body = {**vars(wrong), "packs": dict(wrong.packs), "part": "1"}
        told = {key: body[key] for key in ("part", "case", "answer", "engine", "packs")}
        bad = actions.at_desk(HERE, **LEGAL).append("finding.made", told)
    with pytest.raises(Differs, match=f"minneapolis, entry {bad.entry['seq']}"):
        recompute_all()


# ---- people ----------------------------------------------------------------------------------


CANARIES = ("Rosa Canaria Ejemplar", "+1 612 555 0199", "Vinieron por mi hermano")


def dump() -> str:
    """Every row of every table of every room, in words and in hex."""
    rows = []
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            if model._meta.db_table in connection.introspection.table_names(cursor):
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(model._meta.db_table)}")
                rows += [bytes(v) if isinstance(v, memoryview) else v for row in cursor.fetchall() for v in row]
    return "\n".join(v.decode("utf-8", "replace") if isinstance(v, bytes) else str(v) for v in rows)


def test_a_sealed_person_is_in_no_table_and_no_file_and_headquarters_can_open_it(incident, identities, home):
    name, contact, words = CANARIES
    person = actions.record_person(HERE, "national", name=name, contact=contact, asylum="yes", **BY)
    actions.record_person(HERE, "national", refusal="no", subject=person, **BY)
    actions.add_note(HERE, words, subject=person, **BY)
    loose = actions.add_note(HERE, words, **BY)

    told = dump() + "".join(path.read_text("utf-8", "replace") for path in home.rglob("*") if path.is_file())
    assert "Attempted entry" in told
    assert [canary for canary in CANARIES if canary in told] == []

    state = incident_state(HERE)
    assert state.people[person].sealed.keys() == {"name", "contact", "asylum", "refusal"}
    assert loose != person
    opened = json.loads(erasure.open_field(state.people[person].sealed["name"], identities[:1]))
    assert (opened["value"], opened["subject"]) == (name, person)

    erasure.erase(person, "asked for it", **BY)
    assert incident_state(HERE).people[person].erased
    with pytest.raises(BadEntry, match="erased"):
        erasure.open_field(state.people[person].sealed["name"], identities)


def test_what_is_no_person_is_refused(incident, identities):
    with pytest.raises(Refused, match="nothing to record"):
        actions.record_person(HERE, "visitor", **BY)
    with pytest.raises(Refused, match="refusal: found another word") as refused:
        actions.record_person(HERE, "visitor", refusal=CANARIES[2], **BY)
    assert CANARIES[2] not in str(refused.value)
    with pytest.raises(BadEntry, match="One of national"):
        actions.record_person(HERE, "suspect", name=CANARIES[0], **BY)


# ---- tables ----------------------------------------------------------------------------------


def rows():
    return [list(model.objects.order_by("pk").values()) for model in (Incident, Obligation)]


def test_emptying_and_replaying_gives_the_same_rows(incident):
    one = actions.assign(HERE, "Deliver the note", "minister_office", due=NOW + timedelta(hours=12), **BY)
    actions.assign(HERE, "Call the ambassador", "officer", **BY)
    actions.done(HERE, one, **BY)
    actions.open_from_case(load_case(EXAMPLES / "minneapolis-2026.toml"), "a-second-one", **BY)
    leave_behind("a-second-one")
    actions.close("a-second-one", "Over", **BY)
    before = rows()
    assert [len(table) for table in before] == [2, 2]
    assert before[1][0]["due_at"] == NOW + timedelta(hours=12)
    assert [row["closed_by"] is None for row in before[1]] == [False, True]

    rebuild()

    assert rows() == before


def test_nobody_else_writes_these_tables_by_halves(incident):
    """The reference is unique in the database too."""
    with pytest.raises(IntegrityError), transaction.atomic():
        Incident.objects.create(
            id="0b5e0a3e-5f0c-4f6e-9a55-000000000001",
            number=1_000_000,
            reference=HERE,
            title="Twice",
            status="actual",
            example=False,
            opened=NOW,
            stream="incident/twice",
            legal=b"",
        )
