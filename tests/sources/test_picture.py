"""The picture of an incident's sources: worked out from what a person confirmed, as known on a day."""

import pytest
from tests.incidents.conftest import NOW, OFFICER
from tests.sources.press import MINNEAPOLIS, PRESS, SHENYANG, press

from inviolable.incidents.actions import open_from_case
from inviolable.incidents.case import case_of
from inviolable.incidents.facts import confirm, make_finding, withdraw
from inviolable.incidents.fold import fold
from inviolable.incidents.lookup import entries_of, find_incident, incident_state
from inviolable.incidents.stale import gone
from inviolable.law.casefile import load_case
from inviolable.sources import actions
from inviolable.sources.exchange import records_of
from inviolable.sources.picture import Picture, picture_of
from inviolable.sources.records_in import take_records
from inviolable.sources.report import Report
from inviolable.sources.shelf import shelf
from inviolable.sources.telling import over
from inviolable.sources.terms import Read, Told

REF = "minneapolis"
WHO = {"actor": OFFICER, "now": NOW}
DAY = "2026-01-29"

pytestmark = pytest.mark.django_db


def picture(as_of: str = "", part: str = "1", reference: str = REF) -> Picture:
    state = incident_state(reference)
    return picture_of(state, shelf(state.timeline), part, as_of, "en")


def source(publisher: str = "Paper", kind: str = "press", published: str = DAY, **said: str) -> str:
    return actions.receive(REF, kind, {"publisher": publisher, "published": published, **said}, Read(), **WHO)


def says(of: str, key: str, value: str, *speakers: str, **more) -> str:
    return actions.claim(REF, of, Told(key, value, speakers=speakers, **more), confirmed=True, **WHO)


def said_of(fact: str, seen: Picture) -> dict[str, list[str]]:
    row = next(row for row in seen.matrix.rows if row.fact == fact)
    return {held.value.norm: [voice.id for voice in held.voices] for held in row.values}


def lost(since: int, as_of: str = "") -> list[tuple[str, str, str]]:
    return [(one.how, one.key, one.claim) for one in gone(incident_state(REF), since, "1", as_of)]


def last() -> int:
    return incident_state(REF).timeline[-1].seq


# ---- what is in it ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", [MINNEAPOLIS, SHENYANG])
def test_it_says_what_the_command_says_of_the_records_that_are_handed_out(home, db, name):
    frame = load_case(PRESS / f"{name}.toml")
    open_from_case(frame, REF, actor=OFFICER, now=NOW)
    take_records(REF, press(name), "press", confirmed=True, **WHO)
    state = incident_state(REF)
    handed_out = records_of(shelf(state.timeline))
    report, seen = Report(handed_out, case_of(state)), picture()
    assert report.weighed == seen.weighed
    assert report.matrix == seen.matrix
    assert report.checks == seen.checks
    assert frame.facts.items() <= seen.frame.facts.items()


def test_what_the_ministry_knows_stands_beside_what_sources_say(incident):
    confirm(REF, "zone", "work", **WHO)
    paper = source()
    fire = says(paper, "emergency", "fire", "a neighbour")
    says(paper, "zone", "outside", "a neighbour")
    frame, weighed = picture().frame, picture().weighed["all"]
    assert frame.facts["zone"] == ("work",)
    assert "emergency" not in frame.facts, "that somebody says so is nothing that the ministry knows"
    assert {left: len(told) for left, told in weighed.answers("zone").items()} == {("work",): 0, ("outside",): 1}
    assert list(weighed.answers("emergency")) == [("fire",)]
    confirm(REF, "emergency", "fire", claims=[fire], **WHO)
    assert picture().frame.facts["emergency"] == ("fire",)


def test_what_nobody_confirmed_is_not_in_it(incident):
    paper = source()
    proposed = actions.claim(REF, paper, Told("actor.armed", "yes", speakers=("a man",)), **WHO)
    assert picture().told == ()
    actions.confirm(REF, proposed, **WHO)
    assert said_of("actor.armed", picture()) == {"yes": ["a-man"]}
    actions.reject(REF, proposed, **WHO)
    assert picture().told == ()


