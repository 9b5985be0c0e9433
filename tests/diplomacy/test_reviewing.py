"""The law that a note rests on is reviewed provision by provision, from the note itself."""

import re
from datetime import date
from html import unescape

import jsonschema
import pytest
from tests.counsel.conftest import words_of
from tests.diplomacy.conftest import REF
from tests.diplomacy.knock import ADDRESSED, STOPPED, incident
from tests.diplomacy.test_note_pages import HOME, drafted, get, step
from tests.incidents.conftest import NOW, OFFICER
from tests.law.test_docs import schema

from inviolable.counsel import record
from inviolable.diplomacy.actions import content_of
from inviolable.diplomacy.pinpoints import Law
from inviolable.diplomacy.writing import content_for, held, to_review
from inviolable.incidents.actions import make_finding
from inviolable.incidents.again import Recomputed, recompute
from inviolable.incidents.case import case_of
from inviolable.incidents.lookup import incident_state
from inviolable.law.assess import assess
from inviolable.law.law import shipped_packs

pytestmark = pytest.mark.django_db


@pytest.fixture
def unread(ready, home) -> None:
    """The same incident as it is before anybody has reviewed its law."""
    (home / "sign-offs.jsonl").unlink()


def waiting(page: str) -> dict[str, str]:
    """What stands on the page to be ticked: pinpoint and digests."""
    cites = re.findall(r'<h4 id="title-[^"]+"><span class="cite">([^<]+)</span>', page)
    return dict(zip(map(unescape, cites), re.findall(r'name="read" value="([\w ]+)"', page), strict=True))


@pytest.mark.parametrize(
    ("file", "text", "fault"),
    [
        ("notes/en.toml", "[text]\nprotest = 1\n", "en.toml: [text] protest is no text"),
        ("packs/own.md", "no law\n", "own.md:1: no front matter"),
        ("notes/organs.toml", "ministry = 1\n", "organs.toml: ministry is no table"),
    ],
)
def test_a_faulty_file_of_the_home_takes_no_first_page_and_is_told_where_the_note_is(
    ready, reader, home, file, text, fault
):
    legal = reader("legal")
    note = drafted(reader("officer"))
    (home / file).parent.mkdir(exist_ok=True)
    (home / file).write_text(text)
    first = legal.get("/")
    assert first.status_code == 200
    said = "A note cannot be read while a file of this home holds a fault: Note verbale (Attempted entry"
    assert said in words_of(first.content.decode())
    assert f'href="{HOME}{note}/"' in first.content.decode()
    page = legal.get(f"{HOME}{note}/")
    assert page.status_code == 500
    assert fault in words_of(page.content.decode())
    (home / file).unlink()
    assert "cannot be read" not in words_of(legal.get("/").content.decode())


def test_from_the_stop_straight_to_what_the_note_rests_on_and_nothing_else(unread, reader, home) -> None:
    legal = reader("legal")
    note = drafted(legal)
    assert f'href="{HOME}{note}/law/"' in get(legal, f"{note}/")
    page = get(legal, f"{note}/law/")
    found = waiting(page)
    cited = {one for value in content_of(note, 1).values.values() for one in value.cites}
    assert cited <= found.keys(), "every provision that it cites"
    assert len(found) < len(shipped_packs()["vccr"].provisions) / 2, "and not the whole convention"
    assert "VCCR 37" not in found
    rules = {one.id: one for pack in shipped_packs().values() for one in pack.rules}
    shown = re.findall(r'<p class="aside hash">([^<]+)</p></article>', page)
    assert {rules[one].cite for one in shown} == found.keys()
    assert {"vccr/no-entry", "vccr/own-agents", "vccr/hindered", "arsiwa/organ"} <= set(shown)
    assert len(shown) < 15, "and not the 72 rules of these provisions"
    assert not {"vccr/rival", "vccr/refusal-binds-device", "vccr/honorary-post", "vccr/homes"} & set(shown)
    assert "ARSIWA 11" not in found, "nothing that it does not invoke"
    said = words_of(page)
    assert shipped_packs()["vccr"].published in said
    assert "In our words and with our remarks; not the words of the treaty" in said
    assert "https://legal.un.org/" in page

    first, *rest = found
    answer = legal.post(f"{HOME}{note}/law/", {"read": found[first]})
    assert answer.status_code == 200
    assert list(waiting(answer.content.decode())) == rest, "what was signed is kept, the rest still waits"
    [sign] = record.sign_offs(home)
    assert {rules[name].cite for name, _digest in sign.provisions} == {first}
    assert " ".join(digest for _name, digest in sign.provisions) == found[first]
    assert "not reviewed" in get(legal, f"{note}/")
    assert re.search(rf"Law reviewed by Legal adviser \(.+?\), on [^:]+: {re.escape(first)} Law reviewed by "
                     r"nobody: ", words_of(get(legal, f"{note}/")))  # fmt: skip
    answer = legal.post(f"{HOME}{note}/law/", {"read": [found[one] for one in rest]})
    assert answer.headers["Location"] == f"{HOME}{note}/"
    read = words_of(get(legal, f"{note}/"))
    assert "Nothing stops it" in read, "not even that the note must be drafted again"
    assert "Law reviewed by nobody" not in read
    step(legal, note, "submit")


