"""A law file that cannot be right is refused, each fault with file, line and a way out."""

import hashlib
import time
from dataclasses import replace
from pathlib import Path

import pytest

from inviolable.law.faults import Fault, Faulty
from inviolable.law.law import put_together, read_packs
from inviolable.law.lawfile import Pack
from inviolable.law.lawreader import read_pack
from inviolable.law.proof import prove
from inviolable.law.vocabulary import vocabulary
from inviolable.law.words import say

BAD = sorted((Path(__file__).parent / "bad").glob("*.md"))

GOOD = """+++
pack = "own"
cite = "OWN"
kind = "base"
[title]
en = "A convention"
es = "Un convenio"
+++

## 12(3) Children / Menores

en: The post helps
children.
es: La oficina ayuda.
tag: V~
source: a local copy

    rule  child: vccr-5-h is engaged
    when  minor is yes
    en    A child
    en    is concerned.
    es    Hay un menor.

    rule  child-and-crime: vccr-5-h is not_engaged
    when  child; grave_crime is yes
    over  child
    tag   A
    en    Not then.
    es    Entonces no.
    comment Only to show inheritance.

    otherwise nobody: vccr-5-h is not_engaged
    en    Nobody.
    es    Nadie.
"""


def read(text: str) -> Pack:
    return read_pack(text, "own.md", vocabulary())


def faults_of(path: Path) -> list[str]:
    """What reading, putting together and proving a law file complains of, without its line numbers."""
    try:
        law = put_together([read_pack(path.read_text(), path.name, vocabulary())], vocabulary())
    except Faulty as faulty:
        return [str(fault) for fault in faulty.faults]
    return [str(fault) for fault in prove(law).faults]


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_law_file_is_refused_with_line_and_way_out(path: Path) -> None:
    found = faults_of(path)
    expected = path.with_suffix(".txt").read_text().splitlines()
    places, sentences = zip(*(fault.split(": ", 1) for fault in found), strict=True)
    assert sorted(sentences) == sorted(expected)
    lines = path.read_text().splitlines()
    for place in places:
        name, line = place.split(":")
        assert name == path.name
        assert 1 <= int(line) <= len(lines)


def test_the_pinpoint_of_a_rule_is_the_heading_it_stands_under() -> None:
    pack = read(GOOD)
    assert {rule.cite for rule in pack.rules} == {"OWN 12(3)"}
    assert pack.provisions[0].text["en"] == "The post helps children."
    assert pack.provisions[0].title == {"en": "Children", "es": "Menores"}


def test_a_bare_rule_name_inherits_that_rules_conditions() -> None:
    rules = {rule.id: rule for rule in read(GOOD).rules}
    assert rules["own/child"].conditions[0] in rules["own/child-and-crime"].conditions
    assert len(rules["own/child-and-crime"].conditions) == 2


def test_a_rule_has_the_tag_of_its_provision_unless_it_names_its_own() -> None:
    assert {rule.id: rule.tag for rule in read(GOOD).rules} == {
        "own/child": "V~",
        "own/child-and-crime": "A",
        "own/nobody": "V~",
    }


def test_the_good_file_is_proved() -> None:
    assert prove(put_together([read(GOOD)], vocabulary())).faults == ()


def test_the_hash_of_a_pack_changes_with_every_byte() -> None:
    assert read(GOOD).hash != read(GOOD.replace("Nobody.", "Nobody!")).hash


def test_the_hash_of_a_pack_is_of_its_very_bytes(tmp_path: Path) -> None:
    for data in (GOOD.encode(), GOOD.replace("\n", "\r\n").encode(), b"\xef\xbb\xbf" + GOOD.encode()):
        path = tmp_path / "own.md"
        path.write_bytes(data)
        [pack] = read_packs([path])
        assert pack.hash == hashlib.sha256(data).hexdigest()
        assert len(pack.rules) == 3


