"""The law that a note rests on is reviewed provision by provision, from the note itself."""

import re
from dataclasses import replace
from datetime import date
from html import unescape

import jsonschema
import pytest
from tests.counsel.conftest import signed_before, signed_law, words_of
from tests.counsel.test_law_pages import OWN_PACK
from tests.diplomacy.conftest import REF
from tests.diplomacy.knock import ADDRESSED, STOPPED, incident
from tests.diplomacy.test_note_pages import HOME, drafted, fields, get, post, step
from tests.incidents.conftest import NOW, OFFICER
from tests.law.test_docs import schema

from inviolable.counsel import record
from inviolable.counsel.reviewing import sign, together
from inviolable.diplomacy.checks.background import Background
from inviolable.diplomacy.checks.release import stops
from inviolable.diplomacy.drafting.pinpoints import Law
from inviolable.diplomacy.drafting.typed import marked
from inviolable.diplomacy.drafting.writing import content_for, held, to_review
from inviolable.diplomacy.life.actions import content_of
from inviolable.incidents.again import Recomputed, recompute
from inviolable.incidents.case import case_of
from inviolable.incidents.facts import make_finding
from inviolable.incidents.lookup import incident_state
from inviolable.law.assess import assess
from inviolable.law.law import shipped_packs
from inviolable.law.review import by_provision, by_rule
from inviolable.law.review import changed as changed_since
from inviolable.posts.actions import add_user

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
    provisions = [one for pack in shipped_packs().values() for one in pack.provisions]
    shown = re.findall(r'hash">([\w-]+/[\w-]+)<', page)
    assert {rules[one].cite for one in shown} == found.keys()
    assert {"vccr/no-entry", "vccr/own-agents", "vccr/hindered", "arsiwa/organ", "vccr/wrong-premises"} <= set(shown)
    assert len(shown) < sum(len(one.rules) for one in provisions if one.cite in found) / 4, "and not all their rules"
    assert not {"vccr/rival", "vccr/refusal-binds-device", "vccr/honorary-post", "vccr/homes"} & set(shown)
    assert "arsiwa/never-again" in shown
    assert "arsiwa/never-again-protection" not in shown, "there was an attempt"
    assert "ARSIWA 11" not in found, "nothing that it does not invoke"
    assert "VCCR 36(1)(a)" not in found, "nor a breach that it does not allege"
    assert not {"vccr/w-36-a", "vccr/wrong-nationals"} & set(shown)
    assert {"vccr/w-31-3", "vccr/w-28"} <= set(shown)
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


def test_law_whose_brackets_were_dropped_or_that_somebody_typed_goes_out_unsigned_no_more(unread, reader) -> None:
    officer, legal = reader("officer"), reader("legal")
    note = drafted(officer)
    form = fields(get(officer, f"{note}/edit/"))
    law = [one.words for one in content_of(note, 1).values.values() if one.cites]
    bare = dict(form)
    for said in (words for one in law for several in one.values() for words in several):
        bare = {name: text.replace(f"[[{said}]]", said) for name, text in bare.items()}
    assert bare != form
    post(officer, f"{note}/edit/", **bare | {"why": "a slip"})
    assert "no finding that stands here rests on it" in step(officer, note, "submit", 422)

    own = {"es": "Véase CVRC 31(2).", "en": "See VCCR 31(2)."}
    typed = {f"protest-{language}": f"{form[f'protest-{language}']} {said}" for language, said in own.items()}
    post(officer, f"{note}/edit/", **form | typed | {"base": "2"})
    assert "no legal adviser has reviewed all of VCCR 31(2)" in get(legal, f"{note}/")
    page = get(legal, f"{note}/law/")
    chapter = page.partition('id="title-vccr-31-2"')[2].partition("</section>")[0]
    assert "vccr/honorary-post" in chapter, "all of it, since anything may have been written of it"
    assert shipped_packs()["vccr"].digests["VCCR 31(2)"] in chapter
    legal.post(f"{HOME}{note}/law/", {"read": list(waiting(page).values())})
    assert "Nothing stops it" in words_of(get(legal, f"{note}/"))
    assert "Law reviewed by nobody" not in words_of(get(legal, f"{note}/"))


