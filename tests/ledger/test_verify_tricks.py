"""What somebody who holds the installation's key, or only the folder, could write so that two readers read two things.

Each was accepted by one of the verifiers once. Now both say the same.
"""

import os
from contextlib import chdir
from pathlib import Path

import pytest
from tests.ledger.attacks import THIEF
from tests.ledger.make_dossier import INCIDENT, Record, sealed, sealed_as, sha, signed_note
from tests.ledger.verifying import Memory, distrusted, refused, told

from inviolable.ledger import verifier
from inviolable.ledger.verifier import NotVerified, check, token_says, verify

pytestmark = pytest.mark.usefixtures("remembering")
TABLE = ("kind", "prev", "recorded", "seq")


def finished(record: Record) -> Record:
    record.add(INCIDENT, "dossier.exported", {})
    return record


def test_sealed_fields_named_as_an_entrys_own_take_over_nothing(later):
    """The shell read the last `kind` and `prev` of a line, wherever they stood."""
    record = Record()
    record.add(INCIDENT, "incident.opened", {}, sealed=dict.fromkeys(TABLE, sha(b"x")))
    record.add(INCIDENT, "exhibit.received", {"exhibit": "withheld"}, sealed=dict.fromkeys(TABLE, sha(b"y")))
    files = told(finished(record))
    assert check(Memory(files)).withheld == ["withheld"]
    later.accepts(files, "consistent; origin not checked")

    record.heads[INCIDENT] = (record.heads[INCIDENT][0], b"\1" * 32)
    record.add(INCIDENT, "note.added", {}, sealed={"prev": sha(b"z")})
    broken = told(finished(record))
    refused(broken, 3, "prev is not the hash of the entry before")
    later.refuses(broken, 3, "prev is not the hash of the entry before")


def test_a_revoked_device_is_refused_whatever_its_sealed_fields_are_called(later):
    record = Record()
    record.add(INCIDENT, "note.added", {}, by=record.device, sealed=dict.fromkeys((*TABLE, "a"), sha(b"x")))
    files = told(finished(record)) | record.keys((record.device, "2026-01-27T16:00:00.000Z"))
    files = sealed({name: data for name, data in files.items() if "manifest" not in name}, record.key)
    refused(files, 4, "was revoked on 2026-01-27T16:00:00.000Z")
    later.refuses(files, 4, "was revoked on 2026-01-27T16:00:00.000Z")


@pytest.mark.parametrize("body", [{"packs": {"role": "log"}}, {"said": "x"}, {"role": "log"}])
def test_only_an_entry_that_enrols_a_key_vouches_for_it(later, trusting, tmp_path, body):
    """A thief's key signs the dossier; an entry speaks of it, and of key.enrolled, and enrols it not."""
    record = Record()
    record.add("installation", "key.enrolled", {"key": record.key.id, "role": "log"})
    kind = "key.enrolled" if "packs" in body else "key.mentioned"
    record.add("installation", kind, {"a": " key.enrolled ", "key": THIEF.id, **body})
    (tmp_path / "held").write_bytes(record.note(2))
    record.add(INCIDENT, "dossier.exported", {})
    files = record.place([2, 0, 1]) | record.lit() | {"data/disclosed.jsonl": b""} | with_thief(record)
    distrusted(later, sealed(files, THIEF), trusting("checkpoint held"), "a key that nothing you trust vouches for")


def with_thief(record: Record) -> dict[str, bytes]:
    """Keys and checkpoints of an installation whose log says that a thief's key is one of its own."""
    note = signed_note(THIEF, record.origin, record.entries)
    log = record.keys()
    return (
        log
        | {"keys/log": log["keys/log"] + f"{THIEF.id} log 2026-01-01T00:00:00.000Z -\n".encode()}
        | {f"keys/{THIEF.id}.pem": THIEF.pem, "checkpoint": note}
        | record.check(2, record.note(2))
        | record.check(3, note)
    )


