"""The page of an incident's accounts: what to find out first, the law whichever account is right, and who says what."""

import re
from html import unescape

import pyrage
import pytest
from tests.counsel.conftest import words_of
from tests.incidents.conftest import NOW, OFFICER
from tests.sources.press import MINNEAPOLIS, PRESS, SHENYANG, press

from inviolable.incidents.actions import open_from_case
from inviolable.incidents.again import Recomputed, recompute
from inviolable.incidents.case import case_file_text, case_of
from inviolable.incidents.example import REFERENCE, load_example
from inviolable.incidents.facts import confirm, make_finding
from inviolable.incidents.lookup import incident_state
from inviolable.law.casefile import load_case
from inviolable.ledger.actions import add_recipient
from inviolable.posts.actions import load_example_users
from inviolable.posts.roles import EVERY_PERSON, Role
from inviolable.sources import actions
from inviolable.sources.accounts import MOST_LISTED
from inviolable.sources.example import load_example_sources
from inviolable.sources.records import Claim, Record
from inviolable.sources.records_in import take_records
from inviolable.sources.shelf import PROPOSED, shelf
from inviolable.sources.terms import Read, Told

REF = "minneapolis"
WHO = {"actor": OFFICER, "now": NOW}

pytestmark = pytest.mark.django_db


def page(client, query: str = "", reference: str = REF, status: int = 200) -> str:
    answer = client.get(f"/incidents/{reference}/accounts/{query}")
    assert answer.status_code == status
    return answer.content.decode()


def region(shown: str, name: str) -> str:
    """What a section of the page says, without its marks. name: what it is labelled by."""
    found = re.search(rf'<section aria-labelledby="{name}">(.*?)</section>', shown, re.DOTALL)
    return words_of(f"<main{found[1]}")


@pytest.fixture
def told(home, db):
    """Opens an incident from the frame of a folder of records, all of them confirmed."""

    def open_one(name: str) -> None:
        open_from_case(load_case(PRESS / f"{name}.toml"), REF, actor=OFFICER, now=NOW)
        take_records(REF, press(name), "press", confirmed=True, **WHO)

    return open_one


# ---- what it says ----------------------------------------------------------------------------


def test_where_accounts_decide_the_first_question_names_them_and_who_could_answer(told, reader):
    told(SHENYANG)
    shown = page(reader("legal"))
    first = region(shown, "first")
    assert first.index("Has anybody said yes?") < first.index("Accounts differ.") < first.index("Who could answer:")
    assert "Nobody : said by Japan's foreign ministry" in first
    assert "the head of post" in first
    assert "the law turns on 1 of them" in region(shown, "answer")
    row = re.search(r'<tr class="turns"><th scope="row">(.*?)</tr>', shown, re.DOTALL)[1]
    assert row.startswith("Consent")
    order = ["turns" in row for row in re.findall(r"<tr[^>]*><th scope=\"row\">", shown.partition('id="law"')[0])]
    assert order == sorted(order, reverse=True), "what the law turns on comes first"
    assert "cannot both be true" in row
    assert words_of(shown).index("What to find out first") < words_of(shown).index("Who says what")


def test_where_no_contradiction_matters_it_says_so_and_over_what(told, reader):
    told(MINNEAPOLIS)
    shown = page(reader("minister_office"))
    answer = region(shown, "answer")
    assert "Whichever account is right: Refuse: they may not enter." in answer
    assert "VCCR 31(2)" in answer
    assert "facts are told differently; the law turns on none of them." in answer
    assert "Over the sources given here: 11 voices, the last of 2026-01-29." in answer
    assert "6 voices" in answer, "and what only a primary voice carries"
    assert "No source speaks of it." in region(shown, "first")
    assert "not yet reviewed by your legal adviser" in region(shown, "law")
    assert "Other day named" in region(shown, "matrix"), "of what no source speaks"
    assert "2026-01-28 is a Wednesday, not a Tuesday." in region(shown, "checks")
    assert shown.count('<th scope="col">') == 1 + 11 + 3, "eleven voices, however many pages"


def test_of_many_passages_some_are_listed_and_a_page_of_its_own_has_all_of_one_fact(incident, reader):
    number = MOST_LISTED + 5
    names = [f"page {one}" for one in range(number)]
    told = [Record(name, publisher=name, claims=(Claim(name, 0, "door", "closed"),)) for name in names]
    take_records(REF, told, "press", confirmed=True, **WHO)
    client = reader("officer")
    shown = re.search(r'<section aria-labelledby="matrix">(.*?)</section>', page(client), re.DOTALL)[1]
    cells = shown.partition("<tbody>")[2]
    assert cells.count('<a href="/incidents/minneapolis/sources/') == MOST_LISTED
    assert f"{number} passages" in cells
    link = unescape(re.search(rf'<a href="([^"]*)">All {number} passages</a>', cells)[1])
    cells = page(client, link).partition("<tbody>")[2]
    assert cells.count('<a href="/incidents/minneapolis/sources/') == number
    page(client, "?fact=nothing", status=404)