def test_a_document_that_is_its_publishers_own_statement_is_its_publishers_voice(incident):
    says(source("Ministerio de Relaciones Exteriores", "own_organ"), "actor.count", "1")
    says(source("Camera at the door", "recording"), "actor.count", "2")
    says(source("Paper"), "actor.count", "3")
    says(source("Ministerio", "own_organ"), "actor.count", "4", "a neighbour")
    voices = {one.statement.value.norm: one.statement.voice for one in picture().told}
    assert (voices["1"].kind, voices["1"].state) == ("own_organ", "EC")
    assert voices["2"].kind == "recording"
    assert voices["3"].id == "press"
    assert voices["4"].kind == "unknown", "whom it quotes speaks for himself"


def test_a_claim_of_another_part_is_not_in_it(incident):
    from inviolable.incidents.actions import add_part

    add_part(REF, "In the street", occurred="2026-01-27", **WHO)
    actions.claim(REF, source(), Told("actor.count", "2"), part="2", confirmed=True, **WHO)
    assert picture().told == ()
    assert len(picture(part="2").told) == 1


# ---- as of a day -----------------------------------------------------------------------------


def test_denied_on_one_day_and_admitted_on_the_next(incident):
    says(source("Paper", published="2026-01-28"), "receiving_state.presence", "no record", "DHS")
    says(source("Paper", published=DAY), "receiving_state.presence", "was there", "ICE spokesperson", as_of=DAY)
    on_28, now = picture("2026-01-28"), picture()
    assert said_of("receiving_state.presence", on_28) == {"denied": ["us-dhs"]}
    assert set(said_of("receiving_state.presence", now)) == {"denied", "admitted"}, "both stay"
    assert on_28.weighed["all"].carried["body"].keys() == {"organ", "private"}
    assert now.weighed["all"].carried["body"].keys() == {"organ"}, "the State itself took it back"
    assert on_28.days == now.days == {"2026-01-28", DAY}
    assert picture("2026-01-27").told == ()


def test_what_nobody_dates_does_not_count_on_a_day_and_it_is_said_how_much_that_is(incident):
    says(source(), "consent.given", "no", "a visitor")
    letter = actions.receive(REF, "press", {"publisher": "Leaflet"}, Read(), **WHO)
    says(letter, "consent.given", "no", "a neighbour")
    on_day, ever = picture(DAY), picture()
    assert [len(one.told) for one in (on_day, ever)] == [1, 2]
    assert on_day.weighed["all"].voices == 1
    assert {level: one.undated for level, one in on_day.weighed.items()} == {"all": 1, "primary": 0}
    said = over(on_day.weighed["all"], "en")
    assert said.endswith("Statements without a date: 1. They do not count as of 2026-01-29.")
    assert ever.weighed["all"].undated == 0


def test_what_a_later_statement_replaces_stays_to_be_seen_and_counts_no_more(incident):
    paper = source()
    old = says(paper, "consent.given", "yes", "a visitor", as_of="2026-01-27")
    says(paper, "consent.given", "no", "a visitor", as_of="2026-01-28", supersedes=old)
    assert set(said_of("consent.given", picture())) == {"yes", "no"}
    assert picture().weighed["all"].carried["consent_by"].keys() == {"none"}
    assert "none" not in picture("2026-01-27").weighed["all"].carried["consent_by"]


def test_what_a_version_says_of_itself_says_nothing_of_claims_in_another(incident, identities):
    """A page that is published anew with another date does not date what a person confirmed in the old one."""
    page = {"address": "https://paper.example/1"}
    paper = actions.receive(REF, "press", page, Read("one", {"published": "2026-01-28", "publisher": "Old"}), **WHO)
    says(paper, "consent.given", "yes", "a visitor")
    actions.receive(REF, "press", page, Read("two", {"published": "2026-02-28", "publisher": "Ministry"}), **WHO)
    says(paper, "consent.given", "no", "a visitor")
    assert [one.statement.day for one in picture().told] == ["2026-01-28", "2026-02-28"]
    cited = {claim.source for claim in incident_state(REF).claims.values()}
    assert cited == {"source 1"}, "what no person says of a source is printed nowhere as if one did"


