"""The timeline on its page, and each entry with what proves it."""

import re
import subprocess
from datetime import timedelta

import pytest
from tests.counsel.conftest import words_of
from tests.incidents.conftest import NOW, OFFICER
from tests.incidents.pages import HOME, REF, page

from inviolable.incidents.actions import assign
from inviolable.incidents.lookup import entries_of, first_break
from inviolable.incidents.proof import standing
from inviolable.incidents.wording import happened_words, interval_words
from inviolable.ledger import erasure, sequencer
from inviolable.ledger.bounds import Bound, Interval
from inviolable.ledger.models import Checkpoint, Entry
from inviolable.ledger.moments import Happened
from inviolable.ledger.prooffile import parse_proof_file
from inviolable.ledger.registry import Recorded
from inviolable.ledger.tree import leaf_hash, verify_inclusion

pytestmark = pytest.mark.django_db


def test_a_new_entry_is_recorded_then_checkpointed_and_the_page_says_which(reader, incident):
    client = reader()
    assert "1 entry recorded, not yet checkpointed." in words_of(page(client))
    assert "recorded, not yet checkpointed" in words_of(page(client, "entries/0/"))
    assert client.get(HOME + "entries/0/entry.json").content == bytes(Entry.objects.get(kind="incident.opened").line)
    assert client.get(HOME + "entries/0/entry.tlog-proof").status_code == 404

    sequencer.checkpoint(NOW)
    assign(REF, "Write", "legal", actor=OFFICER, now=NOW)
    shown = words_of(page(client, "timeline/"))
    assert "Verified up to entry 0 · checkpoint of 27 January 2026, 17:00:00 UTC" in shown
    assert "stamped by nobody yet · cosigned by nobody yet · 1 entry recorded, not yet checkpointed" in shown
    assert "0 · Incident opened" in shown
    assert "Happened, as claimed 27 January 2026, 11:00 (UTC−06:00)" in shown
    assert "open: no clock outside bounds it yet" in shown


def test_a_long_timeline_is_read_in_pages_of_fifty_and_a_new_entry_is_there_at_once(reader, incident):
    for number in range(70):
        erasure.place_hold(incident.stream, f"hold {number}", actor=OFFICER, now=NOW)
    client = reader()
    first, second = (page(client, f"timeline/?page={number}") for number in (1, 2))
    assert first.count('class="told"') == 50
    assert second.count('class="told"') == 21
    assert "Page 2 of 2" in words_of(second)
    assert page(client, "timeline/?page=x").count('class="told"') == 50
    assert "70 · Legal hold placed" in words_of(second)
    assign(REF, "Write", "legal", actor=OFFICER, now=NOW)
    assert "71 · Task assigned" in words_of(page(client, "timeline/?page=2"))
    assert "71 · Tarea encargada" in words_of(page(reader("legal", "es"), "timeline/?page=2")), "each in their language"


@pytest.mark.parametrize(("seq", "count"), [(1, 1), (0, 1), (2, 2), (0, 6), (3, 6), (6, 6), (4, 7)])
def test_an_entry_is_checked_by_hand_with_the_four_lines_of_its_page(reader, incident, tmp_path, seq, count):
    for number in range(count):
        assign(REF, f"Task {number}", "legal", actor=OFFICER, now=NOW)
    made = sequencer.checkpoint(NOW)
    # A later checkpoint changes neither the page that somebody is reading nor the files that it links to.
    client = reader("auditor")
    shown = page(client, f"entries/{seq}/")
    assign(REF, "Later", "legal", actor=OFFICER, now=NOW)
    sequencer.checkpoint(NOW)
    for address in re.findall(r'href="([^"]+)" download', shown):
        name = address.rpartition("/")[2].partition("?")[0]
        (tmp_path / name).write_bytes(client.get(address).content)
    lines = re.findall(r'<pre class="wrapped"><code>(.*?)</code>', shown, re.DOTALL)[-4:]
    ran = subprocess.run(["sh", "-c", "\n".join(lines)], cwd=tmp_path, capture_output=True, text=True)
    leaf, climbed, root, signed = ran.stdout.splitlines()
    assert leaf == leaf_hash((tmp_path / "entry.json").read_bytes()).hex()
    assert leaf in shown
    assert climbed == root == bytes(made.root).hex()
    assert signed == "Signature Verified Successfully"
    assert root in shown

    proof = parse_proof_file((tmp_path / "entry.tlog-proof").read_bytes())
    verify_inclusion(bytes.fromhex(leaf), proof.index, made.size, proof.hashes, bytes(made.root))
    assert str(proof.note) == (tmp_path / "checkpoint").read_text()

    (tmp_path / "entry.json").write_bytes((tmp_path / "entry.json").read_bytes().replace(b"user-7", b"user-8"))
    ran = subprocess.run(["sh", "-c", "\n".join(lines)], cwd=tmp_path, capture_output=True, text=True)
    assert ran.stdout.splitlines()[1] != root