def refused(text: str | bytes) -> list[str]:
    with pytest.raises(Faulty) as caught:
        read_pack(text, "own.md", vocabulary())
    return [str(fault) for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('pack = "own"', "pack = 1", "pack is 1; small letters"),
        ('pack = "own"', 'pack = "../own"', "pack is '../own'; small letters"),
        ('cite = "OWN"', "cite = 1", "cite is 1; write cite"),
        ('cite = "OWN"', 'cite = ""', "cite is empty"),
        ('kind = "base"', 'kind = ["base"]', "kind is ['base']; allowed: base"),
        ('kind = "base"', "kind = {}", "kind is {}; allowed: base"),
        ('kind = "base"', 'kind = "base"\nsource = 1', "source is 1"),
        ('kind = "base"', 'kind = "base"\nextends = ["vccr"]', "extends is ['vccr']"),
        ('kind = "base"', 'kind = "base"\nbounded = "vccr-5-h"', "bounded is 'vccr-5-h'; write a list"),
        ('kind = "base"', 'kind = "base"\nbounded = [1]', "bounded is [1]; write a list"),
        ('kind = "base"', 'kind = "base"\nbounded = ["vccr-5-g"]', "unknown module 'vccr-5-g' in bounded; did you"),
        ('kind = "base"', 'kind = "base"\nparties = [["EC"], "US"]', "parties is [['EC'], 'US']; write a list"),
        ('kind = "base"', 'kind = "base"\nin_force = 1', "in_force is 1; write in_force"),
        ('kind = "base"', 'kind = "base"\nin_force = "soon"', "in_force is 'soon'; write in_force"),
        ('kind = "base"', 'kind = "base"\nin_force = 2027-01-01T00:00:00', "in_force is datetime"),
        (
            'kind = "base"',
            'kind = "base"\nboundd = []',
            "unknown key 'boundd' in the front matter; did you mean bounded?",
        ),
        ('en = "A convention"', "en = 1", "[title] has no text in 'en'"),
        ('es = "Un convenio"', "", "[title] has no text in 'es'"),
        ('[title]\nen = "A convention"\nes = "Un convenio"', 'title = "T"', "[title] has no text in 'en'"),
        ('cite = "OWN"', "cite = " + "9" * 5000, "front matter is not TOML"),
        ('cite = "OWN"', "cite = " + "[" * 100_000, "front matter is not TOML: nested too deeply"),
    ],
)
def test_every_entry_of_the_front_matter_has_its_type(old: str, new: str, fault: str) -> None:
    assert old in GOOD
    assert any(line.startswith(f"own.md:1: {fault}") for line in refused(GOOD.replace(old, new)))


def test_a_step_that_nobody_has_written_is_refused() -> None:
    steps = "    when  minor is yes\n    do    ask_identty\n"
    [fault] = refused(GOOD.replace("    when  minor is yes\n", steps))
    assert "unknown step 'ask_identty'" in fault


HEAD = GOOD[: GOOD.index("    rule  child:")]


def rules(conditions: list[str]) -> str:
    """A file of rules r0, r1 … with the given conditions."""
    return HEAD + "".join(
        f"    rule r{number}: vccr-5-h is engaged\n    when {when}\n    en A.\n    es A.\n\n"
        for number, when in enumerate(conditions)
    )


def test_inherited_conditions_do_not_multiply() -> None:
    began = time.monotonic()
    pack = read(rules(["minor is yes", *(f"r{number}; r{number}" for number in range(30))]))
    assert time.monotonic() - began < 2
    assert {len(rule.conditions) for rule in pack.rules} == {1}


@pytest.mark.parametrize("turned", [False, True])
def test_a_long_chain_of_inheritance_is_a_fault(turned: bool) -> None:
    chain = [f"r{number + 1}" for number in range(60)] + ["minor is yes"]
    if turned:
        chain = ["minor is yes"] + [f"r{number}" for number in range(60)]
    assert any("inherits through more than 50 rules" in fault for fault in refused(rules(chain)))
    assert refused(rules([f"r{number + 1}" for number in range(3000)])) == [
        "own.md: more than 500 rules; divide it into several packs"
    ]


def test_a_file_of_50_rules_that_inherit_from_each_other_is_read() -> None:
    assert len(read(rules(["minor is yes"] + [f"r{number}" for number in range(49)])).rules) == 50


def test_a_law_file_that_is_too_large_is_refused() -> None:
    assert "a law file has at most 1,000,000" in refused(GOOD + "x" * 1_000_000)[0]


def test_faults_beyond_fifty_are_counted() -> None:
    began = time.monotonic()
    found = refused(rules(["; ".join(f"f{number} is yes" for number in range(50_000))]))
    assert time.monotonic() - began < 5
    assert len(found) == 51
    assert found[-1] == "own.md: and 49950 more"


def test_a_pack_stands_once_in_a_law() -> None:
    with pytest.raises(Faulty, match="pack 'own' stands twice in one law"):
        put_together([read(GOOD), read(GOOD.replace("child", "kid"))], vocabulary())


def test_a_rule_stands_once_in_a_law() -> None:
    with pytest.raises(Faulty, match=r"rule own/child stands already in own\.md:18"):
        put_together([read(GOOD), replace(read(GOOD), id="other")], vocabulary())


@pytest.mark.parametrize("special", ["/dev/zero", "/dev", "/proc/self/mem"])
def test_only_regular_files_are_read(special: str) -> None:
    with pytest.raises(Faulty, match=r"is no regular file|cannot be read"):
        read_packs([Path(special)])


def test_what_cannot_be_printed_safely_is_escaped_in_a_fault() -> None:
    fault = str(Fault("a\x1b[2J.md", 1, "two\nlines", "\u202eback"))
    assert fault == "a\\x1b[2J.md:1: two\\nlines; \\u202eback"


@pytest.mark.parametrize("language", ["", "../texts/en", "en/../en", "/etc/passwd", "EN", "\0", "de", "*"])
def test_only_written_host_languages_are_spoken(language: str) -> None:
    assert say(language) is None
    assert say("en")