def test_any_text_that_names_unreviewed_law_is_stopped_as_a_note_is(ready, reader, home) -> None:
    text = {
        "language": "en",
        "words": "The Ministry recalls article 31(2) of the Vienna Convention on Consular Relations.",
    }
    press = reader("press")
    assert "Nothing stops it" in post(press, "check/", 200, **text)
    (home / "sign-offs.jsonl").unlink()
    said = words_of(post(press, "check/", 200, **text))
    assert "no legal adviser has reviewed all of VCCR 31(2)" in said
    other = "The Ministry recalls article 35(3) of the Vienna Convention on Consular Relations."
    assert "reviewed" not in words_of(post(press, "check/", 200, **text | {"words": other})), "nothing rests on it"


def test_a_signature_for_other_words_than_stand_there_leaves_the_stop(unread, reader, home) -> None:
    content = content_for(incident_state(REF), "1", ADDRESSED)
    for pack in ("vccr", "arsiwa"):
        signed_law(home, pack, date(2026, 1, 29))
    assert held(incident_state(REF), content).unreviewed == {}
    (home / "sign-offs.jsonl").unlink()
    signed_law(home, "arsiwa", date(2026, 1, 29))
    signed_before(home, "vccr", "2026-01-29", shipped_packs()["vccr"].digests | {"VCCR 31(3)": "0" * 64})
    found = held(incident_state(REF), content).unreviewed
    assert {cite for cites in found.values() for cite in cites.values()} == {"VCCR 31(3)"}
    page = words_of(reader("legal").get("/law/packs/vccr/").content.decode())
    assert "It was reviewed on 2026-01-29 in other words, or with other rules before it." in page


def test_whoever_approves_it_reads_each_who_signed_what_it_rests_on_and_nobody_else(unread, reader, home) -> None:
    content = content_for(incident_state(REF), "1", ADDRESSED)
    waiting = list(to_review(incident_state(REF), content))
    vccr = [one for one in waiting if one.startswith("vccr/")]
    first, second, third = (add_user(f"adviser {number}", "legal", now=NOW) for number in range(3))
    signed_law(home, "arsiwa", date(2026, 1, 28))
    sign(first, "vccr", ["vccr/no-entry"], actor=first.actor, now=NOW)
    rest = set(vccr) - {"vccr/no-entry", "vccr/hindered"}
    sign(second, "vccr", rest, actor={"role": "legal", "id": "command-line"}, now=NOW)
    sign(third, "vccr", ["vccr/honorary-post"], actor=third.actor, now=NOW)
    read = words_of(get(reader("officer"), f"{drafted(reader('officer'))}/"))
    by = dict(re.findall(r"Law reviewed by (.+?): (.*?)(?= Law reviewed|$)", read))
    [hers] = [told for who, told in by.items() if f"(no. {first.pk}), on" in who]
    assert "VCCR 31(2)" in hers
    assert "VCCR 31(3)" not in hers
    [his] = [told for who, told in by.items() if f"(no. {second.pk}) by a command at the server, on" in who]
    assert "VCCR 31(2)" in his, "of the rules beside it"
    assert "VCCR 1–79" in his, "though no paragraph names it"
    assert by["nobody"].startswith("VCCR 28")
    assert not [who for who in by if f"no. {third.pk})" in who], "on the rule of honorary posts it does not rest"