def test_both_levels_stand_side_by_side_and_a_page_nobody_can_ask_moves_the_first_alone(told, reader):
    told(MINNEAPOLIS)
    source = actions.receive(REF, "press", {"publisher": "A page", "published": "2026-01-28"}, Read(), **WHO)
    actions.claim(REF, source, Told("entry.outcome", "entered"), confirmed=True, **WHO)
    rows = re.findall(r"<tr[^>]*><th scope=\"row\">Entry without consent.*?</tr>", page(reader()), re.DOTALL)
    every, primary = (words_of(f"<main>{cell}") for cell in re.findall(r"<td>(.*?)</td>", rows[0], re.DOTALL))
    assert "It depends on which account is right" in every
    assert "On the account worst for us" in every
    assert "Whichever account is right: No breach." in primary


def test_every_passage_leads_to_its_source_beside_its_text(reader, incident, identities):
    words = "La cancillería dijo que un agente intentó ingresar. Nadie dio permiso."
    said = {"publisher": "Paper", "published": "2026-01-28", "language": "es"}
    source = actions.receive(REF, "press", said, Read(words), **WHO)
    client = reader()
    given = {"version": "1", "key": "consent.given", "value": "no", "start": str(words.index("Nadie"))}
    given |= {"end": str(len(words) - 1), "polarity": "affirms", "modality": "stated", "speaker": "", "do": "accept"}
    assert client.post(f"/incidents/{REF}/sources/{source}/proposal/", given).status_code == 302
    actions.claim(REF, source, Told("actor.armed", "yes"), confirmed=True, **WHO)
    links = re.findall(r'href="([^"]*sources/1/\?version=1#[^"]*)"', unescape(page(client)))
    assert {link.partition("#")[2] for link in links} >= {f"at-{words.index('Nadie')}", "claim-2"}
    for link in links:
        assert f'id="{link.partition("#")[2]}"' in client.get(link).content.decode()


def test_as_of_a_day_nothing_later_is_on_it(told, reader):
    told(MINNEAPOLIS)
    client = reader()
    then = page(client, "?as_of=2026-01-28")
    assert "the last of 2026-01-28" in region(then, "answer")
    assert "not clearly marked" not in then
    assert "not clearly marked" in page(client)
    assert 'href="?part=1&amp;as_of=2026-01-29"' in then


def test_of_many_days_one_is_chosen_from_a_list(reader, incident):
    for day in range(10, 23):
        said = {"publisher": f"Paper {day}", "published": f"2026-02-{day}"}
        source = actions.receive(REF, "press", said, Read(), **WHO)
        actions.claim(REF, source, Told("actor.count", str(day)), confirmed=True, **WHO)
    shown = page(reader(), "?as_of=2026-02-11")
    assert '<option value="2026-02-11" selected>11 February 2026</option>' in shown
    assert ">11</a>" in shown
    assert ">12</a>" not in shown


def test_it_is_worked_out_anew_at_each_entry(reader, incident):
    source = actions.receive(REF, "press", {"publisher": "Paper", "published": "2026-01-28"}, Read(), **WHO)
    claim = actions.claim(REF, source, Told("actor.armed", "yes", speakers=("a man",)), confirmed=True, **WHO)
    client = reader()
    for _ in range(2):
        assert "“a man”" in page(client)
    actions.reject(REF, claim, **WHO)
    assert "No claim is confirmed yet." in page(client)


def test_what_cannot_be_asked_for_is_said(reader, incident):
    client = reader()
    assert "there is no part" in page(client, "?part=9", status=422)
    assert "as_of" in page(client, "?as_of=yesterday", status=422)
    page(client, reference="nowhere", status=404)


@pytest.mark.parametrize("role", list(Role))
def test_whoever_reads_the_incident_reads_it_in_their_language(reader, incident, role):
    may = role in EVERY_PERSON
    shown = page(reader(role, "es"), status=200 if may else 403)
    if may:
        assert "Qué averiguar primero" in words_of(shown)
        assert "Quién dice qué" in words_of(shown)
        assert 'aria-current="page">Relatos' in shown


def test_who_says_yes_without_saying_whose_yes_is_given_no_words_that_it_did_not_say(told, reader):
    told(MINNEAPOLIS)
    source = actions.receive(REF, "press", {"publisher": "A page", "published": "2026-01-29"}, Read(), **WHO)
    actions.claim(REF, source, Told("consent.given", "yes", speakers=("ICE",)), confirmed=True, **WHO)
    for language, somebody in (("en", "Somebody, not said who : said by ICE"), ("es", "Alguien, no se dice quién")):
        shown = page(reader("legal", language))
        first = region(shown, "first")
        assert somebody in first
        assert re.findall("(?i)(?:head of post|jefe de oficina)[^:;.]{0,40} : ", first) == []
    read = words_of(reader("legal").get(f"/incidents/{REF}/sources/{source}/").content.decode())
    assert "The law reads in it: Has anybody said yes? somebody, not said who" in read