def test_a_signature_for_other_words_than_stand_there_leaves_the_stop(unread, reader, home) -> None:
    content = content_for(incident_state(REF), "1", ADDRESSED)
    for pack in ("vccr", "arsiwa"):
        record.sign(home, pack, "legal", date(2026, 1, 29))
    assert held(incident_state(REF), content).unreviewed == {}
    record_file = home / "sign-offs.jsonl"
    digest = shipped_packs()["vccr"].digests["VCCR 31(3)"]
    record_file.write_text(record_file.read_text("utf-8").replace(digest, "0" * 64), "utf-8")
    found = held(incident_state(REF), content).unreviewed
    assert {cite for cites in found.values() for cite in cites.values()} == {"VCCR 31(3)"}
    page = words_of(reader("legal").get("/law/packs/vccr/").content.decode())
    assert "It was reviewed on 2026-01-29 in other words, and has changed since." in page


def test_what_would_change_it_is_shown_folded_and_needs_no_tick(unread, reader) -> None:
    legal = reader("legal")
    page = get(legal, f"{drafted(legal)}/law/")
    chapter = page.partition('id="title-vccr-31-2"')[2].partition("</section>")[0]
    change, rest = re.findall(r"<details><summary>([^<]+rule[^<]+)</summary>(.*?)</details>", chapter, re.DOTALL)
    assert "that do not hold here" in change[0]
    for exception in ("vccr/admitted", "vccr/assumed-consent", "vccr/consented", "vccr/fire-or-disaster"):
        assert exception in change[1], "each that the law sets over what holds"
    assert "on which this note does not rest" in rest[0]
    assert "vccr/honorary-post" in rest[1]
    assert 'href="/law/packs/vccr/#vccr-31-2"' in chapter
    assert "and the 4 rules of it that this note rests on, and agree" in words_of(page)


def test_what_was_only_remembered_is_said_loudly_and_the_certified_text_stands_beside(unread, reader, home) -> None:
    (home / "texts").mkdir()
    (home / "texts/own.toml").write_text('"VCCR 31(2)" = "The certified words."\n', encoding="utf-8")
    legal = reader("legal")
    page = get(legal, f"{drafted(legal)}/law/")
    chapters = dict(re.findall(r'<section class="chapter" id="([^"]+)"(.*?)</section>', page, re.DOTALL))
    loud = [name for name, chapter in chapters.items() if "Written down from memory (M)" in chapter]
    assert loud == ["arsiwa-43"]
    beside = re.search(r'<div class="side-by-side">.*?</blockquote></div></div>', chapters["vccr-31-2"], re.DOTALL)
    assert beside is not None
    assert "The certified words." in beside[0]
    assert "<details" not in beside[0]
    assert chapters["vccr-31-2"].count("The certified words.") == 1