def test_it_is_called_as_the_law_page_calls_it_and_what_only_sums_up_is_one_line_each(unread, reader) -> None:
    legal = reader("legal")
    page = get(legal, f"{drafted(legal)}/law/")
    chapters = dict(re.findall(r'<section class="chapter" id="([^"]+)"(.*?)</section>', page, re.DOTALL))
    law = words_of(legal.get(f"/incidents/{REF}/law/").content.decode())
    assert "Arguable breach" in law
    for name in ("vccr-31-3", "vccr-28"):
        said = words_of("<main" + chapters[name])
        assert "Arguable breach “Breach” by the rule, arguable since it rests on analysis (A)" in said

    lines = re.findall(r'<li id="rule-.*?</li>', chapters["vccr-1-79"], re.DOTALL)
    rules = {one.id: one for one in shipped_packs()["vccr"].rules}
    told = [rules[re.findall(r'hash">([^<]+)<', one)[0]] for one in lines]
    assert {one.id for one in told} == {"vccr/w-31-3", "vccr/w-28", "vccr/wrong-premises", "vccr/wrong-records"}
    for rule, line in zip(told, lines, strict=True):
        said = words_of(f"<main>{line}")
        assert all(sentence in said for sentence in rule.words.values()), "all that is signed, in every language"
        condition, result = said.split("→")
        assert "Breach or Arguable breach" in condition or "Yes" in condition
        assert result.lstrip().startswith("Something was broken")
    assert "<dl" not in chapters["vccr-1-79"].partition('<li id="rule-')[2]
    digests = " ".join(shipped_packs()["vccr"].rule_digests[one.id] for one in told)
    assert digests in chapters["vccr-1-79"], "and they are what is signed"


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
        signed_law(home, pack, date(2026, 1, 29), [one for one in waiting if one.startswith(f"{pack}/")])
    assert to_review(incident_state(REF), content) == {}
    assert held(incident_state(REF), content).unreviewed == {}
    (home / "sign-offs.jsonl").unlink()
    signed_law(home, "arsiwa", date(2026, 1, 29), [one for one in waiting if one.startswith("arsiwa/")])
    before = {one: shipped_packs()["vccr"].rule_digests[one] for one in waiting if one.startswith("vccr/")}
    signed_before(home, "vccr", "2026-01-29", before | {"vccr/no-entry": "0" * 64})
    assert held(incident_state(REF), content).unreviewed == {"entry": {"vccr/no-entry": "VCCR 31(2)"}}


WORKS = """
## art.2 Works / Obras

en: Save while works are under way.

es: Salvo mientras haya obras.

tag: V
source: ours

    rule    works: place is none
    when    head is career or career_local; status is open; zone is grounds; actor is officer
    over    ec-us-2027/yard
    en      Works.
    es      Obras.
"""


@pytest.mark.parametrize(("signed", "then"), [(OWN_PACK + WORKS, OWN_PACK), (OWN_PACK, OWN_PACK + WORKS)])
def test_an_exception_from_another_provision_asks_for_a_new_signature_of_the_whole_provision(db, home, signed, then):
    (home / "packs").mkdir()
    file, yard = home / "packs/ec-us-2027.md", "EC–US 2027 art.1"
    file.write_text(signed, encoding="utf-8")
    signed_law(home, "ec-us-2027", date(2026, 1, 29))
    assert yard in by_provision(record.all_packs(home)["ec-us-2027"], record.sign_offs(home))
    file.write_text(then, encoding="utf-8")
    [own], signs = record.own_packs(home), record.sign_offs(home)
    assert yard not in by_provision(own, signs)
    assert yard in changed_since(own, signs)


def test_a_whole_provision_is_signed_with_what_another_law_file_sets_over_it_and_there_alone(db, home) -> None:
    grounds, plain = "VCCR 31(2)", ["vccr", "arsiwa"]

    def signed(among: list[str]) -> bool:
        return grounds in by_provision(record.all_packs(home, among)["vccr"], record.sign_offs(home))

    signed_law(home, "vccr", date(2026, 1, 29), [grounds])
    assert signed(plain), "what is common to all changes nothing in it"
    assert not signed([*plain, "us-china-1980"])
    signed_law(home, "vccr", date(2026, 1, 30), [grounds], among=together(home, "vccr", ["us-china-1980"]))
    assert signed([*plain, "us-china-1980"])
    assert signed(plain)


