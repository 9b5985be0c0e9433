"""A signature is of what was read, and of nothing else."""

import json

import pytest
from django.db import transaction
from tests.counsel.conftest import NOW, words_of
from tests.counsel.test_law_pages import OWN_PACK, law_signed

from inviolable.counsel import record
from inviolable.counsel.reviewing import sign
from inviolable.law.law import shipped_packs
from inviolable.posts.actions import add_user
from inviolable.posts.models import User

YARD = "ec-us-2027/yard"


@pytest.fixture
def own(home):
    """The ministry's own law file."""
    (home / "packs").mkdir()
    file = home / "packs/ec-us-2027.md"
    file.write_text(OWN_PACK, encoding="utf-8")
    return file


def test_what_is_swapped_while_she_signs_is_not_signed(reader, home, own, monkeypatch):
    client = reader("legal")
    [pack] = record.own_packs(home)
    packs = record.all_packs

    def swapped(home, among=()):
        """All law files, of which one changes as soon as they were read."""
        found = packs(home, among)
        own.write_text(OWN_PACK.replace("protects the yard", "protects everything everywhere"), encoding="utf-8")
        return found

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(record, "all_packs", swapped)
        answer = client.post(f"/law/packs/{pack.id}/sign/", {"read": pack.digests["EC–US 2027 art.1"]})
    assert answer.status_code == 409
    assert "it has changed. Read it again" in answer.content.decode()
    assert (record.sign_offs(home), law_signed()) == ([], [])


def test_what_is_signed_is_what_was_read_to_the_letter(reader, home, own):
    client = reader("legal")
    [before] = record.own_packs(home)
    own.write_text(OWN_PACK.replace("protects the yard", "protects everything everywhere"), encoding="utf-8")
    [adviser] = User.objects.all()
    for read in ({YARD: before.rule_digests[YARD]}, {"ec-us-2027/gone": "0" * 64}):
        with pytest.raises(record.Changed, match="read it again"):
            sign(adviser, before.id, read, actor=adviser.actor, now=NOW)
    [now] = record.own_packs(home)
    client.post(f"/law/packs/{now.id}/sign/", {"read": now.rule_digests[YARD]})
    [signed], [entry] = record.sign_offs(home), law_signed()
    assert dict(signed.provisions) == {YARD: now.rule_digests[YARD]}
    assert entry["body"]["read"] == [{"name": YARD, "sha256": now.rule_digests[YARD]}]


VCCR = shipped_packs()["vccr"]
ONE = ["VCCR 31(2)"]


@pytest.fixture
def adviser(db, home):
    """Somebody who may sign."""
    return add_user("adviser", "legal", now=NOW)


def why_not(home):
    """What is wrong with the lines, by their number."""
    return [(fault.line, fault.what) for fault in record.bad_sign_offs(home)]


def test_a_signature_whose_transaction_fails_counts_nowhere(home, adviser):
    with transaction.atomic():
        sign(adviser, "vccr", ONE, actor=adviser.actor, now=NOW)
        transaction.set_rollback(True)
    assert len((home / "sign-offs.jsonl").read_bytes().splitlines()) == 1, "the line is on the disk"
    assert record.sign_offs(home) == []
    assert why_not(home) == [(1, f"says that '{adviser.actor['id']}' signed, and no entry of the record says the same")]
    sign(adviser, "vccr", ONE, actor=adviser.actor, now=NOW)
    assert {one.by for one in record.sign_offs(home)} == {adviser.actor["id"]}
    assert why_not(home) == []


@pytest.mark.parametrize(
    "changed",
    [
        {"by": "user-424242"},
        {"date": "2026-01-28"},
        {"pack": "vcdr"},
        {"hash": "0" * 64},
        {"provisions": VCCR.digests},
        {"provisions": {}},
    ],
)
def test_a_line_written_by_hand_in_somebody_s_name_counts_nowhere(home, adviser, changed):
    sign(adviser, "vccr", ONE, actor=adviser.actor, now=NOW)
    file = home / "sign-offs.jsonl"
    line = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps(line) + "\n" + json.dumps(line | changed) + "\n", encoding="utf-8")
    assert [one.provisions for one in record.sign_offs(home)] == [((ONE[0], VCCR.digests[ONE[0]]),)]
    assert [number for number, _why in why_not(home)] == [2]


@pytest.mark.parametrize("of", [{}, {"provisions": VCCR.digests}])
def test_a_line_that_names_nobody_counts_nowhere_and_those_with_an_entry_go_on(home, adviser, of):
    sign(adviser, "vccr", ONE, actor=adviser.actor, now=NOW)
    line = {"pack": "vccr", "hash": VCCR.hash, "role": "legal", "date": "2026-01-29"} | of
    with (home / "sign-offs.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
    assert [one.by for one in record.sign_offs(home)] == [adviser.actor["id"]]
    assert why_not(home) == [(2, "names nobody, and no entry of the record says who signed")]


def test_what_a_command_signed_for_somebody_says_so(reader, home, adviser):
    actor = {"role": "legal", "id": "command-line"}
    sign(adviser, "vccr", ONE, actor=actor, now=NOW)
    [signed], [entry] = record.sign_offs(home), law_signed()
    assert (entry["actor"], entry["body"]["by"]) == (actor, signed.by)
    assert signed.via == "command-line"
    assert "via" not in (home / "sign-offs.jsonl").read_text("utf-8"), "only the record is believed"
    page = words_of(reader().get("/law/packs/vccr/").content.decode())
    assert f"legal ({signed.by}), by a command at the server" in page
    sign(adviser, "vccr", ["VCCR 31(3)"], actor=adviser.actor, now=NOW)
    assert [one.via for one in record.sign_offs(home)] == ["command-line", ""]
    sign(adviser, "vccr", ONE, actor=adviser.actor, now=NOW)
    assert {one.via for one in record.sign_offs(home)} == {""}, "now it is signed in person"


def test_the_record_is_asked_once_whenever_somebody_is_named_and_never_otherwise(
    home, adviser, django_assert_num_queries
):
    line = {"pack": "vccr", "hash": VCCR.hash, "role": "legal", "date": "2025-01-01"}
    (home / "sign-offs.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    with django_assert_num_queries(0):
        record.sign_offs(home)
    sign(adviser, "vccr", ONE, actor=adviser.actor, now=NOW)
    record.sign_offs(home)
    with django_assert_num_queries(1):
        record.decided(home)


def test_what_changes_while_she_reads_on_the_terminal_is_not_signed(home, own, adviser):
    _pack, read = record.to_sign(home, "ec-us-2027")
    own.write_text(OWN_PACK.replace("protects the yard", "protects everything everywhere"), encoding="utf-8")
    with pytest.raises(record.Changed, match="read it again"):
        sign(adviser, "ec-us-2027", read, actor=adviser.actor, now=NOW)


def test_a_provision_signed_whole_shows_what_comes_before_it_from_elsewhere(reader, home):
    page = reader("legal").get("/law/packs/vccr/").content.decode()
    bag = page.partition('id="title-vccr-35-2"')[2].partition("</section>")[0]
    assert "rules that stand elsewhere come before those of VCCR 35(2)" in words_of("<main>" + bag)
    assert "vccr/bag-opened" in bag
    assert page.count("stand elsewhere") == 1
