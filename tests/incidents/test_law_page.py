"""What the law says of an incident: its page says what `assess` says, no more and no less."""

import json
import re
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from tests.counsel.conftest import NOW, signed_law, words_of
from tests.server import inviolable

from inviolable.counsel import page as law_page
from inviolable.counsel import record
from inviolable.counsel.opinion import door_on
from inviolable.incidents import doors, views
from inviolable.incidents.actions import add_part
from inviolable.incidents.case import case_file_text, case_of
from inviolable.incidents.example import load_example
from inviolable.incidents.facts import confirm
from inviolable.incidents.lookup import incident_state
from inviolable.law.assess import assess, canonical
from inviolable.law.law import shipped_packs
from inviolable.law.words import texts
from inviolable.posts.models import Installation

REFERENCES = ["minneapolis-2026", "minneapolis-2026-01-28"]
PAGE = "/incidents/minneapolis-2026/law/"
OFFICER = {"role": "officer", "id": "user-7"}

pytestmark = pytest.mark.django_db


@pytest.mark.long
def test_an_example_home_has_its_incident_and_a_refused_one_gets_none(tmp_path):
    loaded = inviolable("example", "load", home=tmp_path / "example")
    assert loaded.returncode == 0, loaded.stderr
    assert "incident: minneapolis-2026" in loaded.stdout
    listed = inviolable("incident", "list", home=tmp_path / "example")
    assert listed.stdout.startswith("minneapolis-2026  exercise  open")
    inviolable("user", "add", "Ana", "--role", "legal", home=tmp_path / "real")
    refused = inviolable("example", "load", home=tmp_path / "real")
    assert refused.returncode == 2
    assert inviolable("incident", "list", home=tmp_path / "real").stdout == ""


def test_the_list_leads_to_every_incident_with_its_answer(reader, tell):
    for reference in REFERENCES:
        tell(reference, reference)
    page = reader().get("/incidents/").content.decode()
    for reference in REFERENCES:
        assert f'href="/incidents/{reference}/"' in page
    assert page.count("Refuse: they may not enter") == 2


@pytest.mark.parametrize("reference", REFERENCES)
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_page_says_everything_that_assess_says(reader, tell, reference, language):
    tell(reference, reference)
    said = words_of(reader(language=language).get(f"/incidents/{reference}/law/").content.decode())
    case = case_of(incident_state(reference))
    answer = assess(case, language=language)
    words = texts(language)
    rules = {rule.id: rule for pack in shipped_packs().values() for rule in pack.rules}

    def expect(text: str) -> None:
        assert re.sub(r"\s+", " ", text) in said, text

    expect(case.title)
    expect(case.place)
    entry = answer["entry"]
    expect(words["results"][entry["answer"]])
    for step in (*entry["do"], *answer["say"]["staff"], answer["say"]["host"]):
        expect(step)
    for part in (entry, *answer["findings"]):
        for reason in part["because"]:
            expect(rules[reason["rule"]].words[language])
        for cite in part["cites"]:
            expect(cite)
        for waiting in part.get("because_of", ()):
            expect(words["facts"][waiting["fact"]]["question"])
    for finding in (*answer["findings"], *answer["remedies"]):
        expect(words["modules"][finding["id"]])
        expect(words["results"][finding["result"]])
    for forum in answer["forums"]:
        expect(forum["because"])
    for row in answer["regime"]:
        expect(row["why"])
    for fact in answer["unknown"]:
        expect(words["facts"][fact]["question"])
    for change in answer["would_change_if"]:
        expect(words["results"][change["answer"]])
        for fact, value in change["facts"].items():
            expect(words["facts"][fact]["question"])
            expect(words["facts"][fact]["answers"][value])
    for fact, values in case.facts.items():
        expect(words["facts"][fact]["question"])
        for value in values:
            expect(words["facts"][fact]["answers"][value])
    assert case.sources
    for source in case.sources.values():
        expect(source)
    expect(words["labels"]["reading_same"].format(count=answer["readings"]["count"]))
    expect(answer["next_question"]["text"])


