"""`inviolable sources` as a person types it: what it prints in two languages, its JSON, and how it refuses."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from tests.sources.press import MINNEAPOLIS, PRESS, SHENYANG, files, press, said

from inviolable.sources.agreement import STATUSES
from inviolable.sources.checks import CHECKS
from inviolable.sources.records import OF_CLAIM, OF_RECORD, Claim, from_json, to_csv, to_json
from inviolable.sources.voices import KINDS

ROOT = Path(__file__).parents[2]
DENIAL = Claim("1", 0, "entry.outcome", "entered", polarity="denies")
CASE = ROOT / "examples" / "minneapolis-2026.toml"


def sources(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("inviolable"), "sources", *map(str, words)],
        env={"INVIOLABLE_HOME": "/nowhere", "PATH": "/usr/bin:/bin", "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def answer() -> dict:
    done = sources(*files(MINNEAPOLIS), CASE, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert done.stdout == json.dumps(found, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"
    return found


def test_the_json_has_voices_rows_and_checks_and_nothing_but_texts_and_integers(answer: dict) -> None:
    assert set(answer) == {"records", "voices", "rows", "checks", "verdict"}
    assert len(answer["records"]) == 56
    assert [set(one) for one in answer["voices"]] == [{"id", "kind", "records"}] * 11
    assert {one["kind"] for one in answer["voices"]} <= set(KINDS)
    for row in answer["rows"]:
        assert set(row) == {"fact", "status", "values", "relations"}
        assert row["status"] in STATUSES
        assert all(set(value) == {"value", "voices", "records"} for value in row["values"])
    assert all(set(one) == {"check", "records", "says"} for one in answer["checks"])

    def leaves(of: object) -> set[type]:
        inside = of.values() if isinstance(of, dict) else of if isinstance(of, list) else None
        return {type(of)} if inside is None else {kind for one in inside for kind in leaves(one)}

    assert leaves(answer) <= {str, int}


def test_with_a_case_file_the_dates_are_held_against_every_zone(answer: dict) -> None:
    dates = {tuple(one["records"]) for one in answer["checks"] if one["check"] == "date"}
    assert dates == {("009", "031", "111"), ("071",), ("085",)}


def test_about_and_denied_are_part_of_a_value_and_what_is_not_compared_is_counted(tmp_path: Path) -> None:
    one = said("1", ("event.local_time", "about 11:00"), *(("staff.name", str(n) * 9) for n in range(102)))
    (tmp_path / "1.json").write_text(to_json([replace(one, claims=(*one.claims, DENIAL))]))
    done = sources(tmp_path / "1.json", "--json")
    values = {row["fact"]: [one["value"] for one in row["values"]] for row in json.loads(done.stdout)["rows"]}
    assert values["event.local_time"] == ["~11:00"]
    assert values["entry.outcome"] == ["not completed"]
    table = sources(tmp_path / "1.json").stdout
    assert "- not: entered: said by the press" in table
    assert "  2 more values are listed and not compared" in table


def test_the_order_of_files_and_their_format_do_not_matter(tmp_path: Path) -> None:
    (tmp_path / "all.csv").write_text(to_csv(press(SHENYANG)))
    one = sources(*files(SHENYANG), "--json")
    assert one.stdout == sources(*reversed(files(SHENYANG)), "--json").stdout
    assert one.stdout == sources(tmp_path / "all.csv", "--json").stdout


def test_the_table_is_readable_in_two_languages_without_colour() -> None:
    english, spanish = sources(*files(SHENYANG)), sources(*files(SHENYANG), "--lang", "es")
    assert english.returncode == spanish.returncode == 0
    assert "14 records, 5 voices" in english.stdout
    assert "Consent: told differently; not all of it can be true" in english.stdout
    assert "- not given: said by Japan's foreign ministry; in 7 records" in english.stdout
    assert "cannot both be true: not given / given" in english.stdout
    assert "not said by: " in english.stdout
    assert "Consentimiento: contado de distintas maneras; no todo puede ser cierto" in spanish.stdout
    assert "- no se dio: lo dice Ministerio de Exteriores de Japón; en 7 documentos" in spanish.stdout
    for output in (english.stdout, spanish.stdout):
        assert "\x1b" not in output
        assert max(map(len, output.splitlines())) <= 100
        assert not {"false", "fake", "score"} & set(output.lower().split())


def test_conflicts_come_before_what_all_agree_on() -> None:
    lines = sources(*files(SHENYANG)).stdout.splitlines()
    heads = [
        line.split(": ", 1)[1] for line in lines if ": told" in line or ": agreed" in line or ": said by one" in line
    ]
    seen = list(dict.fromkeys(head for head in heads if "the law turns on it" not in head))
    assert [one.split(";")[-1].split()[0] for one in seen] == ["not", "nothing", "said", "agreed"]


REFUSED = [
    ([PRESS / "nowhere.json"], "cannot be read"),
    ([PRESS], "ends in nothing; name a record as .json or .csv"),
    ([CASE, ROOT / "examples" / "minneapolis-2026.toml"], "is a second case file; name one, or none"),
    ([ROOT / "README.md"], "ends in .md"),
    ([files(MINNEAPOLIS)[0], files(MINNEAPOLIS)[0]], "id '001' is also in"),
]


@pytest.mark.parametrize(("words", "says"), REFUSED)
def test_bad_input_is_one_line_and_exit_2(words: list[Path], says: str) -> None:
    done = sources(*words, "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_document_tells_every_standing_relation_kind_and_check() -> None:
    document = (ROOT / "docs" / "claims.md").read_text()
    for word in (*STATUSES, *KINDS, *CHECKS, "finer", "compatible", "variant", "conflict", "superseded"):
        assert f"`{word}`" in document, word
    assert len(from_json(document.split("```json")[1].split("```")[0])) == 1
    assert set(re.findall(r'"(\w+)":', document.split("```json")[1])) >= {*OF_RECORD, "claims"}
    for column in OF_CLAIM:
        assert f"`{column}`" in document or f'"{column}"' in document, column


def test_the_document_tells_every_key_of_a_verdict(answer: dict) -> None:
    document = (ROOT / "docs" / "claims.md").read_text().split("## The verdict")[1].split("## The JSON")[0]
    assert set(re.findall(r"`(\w+)`", document)) >= answer["verdict"].keys()


def test_a_case_file_alone_says_what_nobody_speaks_of() -> None:
    done = sources(CASE, "--json")
    assert done.returncode == 0
    assert {row["status"] for row in json.loads(done.stdout)["rows"]} == {"silent"}


def test_what_a_page_says_cannot_move_the_cursor(tmp_path: Path) -> None:
    one = {
        "id": "1",
        "claims": [{"fact": "weather", "value": "snow\u2028\nbold", "attributed_to": "a man\n\u202ebold"}],
    }
    (tmp_path / "1.json").write_text(json.dumps(one))
    done = sources(tmp_path / "1.json")
    assert done.returncode == 0
    assert "\u2028" not in done.stdout
    assert "\u202e" not in done.stdout
    assert "bold" not in done.stdout.splitlines()


def test_the_verdict_stands_under_both_levels_with_and_without_a_case_file(answer: dict) -> None:
    verdict = answer["verdict"]
    assert (verdict["entry"], verdict["robust"], verdict["deciding"]) == ("refuse", "yes", [])
    assert verdict["primary"]["entry"] == "refuse"
    alone = json.loads(sources(*files(SHENYANG), "--json").stdout)["verdict"]
    assert (alone["entry"], alone["robust"], alone["deciding"]) == ("open", "no", ["consent_by"])
    assert alone["over"] == "Over the sources given here: 5 voices, the last of 2002-05-29."


def test_the_table_says_what_to_find_out_first_and_over_what_it_is_said() -> None:
    frame = PRESS / "shenyang.toml"
    english, spanish = sources(*files(SHENYANG), frame).stdout, sources(*files(SHENYANG), frame, "--lang", "es").stdout
    assert "1. Has anybody said yes? Accounts differ. Who could answer: the head of post;" in english
    assert "1. ¿Alguien dio su consentimiento? Los relatos difieren." in spanish
    minneapolis = sources(*files(MINNEAPOLIS), PRESS / "minneapolis.toml").stdout
    assert "Whichever account is right: Refuse: they may not enter." in minneapolis
    assert "Over the\n  sources given here: 6 voices, the last of 2026-01-29." in minneapolis


def test_what_the_law_turns_on_is_marked_and_comes_first_and_a_case_file_is_asked_for() -> None:
    said = sources(*files(SHENYANG)).stdout
    facts = said.partition("Facts\n-----\n")[2].strip()
    assert facts.startswith("Consent: told differently; not all of it can be true [the law turns on it]")
    assert "Name a case file" in said
    assert "Name a case file" not in sources(*files(MINNEAPOLIS), CASE).stdout


def test_every_question_can_be_had() -> None:
    few, every = sources(*files(SHENYANG)).stdout, sources(*files(SHENYANG), "--all").stdout
    assert "more; --all shows them." in few
    assert "--all" not in every
    assert every.count("Who could answer:") > few.count("Who could answer:")


def test_records_of_two_events_are_not_weighed_as_one_unseen() -> None:
    warning = "lie more than a month apart"
    assert warning in " ".join(sources(*files(SHENYANG), *files(MINNEAPOLIS)).stdout.split())
    assert warning not in " ".join(sources(*files(MINNEAPOLIS)).stdout.split())
