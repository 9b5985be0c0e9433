"""A sign-off holds for the words that were read: told of packs that change afterwards."""

from dataclasses import replace

from tests.law.test_lawfile import read

from inviolable.law.law import shipped_packs
from inviolable.law.lawfile import Pack
from inviolable.law.review import SignOff, by_provision, by_rule, changed, of_pack

VCCR = shipped_packs()["vccr"]
CITES = [one.cite for one in VCCR.provisions]
TEXT = """+++
pack = "test"
cite = "T"
kind = "base"
[title]
en = "Test"
es = "Prueba"
+++

## 1 First / Primero

en: Nobody
enters.

es: Nadie entra.

tag: V

    rule closed: entry is refuse
    when inside
    en   No.
    es   No.

## 2 Second / Segundo

en: What counts.

es: Lo que cuenta.

tag: V

    rule inside: place is inviolable
    when zone is work
    en   Inside.
    es   Dentro.

    rule outside: place is none
    when zone is outside
    en   Outside.
    es   Fuera.
"""


def signed(pack: Pack, *names: str, date: str = "2026-01-29") -> SignOff:
    return SignOff(pack.id, pack.hash, "legal", date, tuple((one, pack.signable[one]) for one in names))


def test_only_the_provisions_that_were_read_are_reviewed() -> None:
    some = [signed(VCCR, *CITES[:2])]
    assert list(by_provision(VCCR, some)) == CITES[:2]
    assert of_pack(VCCR, some) is None
    rest = replace(signed(VCCR, *CITES[2:]), date="2026-02-03")
    whole = of_pack(VCCR, [*some, rest])
    assert whole == SignOff("vccr", VCCR.hash, "legal", "2026-02-03"), "with the day of the last one"


def test_a_sign_off_without_provisions_is_of_the_whole_text_as_it_was_then() -> None:
    old = SignOff("vccr", VCCR.hash, "legal", "2026-01-29")
    assert of_pack(VCCR, [old]) == old
    assert list(by_provision(VCCR, [old])) == CITES
    assert of_pack(VCCR, [replace(old, hash="0" * 64)]) is None


def test_a_new_version_leaves_reviewed_what_it_says_word_for_word() -> None:
    first = read(TEXT)
    signs = [signed(first, "T 1", "T 2")]
    same = read(TEXT.replace("Nobody\nenters.", "Nobody enters."))
    assert same.hash != first.hash
    assert of_pack(same, signs), "only its lines are broken otherwise"
    other = read(TEXT.replace("What counts.", "What counts most."))
    assert list(by_provision(other, signs)) == ["T 1"]
    assert list(changed(other, signs)) == ["T 2"]
    assert of_pack(other, signs) is None


def test_what_a_rule_inherits_from_another_provision_is_part_of_it() -> None:
    first = read(TEXT)
    wider = read(TEXT.replace("when zone is work", "when zone is work or public"))
    assert list(by_provision(wider, [signed(first, "T 1", "T 2")])) == []


def test_the_same_words_between_other_states_are_not_the_same_law() -> None:
    first = read(TEXT)
    assert by_provision(replace(first, parties=frozenset({"EC", "US"})), [signed(first, "T 1")]) == {}


def test_a_rule_is_reviewed_alone_and_a_provision_when_all_of_its_rules_were() -> None:
    law = read(TEXT)
    one = signed(law, "test/inside")
    assert list(by_rule(law, [one])) == ["test/inside"]
    assert by_provision(law, [one]) == {}, "the other rule was not read"
    other = signed(law, "test/outside", date="2026-02-03")
    assert by_provision(law, [one, other]) == {"T 2": other}, "with the day of the last one"
    assert by_rule(law, [one, other]) == {}, "nothing is left to be told of single rules"
    assert of_pack(law, [one, other]) is None
    assert of_pack(law, [one, other, signed(law, "T 1")])
    without = read(TEXT.partition("    rule inside")[0].replace("when inside", "when zone is work"))
    assert by_provision(without, []) == {}, "of a provision without rules no vacant signature counts"


def test_a_rule_was_read_with_the_words_of_its_provision_and_without_its_other_rules() -> None:
    law = read(TEXT)
    sign = signed(law, "test/inside")
    assert by_rule(read(TEXT.replace("Outside.", "On the street.")), [sign]) == {"test/inside": sign}
    for old, new in (("What counts.", "What is."), ("zone is work", "zone is public"), ("Dentro.", "En el interior.")):
        other = read(TEXT.replace(old, new))
        assert (by_rule(other, [sign]), changed(other, [sign])) == ({}, {"test/inside": sign})
    assert set(law.digests.values()).isdisjoint(law.rule_digests.values()), "none passes for a whole provision"


def test_who_signs_a_provision_has_signed_each_of_its_rules_until_it_changes() -> None:
    law = read(TEXT)
    assert by_rule(law, [signed(law, "T 2")]) == {}, "they are told with their provision"
    old = signed(law, "test/inside", date="2026-01-01")
    newer = read(TEXT.replace("zone is work", "zone is public"))
    assert list(changed(newer, [old])) == ["test/inside"]
    assert changed(newer, [old, signed(newer, "T 2")]) == {}
