"""Signed notes, checkpoints, cosignatures and proof files: the examples of their specifications, and hostile ones."""

# ruff: noqa: E501  The examples stand as they are published.

import subprocess
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from inviolable.ledger.note import (
    COSIGNATURE,
    MOST,
    MOST_BYTES,
    MOST_SIGNATURES,
    BadNote,
    Checkpoint,
    Note,
    Signature,
    Signer,
    Verifier,
    cosign,
    first_five_lines,
    parse_note,
    sign,
    verify_cosignature,
    verify_note,
)
from inviolable.ledger.prooffile import parse_proof_file, proof_file
from inviolable.ledger.tree import Frontier, inclusion, leaf_hash, node_hash, verify_inclusion

# C2SP signed-note, "Example" under "Verifier keys".
FOO = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
FOO_NOTE = """This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
"""
# C2SP signed-note, at its beginning: a text with an empty line of its own.
POEM = """Ognuno sta solo sul cuor della terra
trafitto da un raggio di sole:

ed è subito sera.

— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=
"""
# C2SP tlog-cosignature, at its beginning; without its last line it is the example of C2SP tlog-checkpoint.
COSIGNED = """example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
"""
# The key of Go's checksum database, as the go command ships it, and a checkpoint of it (source of the latter:
# github.com/FiloSottile/torchwood, cmd/litewitness/testdata/sumdb.txt). Its origin is not the name of its key.
SUM = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
SUM_NOTE = """go.sum database tree
35225469
vt5T6GaLCXvyHFl9VUvvItR43XZxfLgftEcTyO3eJCQ=

— sum.golang.org Az3grpukl5AXaVfYkLiDGORx/DN2nlcS5kZHR5uYOBV2KA2HgXpD+gu9HHONebHLAyaKbbTM75QTtPydhKCExixSfwQ=
"""

LOG = Signer("inviolable/00112233aabbccdd", Ed25519PrivateKey.from_private_bytes(b"l" * 32))
WITNESS = Signer("witness.example/hq", Ed25519PrivateKey.from_private_bytes(b"w" * 32))
NOON = int(datetime(2026, 1, 27, 17, tzinfo=UTC).timestamp())
CHECKPOINT = Checkpoint(LOG.name, 3, leaf_hash(b"the root of three"))
GOOD = parse_note(sign(CHECKPOINT, LOG))


def changed(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new, 1)


def test_the_example_of_signed_note_verifies_and_its_key_is_written_back() -> None:
    foo = Verifier.from_vkey(FOO)
    assert verify_note(parse_note(FOO_NOTE), [foo]) == [(foo, 0)]
    assert foo.vkey() == FOO
    with pytest.raises(BadNote, match="does not hold"):
        verify_note(parse_note(changed(FOO_NOTE, "example message", "Example message")), [foo])


def test_a_note_has_one_spelling_and_its_text_may_hold_empty_lines() -> None:
    for text in (FOO_NOTE, POEM, COSIGNED, SUM_NOTE):
        assert str(parse_note(text)) == str(parse_note(text.encode())) == text
    assert parse_note(POEM).body.endswith("sole:\n\ned è subito sera.\n")


def test_a_checkpoint_of_the_go_checksum_database_verifies() -> None:
    go = Verifier.from_vkey(SUM)
    note = parse_note(SUM_NOTE)
    assert verify_note(note, [go]) == [(go, 0)]
    assert Checkpoint.parse(note.body).size == 35_225_469
    # The example of tlog-checkpoint is such a checkpoint under another name: the signature is over the real one.
    example = parse_note(COSIGNED)
    real = changed(example.body, "example.com/behind-the-sofa", "go.sum database tree")
    go.check(real, example.signatures[0])


def test_the_example_of_tlog_cosignature_reads_as_the_specification_says() -> None:
    note = parse_note(COSIGNED)
    assert Checkpoint.parse(note.body).body() == note.body
    log, witness = note.signatures
    assert (log.name, witness.name) == ("example.com/behind-the-sofa", "witness.example.com/w1")
    assert (int.from_bytes(witness.blob[:8], "big"), len(witness.blob)) == (1679315147, 8 + 64)


