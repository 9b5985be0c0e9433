"""The commands of the law as a person types them: what they print, and how they end."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from inviolable.law.law import shipped_packs
from inviolable.law.lawfile import LANGUAGES
from inviolable.law.words import texts

ROOT = Path(__file__).parents[2]
CASE = ROOT / "examples" / "minneapolis-2026.toml"

OWN_PACK = """+++
pack = "ec-us-confidential"
cite = "EC-US"
kind = "bilateral"
extends = "vccr"
parties = ["EC", "US"]
in_force = 2020-01-01
[title]
en = "An understanding"
es = "Un entendimiento"
+++

## 2 Whole premises / Todos los locales

en: The whole of the premises may not be entered.
es: No se puede entrar en ninguna parte de los locales.
tag: V
source: our own copy

    rule  everything: place is inviolable
    when  head is career or career_local; status is open; zone is grounds
    over  vccr/grounds
    en    All of it is covered.
    es    Todo está cubierto.
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


@pytest.fixture(scope="module")
def staffed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which a legal adviser and a press officer sign in, made once."""
    made = tmp_path_factory.mktemp("staffed") / "home"
    for name, role in (("adviser", "legal"), ("spokesperson", "press")):
        assert inviolable(made, "user", "add", name, "--role", role).returncode == 0
    return made


@pytest.fixture
def office(staffed: Path, tmp_path: Path) -> Path:
    """The same for one test alone."""
    return Path(shutil.copytree(staffed, tmp_path / "office"))


def inviolable(home: Path, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("inviolable"), *words],
        env={"INVIOLABLE_HOME": str(home), "PATH": "/usr/bin:/bin", "PYTHONUTF8": "1"},
        capture_output=True,
        input=given,
        text=True,
        cwd=ROOT,
    )


def case_in(home: Path, old: str, new: str) -> Path:
    path = home / "case.toml"
    text = CASE.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    return path


def test_an_assessment_is_readable_in_two_languages_without_colour(home: Path) -> None:
    english = inviolable(home, "assess", str(CASE))
    spanish = inviolable(home, "assess", str(CASE), "--lang", "es")
    assert english.returncode == spanish.returncode == 0
    assert "Refuse: they may not enter" in english.stdout
    assert "No compulsory forum found [M]" in english.stdout
    assert "not yet reviewed by your legal adviser" in english.stdout
    assert "todavía no revisado por su asesoría jurídica" in spanish.stdout
    for output in (english.stdout, spanish.stdout):
        assert "\x1b" not in output
        assert max(map(len, output.splitlines())) <= 100


def test_the_json_is_canonical(home: Path) -> None:
    done = inviolable(home, "assess", str(CASE), "--json")
    answer = json.loads(done.stdout)
    assert done.stdout == json.dumps(answer, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"
    assert answer["reviewed"] == []


def test_an_assessment_makes_no_home_and_refuses_one_that_is_none(tmp_path: Path) -> None:
    assert inviolable(tmp_path / "none", "assess", str(CASE)).returncode == 0
    assert not (tmp_path / "none").exists()
    (tmp_path / "file").write_text("")
    done = inviolable(tmp_path / "file", "assess", str(CASE))
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert "is no directory" in done.stderr


def test_bad_input_ends_with_2_and_one_line_per_fault(home: Path) -> None:
    bad = case_in(home, 'zone = "work"', 'zone = "wrok"')
    done = inviolable(home, "assess", str(bad), "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"inviolable: {bad}:24: zone cannot be 'wrok'; did you mean work?\n"


def test_a_sign_off_counts_until_the_pack_changes(office: Path) -> None:
    done = inviolable(office, "law", "sign", "vccr", "--as", "adviser", "--yes")
    assert done.returncode == 0
    (signed,) = json.loads(inviolable(office, "assess", str(CASE), "--json").stdout)["reviewed"]
    assert (signed["pack"], signed["role"]) == ("vccr", "legal")
    unsigned = json.loads(inviolable(office, "assess", str(CASE), "--json").stdout)["unreviewed"]
    assert [(row["pack"], row["note"]) for row in unsigned] == [("arsiwa", "not yet reviewed by your legal adviser")]
    record = office / "sign-offs.jsonl"
    line = json.loads(record.read_text())
    assert line["by"] == "user-1"
    record.write_text(json.dumps(line | {"by": "user-424242"}) + "\n")
    assert json.loads(inviolable(office, "assess", str(CASE), "--json").stdout)["reviewed"] == [], "no entry says so"
    record.write_text(json.dumps(line | {"provisions": dict.fromkeys(line["provisions"], "0" * 64)}) + "\n")
    assert json.loads(inviolable(office, "assess", str(CASE), "--json").stdout)["reviewed"] == []


def test_signing_prints_what_is_signed_and_names_the_lines_that_are_no_sign_off(office: Path) -> None:
    (office / "sign-offs.jsonl").write_text("nonsense\n")
    read = ("--provision", "VCCR 31(1)", "--provision", "vccr/no-entry")
    done = inviolable(office, "law", "sign", "vccr", *read, "--as", "adviser", "--yes")
    assert done.returncode == 0
    vccr = shipped_packs()["vccr"]
    provisions = {one.cite: one for one in vccr.provisions}
    for words in (provisions["VCCR 31(1)"].text["en"], provisions["VCCR 31(2)"].text["en"], "whatever paper they hold"):
        assert words in done.stdout
    assert "When: " in done.stdout, "a rule with its conditions"
    assert "Then: " in done.stdout
    assert f"vccr/no-entry, SHA-256 {vccr.rule_digests['vccr/no-entry']}" in done.stdout
    assert vccr.digests["VCCR 31(2)"] not in done.stdout, "not signed whole"
    assert "signed off by adviser (legal) on" in done.stdout
    assert "before it comes vccr/assumed-consent" in done.stdout, "what would change a signed rule is read with it"
    assert "sign-offs.jsonl:1: is no sign-off" in done.stderr
    assert inviolable(office, "assess", str(CASE)).returncode == 0


@pytest.mark.parametrize(("said", "code"), [("n\n", 2), ("", 1), ("y\n", 0)])
def test_nothing_is_signed_before_whoever_read_it_says_yes(office: Path, said: str, code: int) -> None:
    read = ("law", "sign", "vccr", "--provision", "VCCR 31(2)", "--as", "adviser")
    done = inviolable(office, *read, given=said)
    assert done.returncode == code
    assert shipped_packs()["vccr"].digests["VCCR 31(2)"] in done.stdout, "shown before it is asked"
    assert "sign as adviser (legal)?" in done.stderr
    assert (office / "sign-offs.jsonl").exists() is (code == 0)
    assert ("signed off by" in done.stdout) is (code == 0)


def test_it_is_signed_as_it_is_beside_a_treaty_that_changes_it(office: Path) -> None:
    read = ("law", "sign", "vccr", "--provision", "vccr/grounds", "--as", "adviser", "--yes")
    alone, beside = (inviolable(office, *read, *more) for more in ((), ("--with", "us-china-1980")))
    assert "us-china-1980/whole-premises" not in alone.stdout
    assert "before it comes us-china-1980/whole-premises" in beside.stdout
    first, second = map(json.loads, (office / "sign-offs.jsonl").read_text("utf-8").splitlines())
    assert first["provisions"]["vccr/grounds"] != second["provisions"]["vccr/grounds"]


@pytest.mark.parametrize(
    "words",
    [
        ("law", "sign", "vccr", "--as", "adviser"),
        ("run", "--port", "0"),
        ("user", "add", "Ana", "--role", "legal"),
        ("example", "load"),
        ("assess", str(CASE)),
        ("law", "check"),
    ],
)
def test_a_home_that_is_a_file_is_refused_in_one_line(tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "home").write_text("")
    done = inviolable(tmp_path / "home", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1


def test_a_sign_off_that_cannot_be_written_is_refused_in_one_line(office: Path) -> None:
    (office / "sign-offs.jsonl").mkdir()
    done = inviolable(office, "law", "sign", "vccr", "--as", "adviser")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1


def test_a_database_that_is_none_is_refused_in_one_line(home: Path) -> None:
    (home / "inviolable.sqlite3").write_text("no database" * 100)
    done = inviolable(home, "user", "add", "Ana", "--role", "legal")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "database: file is not a database" in done.stderr


@pytest.mark.parametrize("port", ["0", "65536", "-1", "x"])
def test_a_port_is_a_port(home: Path, port: str) -> None:
    assert inviolable(home, "user", "add", "Ana", "--role", "legal", "--port", port).returncode == 2
    assert list(home.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (("vccrr", "--as", "adviser"), "unknown pack 'vccrr'; did you mean vccr?"),
        (("vccr", "--as", "adviser", "--provision", "VCCR 31"), "unknown provision or rule 'VCCR 31'"),
        (("vccr", "--as", "spokesperson"), "spokesperson signs in as press; only a legal adviser signs the law off"),
        (("vccr", "--as", "nobody"), "nobody signs in as 'nobody'; `inviolable user list` shows who does"),
        (("vccr",), "whose signature is it? Name a legal adviser with --as"),
    ],
)
def test_only_the_legal_adviser_signs_and_only_what_there_is(office: Path, words: tuple[str, ...], fault: str) -> None:
    done = inviolable(office, "law", "sign", *words)
    assert done.returncode == 2
    assert fault in done.stderr
    assert not (office / "sign-offs.jsonl").exists()


def test_a_position_taken_settles_what_was_disputed(home: Path) -> None:
    disputed = case_in(home, 'status = "open"', 'status = "ended"')
    answer = json.loads(inviolable(home, "assess", str(disputed), "--json").stdout)
    assert answer["entry"]["answer"] == "disputed"
    assert {view["result"] for view in answer["entry"]["views"]} == {"refuse", "no_treaty_bar"}
    assert all(view["positions"][0]["authority"] for view in answer["entry"]["views"])
    (home / "positions.toml").write_text('closed-post = "kept"\n')
    assert json.loads(inviolable(home, "assess", str(disputed), "--json").stdout)["entry"]["answer"] == "refuse"
    (home / "positions.toml").write_text('closed-post = "perhaps"\n')
    assert "closed-post cannot be 'perhaps'" in inviolable(home, "assess", str(disputed)).stderr


def test_a_ministrys_own_pack_changes_only_what_it_overrides(home: Path) -> None:
    yard = case_in(home, 'zone = "work"', 'zone = "grounds"')
    before = json.loads(inviolable(home, "assess", str(yard), "--json").stdout)
    assert before["entry"]["answer"] == "no_treaty_bar"
    (home / "packs").mkdir()
    (home / "packs" / "ec-us.md").write_text(OWN_PACK)
    after = json.loads(inviolable(home, "assess", str(yard), "--json").stdout)
    assert after["entry"]["answer"] == "refuse"
    assert "EC-US 2" in after["entry"]["cites"]
    assert "ec-us-confidential" in {row["instrument"] for row in after["regime"]}
    untouched = ("vccr-33", "vccr-36-1-b", "vccr-40", "vccr-41")
    assert [f for f in before["findings"] if f["id"] in untouched] == [
        f for f in after["findings"] if f["id"] in untouched
    ]


def test_a_pack_that_contradicts_itself_is_refused_with_its_line(home: Path) -> None:
    (home / "packs").mkdir()
    (home / "packs" / "ec-us.md").write_text(OWN_PACK.replace("    over  vccr/grounds\n", ""))
    done = inviolable(home, "law", "check")
    assert done.returncode == 2
    assert "place: rules answer differently" in done.stderr
    assert "say which is `over` the other" in done.stderr


@pytest.mark.long
def test_the_whole_law_is_proved_and_the_cones_are_printed(home: Path) -> None:
    done = inviolable(home, "law", "check")
    assert done.returncode == 0
    assert done.stderr == ""
    assert "  vccr-31-2: 3,810,240 worlds" in done.stdout
    assert "refused" not in done.stdout


def test_signing_prints_every_language_and_all_that_the_signature_is_of(office: Path) -> None:
    """Notes are drafted in Spanish: what another hand put there alone is not signed unread."""
    own = office / "packs" / "ec-us-confidential.md"
    own.parent.mkdir()
    told = "    do    close-door, no-paper\n    comment  Read with the annex.\n"
    own.write_text(OWN_PACK.replace("over  vccr/grounds", "over  vccr/grounds\n    under vccr/assumed-consent") + told)
    sign = ("law", "sign", "ec-us-confidential", "--as", "adviser")
    read = inviolable(office, *sign, given="n\n").stdout
    doors = [texts(language)["do"][key] for language in LANGUAGES for key in ("close-door", "no-paper")]
    rules = {rule.id: rule.words["en"] for rule in shipped_packs()["vccr"].rules}
    for words in (
        *("An understanding", "Un entendimiento", "Whole premises", "Todos los locales", "2020-01-01", "EC, US"),
        *("The whole of the premises may not be entered.", "No se puede entrar en ninguna parte de los locales."),
        *("All of it is covered.", "Todo está cubierto.", "Note: Read with the annex."),
        *(f"What is done at the door: {words}" for words in doors[:2]),
        f"Comes before: vccr/grounds {rules['vccr/grounds']}",
        f"before it comes: vccr/assumed-consent {rules['vccr/assumed-consent']}",
    ):
        assert words in read, words
    swapped = own.read_text().replace("Todo está cubierto.", "SE PUEDE ENTRAR SIEMPRE.")
    own.write_text(swapped)
    assert "SE PUEDE ENTRAR SIEMPRE." in inviolable(office, *sign, given="n\n").stdout
    spanish = inviolable(office, *sign, "--lang", "es", given="n\n").stdout
    assert all(f"Qué se hace en la puerta: {words}" in spanish for words in doors[2:])
    assert spanish.index("Todos los locales") < spanish.index("Whole premises"), "the one asked for comes first"
    assert not (office / "sign-offs.jsonl").exists()