def test_findings_stand_under_the_result_that_assess_gives_them(reader, tell):
    tell()
    page = reader().get(PAGE).content.decode()
    answer = assess(case_of(incident_state("minneapolis-2026")))
    groups = re.split(r'<section class="group" aria-labelledby="group-(\w+)">', page)[1:]
    shown = {
        found: result
        for result, text in zip(groups[::2], groups[1::2], strict=True)
        for found in re.findall(r'<details class="finding" id="([\w-]+)">', text.partition('id="changes"')[0])
    }
    assert shown == {finding["id"]: finding["result"] for finding in answer["findings"]}


def test_every_provision_behind_an_answer_says_that_nobody_reviewed_it(reader, home, tell):
    tell()
    page = reader().get(PAGE).content.decode()
    provisions = page.count('class="article"')
    assert provisions > 20
    assert page.count('<p class="aside unreviewed">Not yet reviewed by your legal adviser') == provisions

    for pack in ("vccr", "arsiwa"):
        signed_law(home, pack, date(2026, 1, 29))
    page = reader().get(PAGE).content.decode()
    assert "unreviewed" not in page
    assert "Reviewed by Legal adviser on 29 January 2026" in page


def test_the_answer_at_the_door_is_reviewed_once_all_that_is_behind_it_is_signed(reader, home, tell):
    tell()
    screens = ["/incidents/", "/incidents/minneapolis-2026/", PAGE]
    case = case_of(incident_state("minneapolis-2026"))
    behind = [row["rule"] for row in assess(case)["entry"]["because"] if row["state"] == "holds"]
    assert {one.partition("/")[0] for one in behind} == {"vccr"}
    client, last = reader(), behind.pop()
    signed_law(home, "vccr", date(2026, 1, 29), behind)
    for screen in screens:
        said = words_of(client.get(screen).content.decode())
        assert f"1 of the {len(behind) + 1} rules behind it waits for a review by your legal adviser" in said, screen
    signed_law(home, "vccr", date(2026, 1, 30), [last])
    for screen in screens:
        page = client.get(screen).content.decode()
        assert "Reviewed by Legal adviser on 29 January 2026; reviewed by Legal adviser on 30 January" in words_of(page)
        assert "behind it wait" not in words_of(page)
    why = page.partition('id="why"')[2].partition("</section>")[0]
    assert "Not yet reviewed" not in why, "each reason was signed"
    assert "Not yet reviewed" in page, "all else was not"


def test_the_official_text_stands_beside_our_words(reader, home, tell):
    tell()
    (home / "texts").mkdir()
    (home / "texts/vccr.toml").write_text('"VCCR 31(2)" = "Certified <words>."\n', encoding="utf-8")
    for page in (PAGE, "/law/packs/vccr/"):
        assert "Certified &lt;words&gt;." in reader().get(page).content.decode()


def test_contested_values_stand_side_by_side_with_their_source(reader, tell):
    tell("minneapolis-2026-01-28", "minneapolis-2026-01-28")
    page = reader().get("/incidents/minneapolis-2026-01-28/law/").content.decode()
    row = page[page.index("Whose people were they") :].partition("</dd>")[0]
    assert unescape(row).count("<li>") == 2
    assert "no record of ICE" in row


def test_the_law_is_read_with_what_was_known_on_a_day_and_for_one_part(reader):
    load_example(NOW)
    client = reader()
    page = client.get(PAGE).content.decode()
    days = re.findall(r'href="\?part=1&amp;as_of=([\d-]+)"', page)
    assert days == ["2026-01-27", "2026-01-28", "2026-01-29"]

    def contested(query: str) -> str:
        return words_of(client.get(PAGE + query).content.decode()).partition("Contested ")[2].partition(" Known ")[0]

    assert "Whose people were they" in contested("?as_of=2026-01-28")
    assert "Whose people were they" not in contested("?as_of=2026-01-29")
    assert "as known on 28 January 2026" in words_of(client.get(PAGE + "?as_of=2026-01-28").content.decode())
    street = client.get(PAGE + "?part=2").content.decode()
    assert '<p class="verdict-answer">The rule of entry does not address this' in street
    assert "The rule of entry does not address this" in words_of(
        client.get("/incidents/minneapolis-2026/").content.decode()
    )