def test_a_cosignature_is_over_the_text_that_the_specification_shows() -> None:
    note = parse_note(COSIGNED)
    ours = cosign(note, WITNESS, 1679315147)
    WITNESS.key.public_key().verify(
        ours.blob[8:],
        b"cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\n"
        b"CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
    )
    verifier = WITNESS.verifier(COSIGNATURE)
    assert Verifier.from_vkey(verifier.vkey()) == verifier
    assert verify_cosignature(Note(note.body, (*note.signatures, ours)), verifier) == 1679315147


def test_a_checkpoint_is_signed_by_its_log_and_cosigned_by_a_witness() -> None:
    log, witness = LOG.verifier(), WITNESS.verifier(COSIGNATURE)
    note = Note(GOOD.body, (*GOOD.signatures, cosign(GOOD, WITNESS, NOON)))
    assert verify_note(parse_note(str(note)), [witness, log]) == [(log, 0), (witness, NOON)]
    assert Checkpoint.parse(note.body) == CHECKPOINT


def test_openssl_verifies_a_checkpoint(tmp_path: Path) -> None:
    pem = LOG.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    files = {"key": pem, "sig": GOOD.signatures[0].blob, "body": b"".join(first_five_lines(GOOD).splitlines(True)[:3])}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    verify = "openssl pkeyutl -verify -pubin -inkey key -rawin -in body -sigfile sig"
    assert subprocess.run(verify.split(), cwd=tmp_path, capture_output=True).returncode == 0
    (tmp_path / "body").write_bytes(files["body"].replace(b"\n3\n", b"\n4\n"))
    assert subprocess.run(verify.split(), cwd=tmp_path, capture_output=True).returncode != 0


def test_a_time_stamp_covers_the_same_five_lines_whoever_cosigns(tmp_path: Path) -> None:
    cosigned = Note(GOOD.body, (*GOOD.signatures, cosign(GOOD, WITNESS, NOON)))
    (tmp_path / "checkpoint").write_text(str(cosigned), encoding="utf-8")
    head = subprocess.run(["head", "-n", "5", tmp_path / "checkpoint"], capture_output=True, check=True).stdout
    assert first_five_lines(GOOD) == first_five_lines(cosigned) == head
    with pytest.raises(BadNote, match="three lines"):
        first_five_lines(Note(GOOD.body, cosigned.signatures[::-1]))
    with pytest.raises(BadNote, match="three lines"):
        first_five_lines(Note(GOOD.body + "more\n", GOOD.signatures))


def test_signatures_of_unknown_keys_count_for_nothing() -> None:
    stranger = Signer(LOG.name, Ed25519PrivateKey.from_private_bytes(b"s" * 32))
    forged = parse_note(sign(CHECKPOINT, stranger))
    with pytest.raises(BadNote, match=f"no known key has signed the note; known here: {LOG.name}"):
        verify_note(forged, [LOG.verifier()])
    same_id = Signature("inviolable/another", LOG.verifier().key_id, b"whatever")
    both = Note(GOOD.body, (*forged.signatures, same_id, *GOOD.signatures))
    assert verify_note(both, [LOG.verifier()]) == [(LOG.verifier(), 0)]


def test_a_false_signature_in_a_known_name_spoils_the_note_even_beside_a_true_one() -> None:
    witness = WITNESS.verifier(COSIGNATURE)
    true = cosign(GOOD, WITNESS, NOON)
    for blob in (
        true.blob[:-1] + bytes([true.blob[-1] ^ 1]),
        (NOON + 1).to_bytes(8, "big") + true.blob[8:],  # The time is signed too.
        (2**63).to_bytes(8, "big") + true.blob[8:],
        bytes(8) + true.blob[8:],
        true.blob[:8],
        b"x",
    ):
        spoiled = Note(GOOD.body, (*GOOD.signatures, Signature(true.name, true.key_id, blob)))
        with pytest.raises(BadNote):
            verify_note(spoiled, [LOG.verifier(), witness])
        assert verify_note(spoiled, [LOG.verifier()]), "who does not know the witness is not concerned"