def test_no_rule_is_read_for_a_note_that_what_is_known_rules_out() -> None:
    law = Law(assess(case_of(incident(STOPPED))), {}, facts=case_of(incident(STOPPED)).facts)
    rules = {one for one in law.rests_on("arsiwa-30-b") if one.startswith("arsiwa/never-again")}
    assert rules == {"arsiwa/never-again"}, "there was an attempt: that of none stands for nothing"


@pytest.mark.parametrize(("signed", "then"), [(OWN_PACK + WORKS, OWN_PACK), (OWN_PACK, OWN_PACK + WORKS)])
def test_an_exception_taken_away_or_added_asks_for_a_new_signature_of_the_rule_under_it(home, signed, then) -> None:
    (home / "packs").mkdir()
    file = home / "packs/ec-us-2027.md"

    def law() -> Law:
        own = record.own_packs(home)
        facts = {**STOPPED, "zone": "grounds", "entered": "yes"}
        return Law(assess(case_of(incident(facts)), signed=record.sign_offs(home), own=own), {}, own=own)

    file.write_text(signed, encoding="utf-8")
    ours = [one.id for pack in record.own_packs(home) for one in pack.rules]
    among = [pack.id for pack in law().governing]
    signed_law(home, "ec-us-2027", date(2026, 1, 29), ours, among=among)
    assert not {"ec-us-2027/yard", "ec-us-2027/works"} & law().unreviewed("entry").keys()
    file.write_text(then, encoding="utf-8")
    if then == OWN_PACK:
        assert law().answer["entry"]["answer"] == "refuse", "only now the yard decides"
        assert "ec-us-2027/yard" in law().unreviewed("entry")
    else:
        signed_law(home, "ec-us-2027", date(2026, 1, 30), ["ec-us-2027/works"], among=among)
        [own] = record.own_packs(home)
        assert changed_since(own, record.sign_offs(home)).keys() == {"ec-us-2027/yard"}


QUIET = {"attempted": "no", "disturbed": "no", "work_stopped": "no", "assault": "none", "nationals_present": "no"}


@pytest.mark.parametrize(("changed", "asked"), [(QUIET, True), ({}, False)])
def test_what_makes_something_wrong_without_a_reason_in_the_answer_waits_where_it_may_decide(
    home, changed, asked
) -> None:
    (home / "packs").mkdir()
    wrong = """
    rule    all-wrong: wrong-premises is yes
    when    actor is officer
    en      Whatever an officer does is wrong.
    es      Todo es ilícito.
"""
    (home / "packs/ec-us-2027.md").write_text(OWN_PACK + wrong, encoding="utf-8")
    own = record.own_packs(home)
    law = Law(assess(case_of(incident({**STOPPED, **changed})), own=own), {}, own=own)
    assert law.results["arsiwa-43"] == "yes"
    assert bool(law.wrongs) is not asked
    waits = law.unreviewed("responsibility")
    assert ("ec-us-2027/all-wrong" in waits) is asked, "not where a breach makes it wrong anyway"
    assert {"vccr/wrong-premises", "arsiwa/notify"} <= waits.keys()
    assert "vccr/w-59" not in waits, "that article is out of the question"
    assert asked or {"vccr/w-31-3", "vccr/own-agents"} <= waits.keys(), "but what does, down to its article"


def test_what_an_own_treaty_sets_over_a_signed_rule_is_read_where_it_is_in_force_and_nowhere_else(home) -> None:
    plain = ["vccr", "arsiwa"]
    signed_law(home, "vccr", date(2026, 1, 29), ["vccr/grounds"], among=plain)
    (home / "packs").mkdir()
    (home / "packs/ec-us-2027.md").write_text(OWN_PACK, encoding="utf-8")

    def signed(among: list[str]) -> bool:
        return "vccr/grounds" in by_rule(record.all_packs(home, among)["vccr"], record.sign_offs(home))

    assert signed(plain), "between other States nothing changed"
    assert not signed([*plain, "ec-us-2027"])
    signed_law(home, "vccr", date(2026, 1, 30), ["vccr/grounds"], among=[*plain, "ec-us-2027"])
    assert signed([*plain, "ec-us-2027"])
    (home / "packs/ec-us-2027.md").write_text(OWN_PACK.replace("status is open; ", ""), encoding="utf-8")
    assert not signed([*plain, "ec-us-2027"]), "it is set over it in more cases now"