def test_findings_kept_are_worked_out_again_and_one_that_differs_is_said(reader, monkeypatch):
    load_example(NOW)
    said = words_of(reader("legal").get(PAGE).content.decode())
    assert said.count("Recomputed: the same") == 2
    assert "as known on 29 January 2026" in said
    monkeypatch.setattr(views, "recompute", lambda finding, own: "differs")
    assert "Recomputed: something else" in reader().get(PAGE).content.decode()


# ---- the same as JSON ---------------------------------------------------------------------------


@pytest.mark.long
@pytest.mark.parametrize("reference", REFERENCES)
@pytest.mark.parametrize(("query", "option"), [("", ""), ("?lang=en", "--lang=en"), ("?lang=es", "--lang=es")])
def test_the_json_is_byte_for_byte_that_of_the_command(reader, home, tell, tmp_path, reference, query, option):
    record.take_position(home, "closed-post", "kept", "legal", NOW)
    tell(reference, reference)
    answer = reader().get(f"/incidents/{reference}/law.json{query}")
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    case = tmp_path / f"{reference}.toml"
    case.write_text(case_file_text(case_of(incident_state(reference))), encoding="utf-8")
    command = inviolable("assess", str(case), "--json", *filter(None, [option]), home=home)
    assert command.returncode == 0, command.stderr
    assert answer.content.decode() == command.stdout
    assert json.loads(answer.content)["unreviewed"][0]["pack"] == "vccr"


@pytest.mark.long
def test_the_command_that_writes_the_case_file_writes_the_pages_case(tmp_path: Path):
    """The whole way in real processes: example, case file, assessment; the page's answer is the library's."""
    home = tmp_path / "var"
    assert inviolable("example", "load", home=home).returncode == 0
    for query in ([], ["--part", "2"], ["--as-of", "2026-01-28"]):
        case = inviolable("case", "minneapolis-2026", *query, home=home)
        assert case.returncode == 0, case.stderr
        (tmp_path / "case.toml").write_text(case.stdout, encoding="utf-8")
        answer = inviolable("assess", str(tmp_path / "case.toml"), "--json", home=home)
        assert json.loads(answer.stdout)["entry"]["answer"] == ("not_governed" if "2" in query else "refuse")


@pytest.mark.long
@pytest.mark.parametrize("query", [{}, {"part": "2"}, {"as_of": "2026-01-28"}, {"as_of": "2026-01-29", "part": "1"}])
def test_part_and_day_reach_the_json(reader, query):
    load_example(NOW)
    answer = reader().get("/incidents/minneapolis-2026/law.json", query)
    case = case_of(incident_state("minneapolis-2026"), query.get("part", "1"), query.get("as_of", ""))
    assert answer.content.decode() == canonical(assess(case)) + "\n"


def test_the_page_links_to_the_json_in_its_own_language(reader, tell):
    tell()
    address = "/incidents/minneapolis-2026/law.json"
    assert f'href="{address}"' in reader().get(PAGE).content.decode()
    assert f'href="{address}?lang=es"' in reader(language="es").get(PAGE).content.decode()
    page = reader(language="es").get(PAGE + "?as_of=2026-01-29").content.decode()
    assert f'href="{address}?as_of=2026-01-29&amp;lang=es"' in page


# ---- what is not there, and what is broken -------------------------------------------------------


@pytest.mark.parametrize(
    "reference",
    ["nothing-here", "ab", "a" * 41, "Minneapolis-2026", "minneapolis_2026", "..", "%2e%2e%2fx-y", "a%00b", "ñandú"],
)
def test_a_reference_that_is_none_is_not_found(reader, tell, reference):
    tell()
    client = reader()
    for end in ("/", "/law/", "/law.json", "/facts/", "/exhibits/", "/timeline/", "/entries/0/"):
        assert client.get(f"/incidents/{reference}{end}").status_code == 404