def test_the_overview_and_the_accounts_say_each_what_the_other_answers(told, reader):
    open_from_case(load_case(PRESS / f"{MINNEAPOLIS}.toml"), REF, actor=OFFICER, now=NOW)
    for fact, value in (("actor", "officer"), ("consent_by", "none"), ("attempted", "yes"), ("entered", "no")):
        confirm(REF, fact, value, actor=OFFICER, now=NOW)
    client = reader("legal")
    overview = f"/incidents/{REF}/"
    apart = "With what sources say: It depends on which account is right"
    assert apart not in words_of(client.get(overview).content.decode())
    source = actions.receive(REF, "press", {"publisher": "A page", "published": "2026-01-29"}, Read(), **WHO)
    claim = actions.claim(REF, source, Told("consent.given", "yes", speakers=("ICE",)), confirmed=True, **WHO)
    shown = client.get(overview).content.decode()
    assert apart in words_of(shown)
    assert f'href="/incidents/{REF}/accounts/?part=1"' in shown
    alone = "By the confirmed facts alone, as the overview says: Whichever account is right: Refuse"
    assert alone in region(page(client), "answer")
    actions.reject(REF, claim, **WHO)
    assert apart not in words_of(client.get(overview).content.decode())
    assert alone not in region(page(client), "answer")


# ---- what stands no more ---------------------------------------------------------------------


@pytest.mark.parametrize(("language", "says", "which"), [
    ("en", "It rests on what stands no more.", "Consent given: claim 1 was rejected (entry {entry})"),
    ("es", "Descansa en algo que ya no vale.", "Consentimiento se dio: la afirmación 1 fue rechazada"),
])  # fmt: skip
def test_a_finding_says_at_once_which_claim_it_rested_on_and_what_did_it(reader, incident, language, says, which):
    source = actions.receive(REF, "press", {"publisher": "Paper", "published": "2026-01-28"}, Read(), **WHO)
    claim = actions.claim(REF, source, Told("consent.given", "yes", speakers=("ICE",)), confirmed=True, **WHO)
    make_finding(REF, **WHO)
    client = reader("legal", language)
    law = f"/incidents/{REF}/law/"
    for address in (law, f"/incidents/{REF}/accounts/"):
        assert says not in words_of(client.get(address).content.decode())
    actions.reject(REF, claim, **WHO)
    entry = incident_state(REF).timeline[-1].seq
    overview = words_of(client.get(f"/incidents/{REF}/").content.decode())
    assert {"en": "1 rests on what stands no more", "es": "1 descansa en algo que ya no vale"}[language] in overview
    for address in (law, f"/incidents/{REF}/accounts/"):
        said = words_of(client.get(address).content.decode())
        assert says in said
        assert re.sub(r"\s", "", which.format(entry=entry)) in re.sub(r"\s", "", said)


# ---- the worked example ----------------------------------------------------------------------


@pytest.fixture
def example(home, db):
    load_example_users(now=NOW)
    for name in ("duty officer", "recovery"):
        key = str(pyrage.x25519.Identity.generate().to_public())
        add_recipient(key, name, actor=OFFICER, now=NOW)
    load_example(NOW)
    before = incident_state(REFERENCE)
    load_example_sources(NOW)
    return before


def test_a_new_user_sees_a_matrix_and_something_that_waits(example, reader):
    client = reader("officer")
    shown = page(client, reference=REFERENCE)
    said = words_of(shown)
    for voice in ("Ecuador's foreign ministry", "Department of Homeland Security", "ICE", "the recording"):
        assert voice in said
    assert "said first, and otherwise later" in said, "no record, and the next day its officer was there"
    assert "more than one" in said, "agents in the title, an agent in the text"
    assert "2026-01-28 is a Wednesday, not a Tuesday." in said
    over = int(re.search(r"Over the sources given here: (\d+) voices", said)[1])
    assert over == shown.partition("<tbody>")[0].count('<th scope="col">') - 1, "as many voices as columns"
    assert "that were there" not in said, "who has no record of having been there was not"
    listed = client.get(f"/incidents/{REFERENCE}/sources/3/").content.decode()
    assert "3 wait for a decision." in words_of(listed)


def test_its_sources_leave_its_case_and_its_findings_as_they_were(example):
    after = incident_state(REFERENCE)
    for as_of in ("2026-01-28", "2026-01-29", ""):
        assert case_file_text(case_of(after, as_of=as_of)) == case_file_text(case_of(example, as_of=as_of))
    assert after.findings == example.findings
    assert {recompute(one) for one in after.findings} == {Recomputed.SAME}


def test_nobody_but_a_person_gave_the_threat_to_somebody(example):
    known = shelf(incident_state(REFERENCE).timeline)
    threats = [one.voice for one in known.claims.values() if one.key == "threat.words"]
    assert threats == ["El agente del ICE, en el video", "The ICE officer, in the video"]
    assert PROPOSED not in {one.state for one in known.claims.values()}