@pytest.mark.parametrize(
    "address",
    ["entries/1/", f"entries/{10**30}/", "entries/-1/", "entries/0/secret_key", "entries/0/checkpoint?size=7",
     "entries/0/checkpoint?size=x", f"entries/0/checkpoint?size={'9' * 16}", "entries/1/entry.json",
     "exhibits/00000000-0000-0000-0000-000000000000/"],
)  # fmt: skip
def test_an_entry_or_a_file_that_is_none_is_not_found(reader, incident, address):
    sequencer.checkpoint(NOW)
    assert reader().get(HOME + address).status_code == 404


def test_an_exhibit_of_another_incident_is_not_found_here(reader, exhibit, tell):
    tell("another-one")
    client = reader("legal")
    for end in ("", "fetch/", "erase/"):
        address = f"/incidents/another-one/{exhibit}{end}"
        answer = client.post(address, {"reason": "x"}) if end else client.get(address)
        assert answer.status_code == 404


def test_a_record_that_was_altered_is_said_instead_of_verified(incident):
    for number in range(3):
        assign(REF, f"Task {number}", "legal", actor=OFFICER, now=NOW)
    sequencer.checkpoint(NOW)
    entries = entries_of(incident.stream)
    assert standing(entries).upto == 3

    altered = Recorded(entries[1].number, entries[1].leaf, entries[1].line.replace(b"Task", b"Tusk"), entries[1].entry)
    assert first_break(entries) is None
    assert first_break([entries[0], altered, *entries[2:]]) == 1
    assert first_break([entries[0], *entries[2:]]) == 1
    assert first_break(entries[2:], entries[:2]) is None
    assert first_break(entries[3:], entries[:2]) == 2
    assert standing(entries, 1).fault == "Entry 1 does not follow the one before it."
    relinked = Recorded(entries[3].number, leaf_hash(b"x"), b"x", entries[3].entry)
    assert standing([*entries[:3], relinked]).fault == "Entry 3 is not where its checkpoint says."
    foreign = Recorded(entries[3].number, entries[2].leaf, entries[2].line, entries[3].entry)
    assert standing([*entries[:3], foreign]).fault == "Entry 3 is not where its checkpoint says."


def test_a_record_that_does_not_hold_is_said_on_its_pages(reader, incident, monkeypatch):
    sequencer.checkpoint(NOW)
    monkeypatch.setattr("inviolable.incidents.proof.tree.leaf_hash", lambda line: b"")
    for address in ("", "timeline/"):
        shown = words_of(page(reader(), address))
        assert "This record does not hold. Entry 0 does not follow the one before it." in shown
        assert "Verified up to" not in shown


def test_a_checkpoint_that_another_key_signed_verifies_nothing(incident):
    sequencer.checkpoint(NOW)
    forged = Checkpoint.objects.get()
    forged.pk, forged.note = forged.size + 1, forged.note.replace("— ", "— x")
    forged.save(force_insert=True)
    assert standing(entries_of(incident.stream)).fault == "Entry 0 is not where its checkpoint says."


@pytest.mark.parametrize(
    ("after", "before", "says"),
    [
        (True, True, "after 27 January 2026, 17:00:01 UTC by one, before 27 January 2026, 17:00:07 UTC by two"),
        (True, False, "after 27 January 2026, 17:00:01 UTC by one; its end is open"),
        (False, True, "before 27 January 2026, 17:00:07 UTC by two; its beginning is open"),
        (False, False, "open: no clock outside bounds it yet"),
    ],
)
def test_an_interval_is_said_with_whose_clocks_bound_it(after, before, says):
    one = Bound(NOW + timedelta(seconds=1), "one") if after else None
    two = Bound(NOW + timedelta(seconds=7), "two") if before else None
    assert interval_words(Interval(one, two)).replace("\N{NO-BREAK SPACE}", " ") == says


@pytest.mark.parametrize(
    ("happened", "says"),
    [
        (Happened.at(NOW, "America/Chicago"), "27 January 2026, 11:00 (UTC−06:00), 17:00 UTC"),
        (Happened.at(NOW), "27 January 2026, 17:00 UTC"),
        (Happened(NOW, NOW + timedelta(hours=1)), "27 January 2026, 17:00–18:00 UTC"),
        (Happened(NOW, NOW + timedelta(days=1)), "27 January 2026, 17:00 to 28 January 2026, 17:00 UTC"),
        (Happened.at(NOW, said="2026-01-27T11:00-06:00"), "27 January 2026, 11:00 (UTC−06:00), 17:00 UTC"),
        (Happened.at(NOW, said="2026-01-27/2026-01-28"), "27 January 2026 to 28 January 2026"),
        (
            Happened.at(NOW + timedelta(hours=9), "America/Chicago"),
            "27 January 2026, 20:00 (UTC−06:00), 28 January 2026, 02:00 UTC",
        ),
        (Happened.at(NOW, "America/Chicago", "at eleven"), "27 January 2026, 11:00 (UTC−06:00), 17:00 UTC"),
    ],
)
def test_when_something_happened_is_said_on_the_clock_it_was_told_in(happened, says):
    assert happened_words(happened).replace("\N{NO-BREAK SPACE}", " ") == says