def test_an_unknown_language_of_the_json_is_not_found(reader, tell):
    tell()
    assert reader().get("/incidents/minneapolis-2026/law.json?lang=xx").status_code == 404


@pytest.mark.parametrize(
    ("query", "says"),
    [("?part=9", "there is no part '9'"), ("?as_of=yesterday", "as_of: "), ("?as_of=2026-01-28T10:00", "no offset")],
)
def test_a_part_or_a_day_that_is_none_is_said_with_the_way_out(reader, tell, query, says):
    tell()
    page = reader().get(PAGE + query)
    assert page.status_code == 422
    assert says in unescape(page.content.decode())
    answer = reader().get("/incidents/minneapolis-2026/law.json" + query)
    assert answer.status_code == 422
    assert says in answer.json()["faults"][0]["what"]


def test_a_fault_in_what_was_decided_is_said_and_nothing_is_answered(reader, home, tell):
    tell()
    (home / "positions.toml").write_text('closed-post = "perhaps"\n', encoding="utf-8")
    for address in ("/incidents/", "/incidents/minneapolis-2026/", PAGE, "/incidents/minneapolis-2026/law.json"):
        page = reader().get(address)
        assert page.status_code == 500
        assert "closed-post cannot be" in unescape(page.content.decode())
        assert "positions.toml" in page.content.decode()
        assert str(home) not in page.content.decode()
        assert "they may not enter" not in page.content.decode()


def test_an_incident_that_nobody_foresaw_takes_down_nothing_else(reader, tell, monkeypatch):
    tell()
    tell("an-odd-one")

    def odd(case, *rest):
        if case.file == "an-odd-one.toml":
            raise KeyError("nobody foresaw this")
        return door_on(case, *rest)

    monkeypatch.setattr(doors, "door_on", odd)
    listed = reader().get("/incidents/")
    assert listed.status_code == 200
    assert "it cannot be worked with (KeyError)" in listed.content.decode()
    assert listed.content.decode().count("Refuse: they may not enter") == 1
    assert reader().get(PAGE).status_code == 200


def test_the_json_of_what_nobody_foresaw_says_so(reader, tell, monkeypatch):
    tell()
    monkeypatch.setattr(law_page, "canonical", lambda answer: 1 / 0)
    answer = reader().get("/incidents/minneapolis-2026/law.json")
    assert answer.status_code == 500
    assert answer.json()["faults"][0]["what"] == "it cannot be worked with (ZeroDivisionError)"


def test_a_part_of_which_nothing_is_known_says_what_the_law_waits_for(reader, tell):
    tell()
    add_part("minneapolis-2026", "The next morning", occurred="2026-01-28", actor=OFFICER, now=NOW)
    page = words_of(reader().get(PAGE + "?part=2").content.decode())
    assert "Not settled by what is known" in page
    assert "Find out next: Who wants to come in?" in page
    confirm("minneapolis-2026", "actor", "private", part="2", actor=OFFICER, now=NOW)
    page = words_of(reader().get(PAGE + "?part=2").content.decode())
    assert "Find out next: Who wants to come in?" not in page


def test_an_empty_home_says_where_incidents_come_from(reader):
    page = words_of(reader().get("/incidents/").content.decode())
    assert "There is no incident here yet" in page
    assert "inviolable incident open CASE.toml --reference REF" in page


def test_drill_example_and_the_real_are_told_apart_on_every_page(reader, tell):
    tell("a-real-one")
    Installation.objects.create(example=True, since=NOW)  # No action does this: a home is one or the other for good.
    tell("in-an-example")
    client = reader()
    for end in ("", "law/", "facts/", "exhibits/", "timeline/", "entries/0/"):
        assert "EXAMPLE" in words_of(client.get(f"/incidents/in-an-example/{end}").content.decode())
        assert "EXAMPLE" not in words_of(client.get(f"/incidents/a-real-one/{end}").content.decode())