@pytest.mark.parametrize("name", ["a,b", "a[b", "ñ", "", "../x", ".x"])
@pytest.mark.parametrize("kind", ["exhibit", "segment"])
def test_an_exhibit_is_named_as_a_file_can_be(later, kind, name):
    record = Record()
    record.add(INCIDENT, f"{kind}.received", {kind: name} | sealed_as(b"x"))
    files = told(finished(record))
    words = "data/entries.jsonl line 1: exhibit, segment or recording is no name of a file"
    refused(files, 11, words)
    if kind == "exhibit":
        later.refuses(files, 11, words)


@pytest.mark.parametrize(
    "packs", [{"vccr": "", "a": {"b": "c"}}, {"vccr": "", "a": [{"b": "c"}]}, {"vccr": "", "a": []}]
)
def test_a_list_of_law_files_that_holds_more_is_none(later, packs):
    record = Record()
    record.add(INCIDENT, "finding.made", {"packs": packs | {"vccr": sha(b"a law\n")}})
    files = sealed(told(finished(record)) | {"data/packs/vccr": b"a law\n"}, record.key)
    refused(files, 12, "data/packs/vccr is no law file")
    later.refuses(files, 12, "data/packs/vccr is no law file")


@pytest.mark.parametrize("name", ["a\tb", "ñ", "\udcff"])
def test_a_witness_is_named_in_plain_ascii(later, name):
    record = finished(Record())
    files = told(record)
    spoiled = files["checkpoint"] + b"\xe2\x80\x94 " + name.encode("utf-8", "surrogateescape") + b" AAAA\n"
    files = sealed(files | {"checkpoint": spoiled}, record.key)
    refused(files, 5, "not a checkpoint in the form")
    later.refuses(files, 5, "not a checkpoint in the form")


@pytest.mark.parametrize("time", ["2026-01-27T17:00:60.000Z", "0000-01-27T17:00:00.000Z", "2026-13-27T17:00:00.000Z"])
def test_a_beacon_names_a_moment_that_there_is(later, time):
    record = Record()
    record.shine(record.headquarters, "headquarters.example", time)
    files = told(finished(record))
    refused(files, 9, "data/beacons.jsonl line 1: not a beacon in the form")
    later.refuses(files, 9, "data/beacons.jsonl line 1: not a beacon in the form")


@pytest.mark.parametrize("line", ["Time stamp: Jan  1 00:00:00 2027 GMT", "Accuracy: 0xFFFFFF seconds, 0x01 millis"])
def test_a_time_stamp_that_says_a_thing_twice_is_not_believed(authorities, monkeypatch, line):
    """An extension may hold any text, and `openssl` prints it."""
    stamp, run = authorities[0].stamp(line.encode()), verifier._openssl

    def openssl(command, files):
        done = run(command, files)
        if command.endswith("-text"):
            done.stdout += f"Extensions:\n{line}\n".encode()
        return done

    assert token_says(stamp).wide == 1
    monkeypatch.setattr(verifier, "_openssl", openssl)
    with pytest.raises(ValueError, match="says a thing twice"):
        token_says(authorities[0].stamp(line.encode()))


def test_more_authorities_than_anybody_has_are_refused(parts, story, later):
    files = sealed(parts | {"authorities/3.pem": b"-----BEGIN CERTIFICATE-----\n" * 100}, story.record.key)
    refused(files, 8, "authorities/ holds more than 100 certificates")
    later.refuses(files, 8, "authorities/ holds more than 100 certificates")


def test_folders_within_folders_end(folder, later):
    (folder / "/".join("d" * 16)).mkdir(parents=True)
    assert verify(folder).files
    later.accepts(folder, "consistent; origin not checked")
    later.judge()
    (folder / "/".join("d" * 17)).mkdir(parents=True)
    with pytest.raises(NotVerified, match="lies in more than 16 folders"):
        verify(folder)
    later.refuses(folder, 1, "lies in more than 16 folders")


def test_a_path_too_long_to_be_opened_hides_nothing(folder, later):
    """It can be made from within, a step at a time."""
    with chdir(folder / "data"):
        for name in (*["d" * 250] * 15, "e" * 250):
            Path(name).mkdir()
            os.chdir(name)
        Path("hidden").write_bytes(b"")
    with pytest.raises(NotVerified):
        verify(folder)
    later.refuses(folder, 1, "")
