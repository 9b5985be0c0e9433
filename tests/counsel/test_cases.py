"""The case pages say what `assess` says, no more and no less."""

import json
import os
import re
import subprocess
import sys
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from tests.counsel.conftest import NOW, words_of
from tests.server import inviolable

from inviolable.counsel import record, views
from inviolable.counsel.example import load_example_cases
from inviolable.counsel.opinion import opinion_on, standing_words
from inviolable.law.assess import Assessment, assess
from inviolable.law.casefile import load_case
from inviolable.law.law import shipped_packs
from inviolable.law.path import decision_path
from inviolable.law.regime import STANDINGS
from inviolable.law.words import texts

REFERENCES = ["minneapolis-2026", "minneapolis-2026-01-28"]
PAGE = "/cases/minneapolis-2026/"


def test_the_example_in_the_package_is_the_one_in_the_repository(root):
    shipped = root / "src/inviolable/counsel/examples"
    names = {path.name for path in shipped.glob("*.toml")}
    assert names == {path.name for path in (root / "examples").glob("*.toml")}
    for name in names:
        assert (shipped / name).read_bytes() == (root / "examples" / name).read_bytes(), name


def test_loading_the_example_again_overwrites_nothing(tmp_path):
    load_example_cases(tmp_path)
    mine = tmp_path / "cases/minneapolis-2026.toml"
    mine.write_text("# mine", encoding="utf-8")
    assert set(load_example_cases(tmp_path)) == set(REFERENCES)
    assert mine.read_text("utf-8") == "# mine"


def test_an_example_home_has_its_cases_and_a_refused_one_gets_none(tmp_path):
    loaded = inviolable("example", "load", home=tmp_path / "example")
    assert loaded.returncode == 0, loaded.stderr
    assert "minneapolis-2026" in loaded.stdout
    assert {path.stem for path in (tmp_path / "example/cases").iterdir()} == set(REFERENCES)
    inviolable("user", "add", "Ana", "--role", "legal", home=tmp_path / "real")
    refused = inviolable("example", "load", home=tmp_path / "real")
    assert refused.returncode == 2
    assert not (tmp_path / "real/cases").exists()


def test_the_list_leads_to_every_case_with_its_answer(reader):
    page = reader().get("/cases/").content.decode()
    for reference in REFERENCES:
        assert f'href="/cases/{reference}/"' in page
    assert page.count("Refuse: they may not enter") == 2
    assert page.index("/cases/minneapolis-2026/") < page.index("/cases/minneapolis-2026-01-28/")


@pytest.mark.parametrize("reference", REFERENCES)
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_page_says_everything_that_assess_says(reader, home, reference, language):
    said = words_of(reader(language=language).get(f"/cases/{reference}/").content.decode())
    case = load_case(home / f"cases/{reference}.toml")
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
    for source in case.sources.values():
        expect(source)
    expect(words["labels"]["reading_same"].format(count=answer["readings"]["count"]))
    expect(answer["next_question"]["text"])


def test_findings_stand_under_the_result_that_assess_gives_them(reader, home):
    page = reader().get(PAGE).content.decode()
    answer = assess(load_case(home / "cases/minneapolis-2026.toml"))
    groups = re.split(r'<section class="group" aria-labelledby="group-(\w+)">', page)[1:]
    shown = {
        found: result
        for result, text in zip(groups[::2], groups[1::2], strict=True)
        for found in re.findall(r'<details class="finding" id="([\w-]+)">', text.partition('id="changes"')[0])
    }
    assert shown == {finding["id"]: finding["result"] for finding in answer["findings"]}


def test_every_provision_behind_an_answer_says_that_nobody_reviewed_it(reader, home):
    page = reader().get(PAGE).content.decode()
    provisions = page.count('class="article"')
    assert provisions > 20
    assert page.count('<p class="aside unreviewed">Not yet reviewed by your legal adviser') == provisions

    for pack in ("vccr", "arsiwa"):
        record.sign(home, pack, "legal", date(2026, 1, 29))
    page = reader().get(PAGE).content.decode()
    assert "unreviewed" not in page
    assert "Reviewed by Legal adviser on 2026-01-29" in page


def test_the_official_text_stands_beside_our_words(reader, home):
    (home / "texts").mkdir()
    (home / "texts/vccr.toml").write_text('"VCCR 31(2)" = "Certified <words>."\n', encoding="utf-8")
    for page in (PAGE, "/law/packs/vccr/"):
        assert "Certified &lt;words&gt;." in reader().get(page).content.decode()