def test_a_signature_as_log_is_none_as_witness() -> None:
    as_log, as_witness = WITNESS.verifier(), WITNESS.verifier(COSIGNATURE)
    assert as_log.key_id != as_witness.key_id
    with pytest.raises(BadNote, match="no known key"):
        verify_cosignature(parse_note(sign(CHECKPOINT, WITNESS)), as_witness)


@pytest.mark.parametrize("seconds", [-1, 0, MOST + 1])
def test_no_witness_cosigns_at_a_time_that_cannot_be(seconds: int) -> None:
    with pytest.raises(BadNote, match="seconds after 1970"):
        cosign(GOOD, WITNESS, seconds)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("\n\n", "\n", "a note is a text, an empty line"),
        ("— example", "- example", "a signature line reads"),
        ("— example", "—  example", "not empty"),
        ("example.com/foo U", "example.com/foo  U", "not base64"),
        ("example.com/foo U", "example.com/foo\u00a0U", "a signature line reads"),
        ("example.com/foo U", "example.com/\u2003foo U", "no spaces and no plus"),
        ("example.com/foo U", "example.com+foo U", "no spaces and no plus"),
        ("aQM=\n", "aQM=", "each with a line end"),
        ("aQM=\n", "aQM=\n\n", "each with a line end"),
        ("aQM=\n", "aQM=\r\n", "lines end with LF alone"),
        ("aQM=", "aQN=", "not base64 as it must be written"),
        ("aQM=", "aQM", "not base64 as it must be written"),
        ("aQM=", "aQM= ", "not base64 as it must be written"),
        ("IneyaQM", "Iney_QM", "not base64 as it must be written"),
        ("message.", "message.\t", "no control characters"),
        ("message.", "message.\0", "no control characters"),
        ("message.", "message.\ud800", "not UTF-8"),
        (FOO_NOTE, "", "a note is a text"),
        (FOO_NOTE, "\n\n", "each with a line end"),
        (FOO_NOTE, "x\n\n— example.com/foo Uw2QOg==\n", "too short"),
        ("— example.com/foo U", "— example.com/foo Uw2QOkn8\n— example.com/foo U", "signed the note twice"),
    ],
)
def test_a_note_spelt_otherwise_is_refused(old: str, new: str, why: str) -> None:
    with pytest.raises(BadNote, match=why):
        parse_note(changed(FOO_NOTE, old, new))


