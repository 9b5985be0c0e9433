"""A law file that cannot be right is refused, each fault with file, line and a way out."""

from pathlib import Path

import pytest

from inviolable.law.faults import Faulty
from inviolable.law.law import put_together
from inviolable.law.lawfile import Pack, read_pack
from inviolable.law.proof import prove
from inviolable.law.vocabulary import vocabulary

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