def test_a_rule_that_changed_waits_again_and_one_beside_it_that_changed_does_not(unread, home) -> None:
    content = content_for(incident_state(REF), "1", ADDRESSED)
    waiting = to_review(incident_state(REF), content)
    for pack in ("vccr", "arsiwa"):
        record.sign(home, pack, "legal", date(2026, 1, 29), [one for one in waiting if one.startswith(f"{pack}/")])
    assert to_review(incident_state(REF), content) == {}
    assert held(incident_state(REF), content).unreviewed == {}
    record_file = home / "sign-offs.jsonl"
    whole = record_file.read_text("utf-8")
    record_file.write_text(whole.replace(shipped_packs()["vccr"].rule_digests["vccr/no-entry"], "0" * 64), "utf-8")
    assert held(incident_state(REF), content).unreviewed == {"entry": {"vccr/no-entry": "VCCR 31(2)"}}


BEIJING = {
    "post": {"class": "consulate-general", "head": "career", "status": "open"},
    "sending": "US",
    "receiving": "CN",
}


@pytest.mark.parametrize(
    ("facts", "opened"),
    [
        (STOPPED, {}),
        ({**STOPPED, "body": ["organ", "empowered"], "disturbed": ["yes", "no"], "attempted": ["yes", "no"]}, {}),
        ({**STOPPED, "entered": "yes", "zone": "grounds"}, BEIJING),
    ],
)
def test_every_rule_that_holds_and_the_words_of_all_that_is_cited_wait(facts, opened) -> None:
    state = incident(facts, **opened)
    law = Law(assess(case_of(state)), {})
    rules = {one.id: one for pack in shipped_packs().values() for one in pack.rules}
    told = [law.answer["entry"] | {"id": "entry"}, *law.answer["findings"], *law.answer["remedies"]]
    for one in told:
        waits = law.unreviewed(one["id"])
        assert set(one["cites"]) <= set(waits.values())
        holds = {row["rule"] for row in one.get("because", ()) if row["state"] == "holds"}
        assert holds <= waits.keys()
        assert all(rules[name].cite == cite if name in rules else name == cite for name, cite in waits.items())


def test_a_treaty_of_the_two_states_that_is_named_is_read_whole_and_where_it_decides_rule_by_rule() -> None:
    law = Law(assess(case_of(incident({**STOPPED, "entered": "yes", "zone": "grounds"}, **BEIJING))), {})
    own = shipped_packs()["us-china-1980"]
    assert list(law.unreviewed("regime")) == [one.cite for one in own.provisions]
    assert "us-china-1980/whole-premises" in law.unreviewed("vccr-31-2")
    assert not own.digests.keys() & law.unreviewed("vccr-31-2").keys()


def test_nothing_is_signed_that_was_not_ticked_and_nobody_else_signs(unread, reader, home) -> None:
    legal = reader("legal")
    note = drafted(legal)
    for given, status in (({}, 422), ({"read": "yes"}, 409)):
        answer = legal.post(f"{HOME}{note}/law/", given)
        assert (answer.status_code, 'role="alert"' in answer.content.decode()) == (status, True)
    for role in ("officer", "minister_office", "auditor"):
        assert reader(role).post(f"{HOME}{note}/law/", {"read": "x"}).status_code == 403
    assert record.sign_offs(home) == []


def test_what_was_reviewed_then_is_in_the_finding_and_it_can_be_worked_out_again(unread, home) -> None:
    record.sign(home, "vccr", "legal", date(2026, 1, 29), ["VCCR 31(3)", "vccr/no-entry"])
    found = make_finding(REF, actor=OFFICER, now=NOW)
    assert [one["provision"] for one in found.answer["reviewed_provisions"]] == ["VCCR 31(3)"]
    assert [one["rule"] for one in found.answer["reviewed_rules"]] == ["vccr/no-entry"]
    jsonschema.validate(found.answer, schema())
    assert [one["pack"] for one in found.answer["unreviewed"]] == ["vccr", "arsiwa"]
    (home / "sign-offs.jsonl").unlink()
    assert recompute(found) == Recomputed.SAME