def test_a_note_has_limits() -> None:
    lines = [f"— witness.example/{n} {b64encode(bytes(76)).decode()}\n" for n in range(MOST_SIGNATURES + 1)]
    assert len(parse_note("text\n\n" + "".join(lines[:-1])).signatures) == MOST_SIGNATURES
    with pytest.raises(BadNote, match="65 signatures; 64 are allowed"):
        parse_note("text\n\n" + "".join(lines))
    with pytest.raises(BadNote, match="more than the 131,072 allowed"):
        parse_note("x" * MOST_BYTES + FOO_NOTE)
    # Sixteen signatures with nearly 5 kB each must pass (signed-note, "Format").
    big = [f"— pq.example/{n} {b64encode(bytes(5_000)).decode()}\n" for n in range(16)]
    assert len(parse_note("text\n\n" + "".join(big)).signatures) == 16


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("origin\n3\n", "a checkpoint has three lines"),
        ("origin\n3\n" + "A" * 43 + "=", "a checkpoint has three lines"),
        ("origin\n3\n" + "A" * 43 + "=\nmore", "a checkpoint has three lines"),
        ("\n3\n" + "A" * 43 + "=\n", "no line of a checkpoint can be ''"),
        ("origin\n03\n" + "A" * 43 + "=\n", "without leading zeros"),
        ("origin\n+3\n" + "A" * 43 + "=\n", "without leading zeros"),
        ("origin\n-3\n" + "A" * 43 + "=\n", "without leading zeros"),
        ("origin\n٣\n" + "A" * 43 + "=\n", "without leading zeros"),
        ("origin\n\n" + "A" * 43 + "=\n", "without leading zeros"),
        (f"origin\n{2**63}\n" + "A" * 43 + "=\n", "up to 2\\^63 - 1"),
        ("origin\n" + "9" * 10_000 + "\n" + "A" * 43 + "=\n", "up to 2\\^63 - 1"),
        ("origin\n3\nAAAA\n", "a hash has 32 bytes, not 3"),
        ("origin\n3\n" + "A" * 44 + "\n", "a hash has 32 bytes, not 33"),
        ("origin\n3\n" + "A" * 42 + "B=\n", "not base64 as it must be written"),
        ("origin\n3\n" + "A" * 43 + "=\n\n", "no line of a checkpoint can be ''"),
    ],
)
def test_a_checkpoint_spelt_otherwise_is_refused(body: str, why: str) -> None:
    with pytest.raises(BadNote, match=why):
        Checkpoint.parse(body)


def test_a_checkpoint_that_could_not_be_read_back_is_not_made() -> None:
    for bad in (
        {"origin": ""},
        {"origin": "a\nb"},
        {"size": -1},
        {"size": 2**63},
        {"root": b""},
        {"extensions": ("",)},
    ):
        with pytest.raises(BadNote):
            Checkpoint(**{"origin": "log", "size": 1, "root": bytes(32)} | bad)
    with pytest.raises(BadNote, match="no spaces and no plus: 'my log'"):
        sign(CHECKPOINT, Signer("my log", LOG.key))
    extended = Checkpoint("other log", MOST, bytes(32), ("anything", "they say"))
    assert Checkpoint.parse(extended.body()) == extended


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("530d903a", "530d903b", "of this name and key it is 530d903a"),
        ("530d903a", "530D903A", "of this name and key it is 530d903a"),
        ("example.com/foo", "example.com/bar", "of this name and key it is"),
        ("example.com/foo", "", "no spaces and no plus"),
        ("+530d903a", "", "reads name\\+id\\+key"),
        ("AekyeR", "AelyeR", "of this name and key it is"),
        ("AekyeR", "BukyeR", "only Ed25519 keys"),
        ("3U2k", "", "only Ed25519 keys"),
        ("3U2k", "3U2", "not base64"),
    ],
)
def test_a_verifier_key_spelt_otherwise_is_refused(old: str, new: str, why: str) -> None:
    with pytest.raises(BadNote, match=why):
        Verifier.from_vkey(changed(FOO, old, new))


ODD = st.text(st.sampled_from("\n\n\n— +=A/0190\r\0\ud800\u2028\x85aé") | st.characters(), max_size=80)


def said(parse: Callable[[Any], object], given: object) -> str:
    """What parsing complains of; nothing where it accepts. Any exception but BadNote would fail the test."""
    try:
        parse(given)
    except BadNote as error:
        return str(error)
    return ""


@given(ODD | st.binary(max_size=80))
def test_whatever_strangers_send_is_good_or_a_bad_note_that_can_be_printed(sent: str | bytes) -> None:
    for parse in (parse_note, parse_proof_file):
        assert said(parse, sent).isprintable()
    for parse_text in (Checkpoint.parse, Verifier.from_vkey):
        assert said(parse_text, sent if isinstance(sent, str) else sent.decode("latin-1")).isprintable()


@given(st.sampled_from([FOO_NOTE, POEM, COSIGNED]), st.integers(0, 400), st.integers(0, 3), ODD)
def test_a_note_changed_anywhere_is_refused_or_reads_as_another_note(text: str, at: int, cut: int, put: str) -> None:
    changed = text[:at] + put + text[at + cut :]
    assert said(parse_note, changed) or str(parse_note(changed)) == changed


