"""What a reader got by another way than the dossier: it vouches for it, or refuses it, in both verifiers."""

import hashlib
import subprocess

import pytest
from tests.ledger.attacks import THIEF, H
from tests.ledger.make_dossier import INCIDENT, Record, Story, first_five, sealed
from tests.ledger.verifying import Memory, accepted, distrusted, shell, told

from inviolable.ledger import verifier
from inviolable.ledger.verifier import BadInput, check, read_trust

pytestmark = pytest.mark.usefixtures("remembering")


def witness_of(record: Record) -> str:
    return f"witness {record.witness.vkey('witness.example', bytes([4]))}"


def log_of(record: Record) -> str:
    return f"log {record.key.vkey(record.origin)}"


def test_what_the_reader_trusts_verifies(good, story, trusting, later, tmp_path):
    record = story.record
    (tmp_path / "held").write_bytes(record.note(story.earlier))
    (tmp_path / "held.tsr").write_bytes(story.first_stamp)
    everything = (log_of(record), witness_of(record), "authority ours.pem", "checkpoint held", "token held.tsr")
    for line in (*everything[:2], *everything[3:]):
        assert check(Memory(good), trusting(line)[0]).verified
    accepted(later, good, trusting(*everything, "checkpoint held"))
    accepted(later, good, trusting(f"log {hashlib.sha256(record.key.raw).hexdigest().upper()}"))


def test_an_authority_alone_says_when_and_not_who(good, story, trusting, later):
    accepted(later, good, trusting("authority ours.pem"), "consistent; origin not checked")
    command = ["openssl", "x509", "-noout", "-fingerprint", "-sha256"]
    said = subprocess.run(command, input=story.second.certificate, capture_output=True, check=True).stdout.decode()
    accepted(later, good, trusting(f"authority {said.strip().split('=')[1]}"), "consistent; origin not checked")


def test_with_trust_only_trusted_clocks_bound_an_entry(good, story, trusting):
    """The second authority stamped later: who trusts only that one gets wider intervals."""
    ours = check(Memory(good), trusting("authority ours.pem")[0]).intervals[3]
    second = check(Memory(good), trusting("authority second.pem")[0]).intervals[3]
    assert ours.count("(checkpoints/") == 2
    assert ": open .. " in second
    assert "(checkpoints/14.2.tsr)" in second
    assert check(Memory(good), trusting(log_of(story.record))[0]).intervals[7].endswith(": open .. open")
    headquarters = f"log {hashlib.sha256(story.record.headquarters.raw).hexdigest()}"
    intervals = check(Memory(good), trusting(log_of(story.record), headquarters)[0]).intervals
    assert intervals[7].endswith(f"2026-01-27T17:09:00Z (beacon of {story.record.headquarters.id}) .. open")


def test_whom_the_reader_does_not_trust_is_refused(good, story, trusting, later, tmp_path):
    record = story.record
    other = Record("another installation")
    other.add(INCIDENT, "incident.opened", {})
    (tmp_path / "other").write_bytes(other.note(1))
    (tmp_path / "other.tsr").write_bytes(story.authority.stamp(b"other"))
    for line, words in {
        f"log {THIEF.vkey(record.origin)}": "you do not trust",
        f"log {record.key.vkey('inviolable/0000000000000000')}": "you do not trust",
        f"witness {THIEF.vkey('witness.example', bytes([4]))}": "no witness that you trust",
        "authority nowhere.pem": "no authority that you trust stamped",
        f"authority {H}": "no authority that you trust stamped",
        "checkpoint other": "the origin names",
        "token other.tsr": "is over no checkpoint of this dossier",
    }.items():
        distrusted(later, good, trusting(line), words)


@pytest.mark.parametrize(
    "line",
    ["log nobody", "witness a+b+c", "authority none.pem", "authority trust", "checkpoint none", "key abc", "log"],
)
def test_a_trust_file_that_says_nothing_of_use_is_bad_input(folder, tmp_path, line, capsys):
    (tmp_path / "trust").write_text(line + "\n")
    with pytest.raises(BadInput):
        read_trust(tmp_path / "trust")
    code, output = shell(folder, "--trust", str(tmp_path / "trust"))
    assert (code, len(output.splitlines())) == (2, 1), output


def test_a_dossier_of_another_installation_is_refused(story, authorities, trusting, later):
    """Consistent in itself: whoever made it up signed everything with keys of their own."""
    forged = Story(authorities[2], authorities[2], Record("somebody else")).tell()
    files = sealed(forged.files(), forged.record.key)
    assert check(Memory(files)).last_line == "consistent; origin not checked"
    distrusted(later, files, trusting(log_of(story.record)), "you do not trust")


@pytest.mark.long
def test_who_rewrites_everything_makes_a_later_dossier(story, good, trusting, later, authorities, tmp_path):
    """Somebody holds the installation's key, alters what happened, computes everything again and stamps it again.

    It is consistent, and it is later. Whoever holds anything from before refuses it: a checkpoint, a time stamp, or a
    witness whom they trust and who will not cosign a second history.
    """
    record = story.record
    forged = Story(*authorities[:2], Record()).tell("They knocked and were let in.")
    parts = forged.files()
    parts["checkpoint"] = forged.record.note(forged.head)  # the witness refused
    files = sealed(parts, record.key)
    assert check(Memory(files)).last_line == "consistent; origin not checked"
    accepted(later, files, trusting(log_of(record)))

    (tmp_path / "held").write_bytes(record.note(story.earlier))
    (tmp_path / "whole").write_bytes(good["checkpoint"])
    (tmp_path / "held.tsr").write_bytes(story.first_stamp)
    distrusted(later, files, trusting("checkpoint held"), "does not continue held: one of them was made up afterwards")
    distrusted(
        later, files, trusting("checkpoint whole"), "does not continue whole: one of them was made up afterwards"
    )
    distrusted(later, files, trusting("token held.tsr"), "is over no checkpoint of this dossier")
    distrusted(later, files, trusting(witness_of(record)), "no witness that you trust cosigned the checkpoint")

    before, after = (verifier.token_says(one["checkpoints/14.1.tsr"]).time for one in (good, files))
    assert before <= after, "its own time stamps say that it is later"


def test_a_checkpoint_the_reader_holds_must_be_continued(story, good, trusting, later, tmp_path):
    (tmp_path / "same").write_bytes(story.record.note(story.head))
    (tmp_path / "between").write_bytes(story.record.note(7))
    accepted(later, good, trusting("checkpoint same"))
    distrusted(later, good, trusting("checkpoint between"), "ask for an export with --since 7")
    record = Record()
    record.add(INCIDENT, "dossier.exported", {})
    older = told(record)
    record.add(INCIDENT, "incident.opened", {})
    (tmp_path / "newer").write_bytes(record.note(2))
    distrusted(later, older, trusting("checkpoint newer"), "this dossier is older than newer: 1 entries, you hold 2")


def test_an_expired_authority_still_stamped_then(story):
    """A certificate counts at the moment of the stamp, not on the day of reading."""
    said = verifier.token_says(story.first_stamp)
    over, roots = first_five(story.record.note(story.earlier)), story.authority.certificate
    assert verifier.stamped(story.first_stamp, over, roots, roots, said.time)
    assert not verifier.stamped(story.first_stamp, over, roots, roots, said.time + 9000 * 86400 + 60)
    assert said.wide == 1
    assert (said.algorithm, said.imprint) == ("sha256", hashlib.sha256(over).digest())