def test_contested_values_stand_side_by_side_with_their_source(reader):
    page = reader().get("/cases/minneapolis-2026-01-28/").content.decode()
    row = page[page.index("Whose people were they") :].partition("</dd>")[0]
    assert unescape(row).count("<li>") == 2
    assert "no record of ICE" in row


def test_the_path_is_the_walk_from_the_first_fact_to_the_answer(home):
    steps = decision_path(Assessment(load_case(home / "cases/minneapolis-2026.toml"), {}))
    assert [(step.fact, step.values, step.state) for step in steps] == [
        ("head", ("career",), "known"),
        ("status", ("open",), "known"),
        ("actor", ("officer",), "known"),
        ("zone", ("work",), "known"),
        ("consent_by", ("none",), "known"),
        ("emergency", ("none",), "known"),
    ]
    assert all(step.cites for step in steps)
    assert {cite for step in steps for cite in step.cites} == {"VCCR 1(1)(j)", "VCCR 31(2)"}


def test_the_path_follows_every_answer_to_an_unknown_fact(home):
    text = (home / "cases/minneapolis-2026.toml").read_text("utf-8").replace('emergency = "none"\n', "")
    (home / "cases/without.toml").write_text(text, encoding="utf-8")
    steps = decision_path(Assessment(load_case(home / "cases/without.toml"), {}))
    assert {step.fact: step.state for step in steps}["emergency"] == "unknown"
    assert all(step.cites for step in steps)


# ---- the same as JSON ---------------------------------------------------------------------------


@pytest.mark.parametrize("reference", REFERENCES)
@pytest.mark.parametrize(("query", "option"), [("", ""), ("?lang=en", "--lang=en"), ("?lang=es", "--lang=es")])
def test_the_json_is_byte_for_byte_that_of_the_command(reader, home, reference, query, option):
    record.take_position(home, "closed-post", "kept", "legal", NOW)
    record.sign(home, "vccr", "legal", date(2026, 1, 29))
    answer = reader().get(f"/cases/{reference}.json{query}")
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    command = inviolable("assess", str(home / f"cases/{reference}.toml"), "--json", *filter(None, [option]), home=home)
    assert command.returncode == 0, command.stderr
    assert answer.content.decode() == command.stdout
    assert json.loads(answer.content)["reviewed"][0]["pack"] == "vccr"


def test_the_page_links_to_the_json_in_its_own_language(reader):
    assert 'href="/cases/minneapolis-2026.json"' in reader().get(PAGE).content.decode()
    assert 'href="/cases/minneapolis-2026.json?lang=es"' in reader(language="es").get(PAGE).content.decode()


# ---- what is not there, and what is broken -------------------------------------------------------


@pytest.mark.parametrize(
    "reference",
    [
        "nothing-here",
        "ab",
        "a" * 41,
        "Minneapolis-2026",
        "minneapolis_2026",
        "..",
        "%2e%2e%2fx-y",
        "a%00b",
        "ñandú",
    ],
)
def test_a_reference_that_is_none_is_not_found(reader, reference):
    client = reader()
    assert client.get(f"/cases/{reference}/").status_code == 404
    assert client.get(f"/cases/{reference}.json").status_code == 404


def test_a_file_outside_the_folder_is_never_read(reader, home):
    (home / "secret-case.toml").write_bytes((home / "cases/minneapolis-2026.toml").read_bytes())
    for way in ("..%2Fsecret-case", "../secret-case", "%2e%2e/secret-case"):
        assert reader().get(f"/cases/{way}/").status_code == 404


def test_an_unknown_language_of_the_json_is_not_found(reader):
    assert reader().get("/cases/minneapolis-2026.json?lang=xx").status_code == 404


def test_a_broken_case_says_what_is_wrong_and_hides_no_other(reader, home):
    (home / "cases/broken.toml").write_text('[case]\ntitle = "X"\n[facts]\nactr = "officer"\n', encoding="utf-8")
    (home / "cases/Bad Name.toml").write_text("", encoding="utf-8")
    client = reader()
    listed = words_of(client.get("/cases/").content.decode())
    assert "Attempted entry, Consulate of Ecuador, Minneapolis" in listed
    assert "did you mean actor?" in listed
    assert "3 to 40 small letters" in listed
    page = client.get("/cases/broken/")
    assert page.status_code == 422
    assert "did you mean actor?" in page.content.decode()
    assert str(home) not in listed + page.content.decode()