@given(st.integers(0, len(FOO_NOTE)), st.integers(0, 3), ODD)
def test_a_signed_text_cannot_be_changed(at: int, cut: int, put: str) -> None:
    try:
        note = parse_note(FOO_NOTE[:at] + put + FOO_NOTE[at + cut :])
        verify_note(note, [Verifier.from_vkey(FOO)])
    except BadNote:
        return
    assert note.body == parse_note(FOO_NOTE).body


def test_a_proof_file_shows_offline_that_an_entry_is_in_the_tree() -> None:
    leaves = [leaf_hash(b"entry %d" % n) for n in range(3)]
    rows = [leaves, [node_hash(*leaves[:2])]]
    tree = Frontier()
    tree.extend(leaves)
    note = parse_note(sign(Checkpoint(LOG.name, 3, tree.root()), LOG))
    text = proof_file(1, inclusion(lambda level, index: rows[level][index], 1, 3), note, b"which entry")

    proof = parse_proof_file(text.encode())
    assert (proof.index, proof.extra, str(proof.note)) == (1, b"which entry", str(note))
    verify_note(proof.note, [LOG.verifier()])
    checkpoint = Checkpoint.parse(proof.note.body)
    verify_inclusion(leaf_hash(b"entry 1"), proof.index, checkpoint.size, proof.hashes, checkpoint.root)
    assert proof_file(proof.index, proof.hashes, proof.note, proof.extra) == text


# C2SP tlog-proof, at its beginning: header, index and hashes of its example. Its extra line and signatures are shortened
# there to what is no base64; the note of tlog-cosignature stands in for its own.
PROOF = """c2sp.org/tlog-proof@v1
index 73894
gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=
B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=
EKNzoDWG8LGC0Yp9o+sv3qllpMP9uHQ9B20KNL+Q1zs=
RoopEkOdqkYqMB4MJXrbt/hMjOxsVn0IrWjpz1ZMMes=
AHCioX9nLjsrse6YhjRRmk1WUEirVOLLRoOQ6vfO5vk=

"""


def test_the_example_of_tlog_proof_reads_and_is_written_back() -> None:
    proof = parse_proof_file(PROOF + COSIGNED)
    assert (proof.index, len(proof.hashes), proof.extra) == (73894, 5, b"")
    assert proof_file(proof.index, proof.hashes, proof.note) == PROOF + COSIGNED
    alone = parse_proof_file(f"c2sp.org/tlog-proof@v1\nextra AAE=\nindex 0\n\n{COSIGNED}")
    assert (alone.index, alone.hashes, alone.extra) == (0, (), b"\0\1")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("@v1", "@v2", "a proof file begins with"),
        ("index 73894\n", "", "comes the index"),
        ("index 73894\n", "index 73894\nextra AAE=\n", "not base64"),
        ("index 73894\n", "extra \nindex 73894\n", "comes the index"),
        ("index 73894\n", "extra AAE\nindex 73894\n", "not base64"),
        ("index 73894", "index 073894", "without leading zeros"),
        ("index 73894", "index -1", "without leading zeros"),
        ("index 73894", "index  1", "without leading zeros"),
        ("AHCi", "AHCiAHCi", "a hash has 32 bytes"),
        ("AHCi", "!!!!", "not base64"),
        ("index 73894\n", "index 73894\n" + f"{'A' * 43}=\n" * 59, "more than 63 hashes"),
        ("vk=\n\n", "vk=\n", "a note is a text, an empty line|not base64"),
        ("@v1\n", "@v1\r\n", "lines end with LF alone"),
    ],
)
def test_a_proof_file_spelt_otherwise_is_refused(old: str, new: str, why: str) -> None:
    with pytest.raises(BadNote, match=why):
        parse_proof_file(changed(PROOF + COSIGNED, old, new))
