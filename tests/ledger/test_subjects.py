"""Subjects: what concerns one is sealed to its own key, headquarters opens it, and destroying one file ends that."""

import json
import signal
import subprocess
import sys
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inviolable.ledger import canonical
from inviolable.ledger.seal import BadRecipient, CannotOpen, Identity, open_sealed, seal
from inviolable.ledger.store import BadName, NameTaken, NotInStore, Store, open_store
from inviolable.ledger.subjects import (
    BadLine,
    TooFewRecipients,
    check_line,
    commit,
    destroy,
    identity_of,
    key_name,
    new_subject,
    reseal,
)

DUTY_OFFICER, LEGAL, RECOVERY = (Identity.generate() for _ in range(3))


def public(*identities: Identity) -> list[str]:
    return [str(identity.to_public()) for identity in identities]


HEADQUARTERS = public(DUTY_OFFICER, LEGAL)


@pytest.fixture
def keys(tmp_path) -> Store:
    return open_store(tmp_path / "keys" / "subjects")


def test_what_concerns_a_subject_is_sealed_to_it_and_any_recipient_at_headquarters_opens_it(keys, tmp_path):
    recipient = new_subject(keys, "person-1", HEADQUARTERS)
    statement = seal(b"I saw them enter", [recipient])
    for officer in (DUTY_OFFICER, LEGAL):
        with pytest.raises(CannotOpen):
            open_sealed(statement, [officer])
        identity = identity_of(keys, "person-1", [officer])
        assert str(identity.to_public()) == recipient
        assert open_sealed(statement, [identity]) == b"I saw them enter"
    with pytest.raises(CannotOpen):
        identity_of(keys, "person-1", [RECOVERY])
    assert list(keys.list()) == ["person-1.age"]
    assert str(identity).encode() not in (tmp_path / "keys" / "subjects" / "person-1.age").read_bytes()


def test_each_subject_has_a_key_of_its_own_and_only_one(keys):
    assert new_subject(keys, "person-1", HEADQUARTERS) != new_subject(keys, "person-2", HEADQUARTERS)
    before = identity_of(keys, "person-1", [LEGAL])
    with pytest.raises(NameTaken):
        new_subject(keys, "person-1", HEADQUARTERS)
    assert str(identity_of(keys, "person-1", [LEGAL])) == str(before)


@pytest.mark.parametrize("recipients", [[], HEADQUARTERS[:1], HEADQUARTERS[:1] * 2])
def test_a_key_is_sealed_to_two_different_recipients_at_least(keys, recipients):
    with pytest.raises(TooFewRecipients, match="at least two different recipients"):
        new_subject(keys, "person-1", recipients)
    assert list(keys.list()) == []
    new_subject(keys, "person-1", HEADQUARTERS)
    with pytest.raises(TooFewRecipients):
        reseal(keys, "person-1", [LEGAL], recipients)
    assert identity_of(keys, "person-1", [DUTY_OFFICER])


def test_a_recipient_that_is_none_makes_no_subject(keys):
    with pytest.raises(BadRecipient):
        new_subject(keys, "person-1", [*HEADQUARTERS, "age1nobody"])
    assert list(keys.list()) == []


def test_an_erased_subject_is_erased_in_every_copy(keys, tmp_path):
    recipient = new_subject(keys, "person-1", HEADQUARTERS)
    new_subject(keys, "person-2", HEADQUARTERS)
    copies = [seal(b"her name", [recipient]) for _ in range(2)]
    destroy(keys, "person-1")
    with pytest.raises(NotInStore, match=r"person-1\.age is not there"):
        identity_of(keys, "person-1", [DUTY_OFFICER])
    everything_left = [DUTY_OFFICER, LEGAL, identity_of(keys, "person-2", [LEGAL])]
    for copy in copies:
        with pytest.raises(CannotOpen):
            open_sealed(copy, everything_left)
    assert [path.name for path in tmp_path.rglob("*.age")] == ["person-2.age"]
    for again in (lambda: destroy(keys, "person-1"), lambda: reseal(keys, "person-1", [LEGAL], HEADQUARTERS)):
        with pytest.raises(NotInStore):
            again()


def test_a_new_recipient_opens_what_is_resealed_and_a_retired_one_does_not(keys):
    recipient = new_subject(keys, "person-1", HEADQUARTERS)
    reseal(keys, "person-1", [DUTY_OFFICER], public(LEGAL, RECOVERY))
    for officer in (LEGAL, RECOVERY):
        assert str(identity_of(keys, "person-1", [officer]).to_public()) == recipient
    with pytest.raises(CannotOpen):
        identity_of(keys, "person-1", [DUTY_OFFICER])
    with pytest.raises(CannotOpen):
        reseal(keys, "person-1", [DUTY_OFFICER], HEADQUARTERS)
    assert str(identity_of(keys, "person-1", [RECOVERY]).to_public()) == recipient