def test_on_the_page_of_a_note_it_is_signed_with_what_an_own_treaty_sets_over_it(ready, reader, home) -> None:
    (home / "sign-offs.jsonl").unlink()
    (home / "packs").mkdir()
    hall = OWN_PACK.replace("zone is grounds", "zone is work; actor is private").replace(
        "vccr/grounds", "vccr/work-part"
    )
    hall = hall.replace("place is inviolable", "place is none")
    (home / "packs/ec-us-2027.md").write_text(hall, encoding="utf-8")
    legal = reader("legal")
    note = drafted(legal)
    page = get(legal, f"{note}/law/")
    assert "ec-us-2027/yard" in page, "it is shown among what would change it"
    assert legal.post(f"{HOME}{note}/law/", {"read": list(waiting(page).values())}).status_code == 302
    assert not waiting(get(legal, f"{note}/law/"))
    [vccr] = [one for one in record.sign_offs(home) if one.pack == "vccr"]
    assert dict(vccr.provisions)["vccr/work-part"] != shipped_packs()["vccr"].rule_digests["vccr/work-part"]
    read = words_of(get(reader("minister_office"), f"{note}/"))
    said = r"wrote it and also signed the law that it rests on, and nobody else has: ([^.]+)\."
    assert "VCCR 1(1)(j)" in re.search(said, read)[1]


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


def test_whoever_approves_reads_that_one_lawyer_wrote_it_and_signed_its_law(unread, reader) -> None:
    legal, minister, another = reader("legal"), reader("minister_office"), reader("legal")
    note = drafted(legal)
    found = waiting(get(legal, f"{note}/law/"))
    legal.post(f"{HOME}{note}/law/", {"read": list(found.values())})
    read = words_of(get(minister, f"{note}/"))
    said = r"Legal adviser \(.+?\) wrote it and also signed the law that it rests on, and nobody else has: ([^.]+)\."
    assert sorted(re.search(said, read)[1].split(", ")) == sorted(found)
    assert "also signed" not in words_of(get(minister, f"{drafted(reader('officer'))}/")), "another's note"
    first, *rest = found
    another.post(f"{HOME}{note}/law/", {"read": [found[one] for one in rest]})
    assert re.search(said, words_of(get(minister, f"{note}/")))[1] == first, "the rest a second lawyer has read, too"


def test_a_treaty_whose_brackets_were_dropped_is_read_whole_all_the_same(unread) -> None:
    state, own = incident({**STOPPED, "entered": "yes", "zone": "grounds"}, **BEIJING), shipped_packs()["us-china-1980"]
    content = content_for(state, "1", ADDRESSED)
    bare = [
        replace(one, text={name: text.replace("[[regime]]", own.title[name]) for name, text in one.text.items()})
        for one in content.paragraphs
    ]
    typed = replace(content, paragraphs=tuple(bare))
    assert marked(content).keys() - marked(typed).keys() == {"regime"}
    told = held(state, typed)
    assert list(told.named.waits) == list(own.digests)
    assert own.digests.keys() <= to_review(state, typed).keys()
    stopping = stops(typed, Background(named=told.named))
    assert ("unreviewed", "regime") in {(one.code, one.paragraph) for one in stopping}


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
    signed_law(home, "vccr", date(2026, 1, 29), ["VCCR 31(3)", "vccr/no-entry"])
    found = make_finding(REF, actor=OFFICER, now=NOW)
    assert [one["provision"] for one in found.answer["reviewed_provisions"]] == ["VCCR 31(3)"]
    assert [one["rule"] for one in found.answer["reviewed_rules"]] == ["vccr/no-entry"]
    jsonschema.validate(found.answer, schema())
    assert [one["pack"] for one in found.answer["unreviewed"]] == ["vccr", "arsiwa"]
    (home / "sign-offs.jsonl").unlink()
    assert recompute(found) == Recomputed.SAME