# ---- what stands no more ---------------------------------------------------------------------


def test_a_claim_that_is_rejected_or_corrected_takes_from_all_that_was_written_on_it(incident):
    paper = source()
    consent, marked = says(paper, "consent.given", "yes", "ICE"), says(paper, "place.marking", "clearly marked", "ICE")
    since = last()
    assert lost(since) == []
    actions.reject(REF, consent, **WHO)
    assert lost(since) == [("rejected", "consent.given", consent)]
    by = gone(incident_state(REF), since, "1")[0].by
    assert incident_state(REF).timeline[by].kind == "claim.decided"
    actions.correct(REF, marked, Told("place.marking", "not clearly marked", speakers=("ICE",)), **WHO)
    assert lost(since)[1] == ("corrected", "place.marking", marked)
    assert lost(last()) == [], "what is written now is not"


def test_a_claim_that_is_superseded_takes_as_well_by_a_person_or_by_the_state_itself(incident):
    visitor = says(source(), "consent.given", "yes", "a visitor")
    denied = says(source(published="2026-01-28"), "receiving_state.presence", "no record", "DHS")
    since = last()
    says(source(published="2026-01-28"), "receiving_state.presence", "was there", "a visitor")
    assert lost(since) == [], "another voice takes nothing back"
    says(source(), "consent.given", "no", "a visitor", as_of="2026-01-30", supersedes=visitor)
    says(source(published=DAY), "receiving_state.presence", "was there", "ICE spokesperson", as_of=DAY)
    assert lost(since) == [
        ("superseded", "consent.given", visitor),
        ("superseded", "receiving_state.presence", denied),
    ]
    assert lost(since, "2026-01-28") == [], "on the day before, it was known so"


@pytest.mark.parametrize("said", [{"kind": "recording"}, {"published": "2026-01-20"}])
def test_who_describes_a_source_otherwise_is_seen_under_every_finding(incident, said):
    paper = source()
    claim = says(paper, "consent.given", "yes")
    since = last()
    actions.describe(REF, paper, {"notes": "seen in print"}, **WHO)
    assert lost(since) == []
    actions.describe(REF, paper, said, **WHO)
    assert lost(since) == [("redescribed", "consent.given", claim)]
    assert gone(incident_state(REF), since, "1")[0].by == last()


def test_what_the_law_does_not_read_and_what_was_never_confirmed_takes_nothing(incident):
    paper = source()
    hour = says(paper, "event.local_time", "11:00", "ICE")
    proposed = actions.claim(REF, paper, Told("consent.given", "yes"), **WHO)
    since = last()
    for claim in (hour, proposed):
        actions.reject(REF, claim, **WHO)
    says(paper, "place.marking", "clearly marked", "ICE")
    assert lost(since) == []


def test_a_value_that_is_withdrawn_takes_as_well_from_what_was_known_by_then(incident):
    confirm(REF, "emergency", "fire", **WHO)
    since = last()
    withdraw(REF, "emergency", "fire", "there was none", **WHO)
    assert lost(since) == [("withdrawn", "emergency", "")]
    assert lost(since, "2026-01-26") == []


def test_it_is_worked_out_from_the_entries_alone(incident):
    """Nothing is marked anywhere, so nothing can be forgotten: whoever folds the same entries finds the same."""
    claim = says(source(), "consent.given", "yes", "ICE")
    finding = make_finding(REF, **WHO)
    actions.reject(REF, claim, **WHO)
    entries = [one.entry for one in entries_of(find_incident(REF).stream)]
    told = [gone(fold(entries[:upto]), finding.seq, "1") for upto in range(finding.seq + 1, len(entries) + 1)]
    assert [len(one) for one in told] == [0, 1]