CHILD = """
import os, signal, sys
from inviolable.ledger.seal import check_identity
from inviolable.ledger.store import open_store
from inviolable.ledger.subjects import reseal

os.fsync = lambda file: os.kill(os.getpid(), signal.SIGKILL)
folder, identity, *recipients = sys.argv[1:]
reseal(open_store(folder), "person-1", [check_identity(identity)], recipients)
"""


def test_a_crash_while_resealing_leaves_the_old_key_file(keys, tmp_path):
    new_subject(keys, "person-1", HEADQUARTERS)
    folder = str(tmp_path / "keys" / "subjects")
    child = [sys.executable, "-c", CHILD, folder, str(LEGAL), *public(LEGAL, RECOVERY)]
    done = subprocess.run(child, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert identity_of(keys, "person-1", [DUTY_OFFICER])
    assert list(open_store(folder).list()) == ["person-1.age"]


@pytest.mark.parametrize("subject", ["", "../person", "a/b", "A", ".", "a.b", "-a", "a" * 101, "a\n"])
def test_an_id_names_one_file_and_nothing_else(keys, subject):
    with pytest.raises(BadName, match="is no id of a subject"):
        new_subject(keys, subject, HEADQUARTERS)
    with pytest.raises(BadName):
        destroy(keys, subject)
    assert key_name("c0ffee-1") == "c0ffee-1.age"


def test_a_damaged_key_file_is_said_to_be_damaged(keys, tmp_path):
    new_subject(keys, "person-1", HEADQUARTERS)
    path = tmp_path / "keys" / "subjects" / "person-1.age"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(CannotOpen, match="damaged or cut short"):
        identity_of(keys, "person-1", [LEGAL])


def test_a_commitment_is_the_hash_of_its_line_as_anybody_computes_it():
    commitment, line = commit("name", "person-1", "Ñandú «1»")
    opened = json.loads(line)
    assert set(opened) == {"field", "salt", "subject", "value"}
    assert line == (f'{{"field":"name","salt":"{opened["salt"]}","subject":"person-1","value":"Ñandú «1»"}}'.encode())
    assert len(bytes.fromhex(opened["salt"])) == 32
    done = subprocess.run(["sha256sum"], input=line, capture_output=True, check=True)
    assert done.stdout.decode().split()[0] == commitment
    assert check_line(line) == ("name", "person-1", "Ñandú «1»", commitment)


def test_equal_values_have_different_commitments():
    assert commit("asylum", "person-1", "yes")[0] != commit("asylum", "person-1", "yes")[0]


VALUES = st.recursive(
    st.text() | st.integers(-(2**53) + 1, 2**53 - 1),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=3),
    max_leaves=5,
)


@given(VALUES)
def test_every_value_that_has_a_canonical_form_comes_back(value):
    commitment, line = commit("words", "person-1", value)
    assert check_line(line) == ("words", "person-1", value, commitment)


@pytest.mark.parametrize("value", [True, None, 1.5, 2**53, b"bytes", {1: "x"}])
def test_a_value_without_a_canonical_form_is_refused(value):
    with pytest.raises(canonical.NotCanonical):
        commit("name", "person-1", value)


def test_a_changed_line_opens_another_commitment_or_none():
    commitment, line = commit("name", "person-1", "a witness")
    for place in range(len(line)):
        changed = line[:place] + bytes([line[place] ^ 1]) + line[place + 1 :]
        with suppress(BadLine):
            assert check_line(changed)[3] != commitment
    for spoiled in (
        *(b"", b"[]", b"1", b"null", b"\xff", line[:-1], line + b"\n", line.replace(b":", b": ", 1)),
        line.replace(b'"field"', b'"feld"'),
        line.replace(b'"value"', b'"extra":"x","value"'),
        canonical.encode({"field": "name", "salt": "00" * 32, "subject": "p", "value": "x", "why": "more"}),
        canonical.encode({"salt": "00" * 32, "subject": "p", "value": "x"}),
        canonical.encode({"field": "name", "salt": "00" * 31, "subject": "p", "value": "x"}),
        canonical.encode({"field": "name", "salt": "zz" * 32, "subject": "p", "value": "x"}),
        canonical.encode({"field": 1, "salt": "00" * 32, "subject": "p", "value": "x"}),
        canonical.encode({"field": "name", "salt": "00" * 32, "subject": ["p"], "value": "x"}),
        b"[" * 100_000,
    ):
        with pytest.raises(BadLine, match="disclosed line"):
            check_line(spoiled)