def test_a_fault_in_what_was_decided_is_said_and_nothing_is_answered(reader, home):
    (home / "positions.toml").write_text('closed-post = "perhaps"\n', encoding="utf-8")
    for address in ("/cases/minneapolis-2026/", "/cases/minneapolis-2026.json", "/law/"):
        page = reader().get(address)
        assert page.status_code == 500
        assert "closed-post cannot be" in unescape(page.content.decode())
        assert str(home) not in page.content.decode()
        assert "they may not enter" not in page.content.decode()


def test_a_case_that_nobody_foresaw_takes_down_nothing_else(reader, home, monkeypatch):
    (home / "cases/deep.toml").write_text("x = " + "[" * 20_000, encoding="utf-8")
    (home / "cases/folder.toml").mkdir()
    (home / "cases/odd.toml").write_bytes((home / "cases/minneapolis-2026.toml").read_bytes())

    def odd(case, *rest):
        if case.file.endswith("odd.toml"):
            raise KeyError("nobody foresaw this")
        return opinion_on(case, *rest)

    monkeypatch.setattr(views, "opinion_on", odd)
    client = reader()
    listed = client.get("/cases/")
    assert listed.status_code == 200
    assert words_of(listed.content.decode()).count("This file cannot be read:") == 3
    assert "it cannot be worked with (KeyError)" in listed.content.decode()
    assert listed.content.decode().count("Refuse: they may not enter") == 2
    assert str(home) not in listed.content.decode()
    assert client.get(PAGE).status_code == 200
    assert client.get("/ask/").status_code == 200
    assert client.get("/cases/deep/").status_code == 422


def test_the_json_says_its_faults_as_json(reader, home):
    (home / "cases/broken.toml").write_text('[case]\ntitle = "X"\n[facts]\nactr = "officer"\n', encoding="utf-8")
    answer = reader().get("/cases/broken.json")
    assert answer.status_code == 422
    assert "did you mean actor?" in [fault["way_out"] for fault in answer.json()["faults"]]
    (home / "positions.toml").write_text('closed-post = "perhaps"\n', encoding="utf-8")
    answer = reader().get("/cases/minneapolis-2026.json")
    assert answer.status_code == 500
    assert answer.json()["faults"][0]["file"] == "positions.toml"


@pytest.mark.parametrize("address", ["/cases/", PAGE, "/law/", "/cases/minneapolis-2026.json"])
def test_no_fault_says_where_the_home_lies(reader, home, address):
    (home / "positions.toml").write_text('closed-post = "perhaps"\n', encoding="utf-8")
    page = reader().get(address).content.decode()
    assert "positions.toml" in page
    assert str(home) not in page


def test_an_empty_home_says_where_cases_come_from(reader, home):
    for path in (home / "cases").iterdir():
        path.unlink()
    assert "There is no case here yet" in reader().get("/cases/").content.decode()


def test_many_readers_at_once_get_the_same_answer(home):
    """The engine's tables are shared by all threads; a race in them would be a wrong answer."""
    program = """
import sys, threading, django; django.setup()
from pathlib import Path
from inviolable.counsel.opinion import opinion_on
from inviolable.law.casefile import load_case
home = Path(sys.argv[1]); case = load_case(home / "cases/minneapolis-2026.toml"); found = []
def read(language): found.append((language, str(opinion_on(case, home, language).answer)))
threads = [threading.Thread(target=read, args=(("en", "es")[n % 2],)) for n in range(16)]
[thread.start() for thread in threads]; [thread.join() for thread in threads]
print(len(found), len(set(found)))
"""
    settings = {**os.environ, "DJANGO_SETTINGS_MODULE": "inviolable.web.settings", "INVIOLABLE_HOME": str(home)}
    done = subprocess.run([sys.executable, "-c", program, home], env=settings, capture_output=True, text=True)
    assert done.stdout.split() == ["16", "2"], done.stderr


def test_the_root_example_works_from_the_command_line(root: Path, tmp_path: Path):
    done = inviolable("assess", str(root / "examples/minneapolis-2026.toml"), home=tmp_path / "none")
    assert done.returncode == 0
    assert "Refuse: they may not enter" in done.stdout


def test_every_standing_of_an_instrument_has_words():
    assert all(standing_words(standing) for standing in STANDINGS)
