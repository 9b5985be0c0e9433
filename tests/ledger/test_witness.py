"""A witness cosigns what continues the last thing it cosigned, and answers everything else as tlog-witness says."""

# ruff: noqa: E501  The requests stand as they are published.

from base64 import b64encode
from dataclasses import dataclass, field, replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from inviolable.ledger.note import (
    COSIGNATURE,
    BadNote,
    Checkpoint,
    Note,
    Signer,
    Verifier,
    parse_note,
    sign,
    verify_cosignature,
    verify_note,
)
from inviolable.ledger.tree import EMPTY, consistency, leaf_hash, node_hash, root
from inviolable.ledger.witness import (
    MOST_REQUEST,
    Known,
    Verdict,
    add_cosignatures,
    build_request,
    decide,
    parse_request,
)

NOON = 1_769_533_200
LOG = Signer("inviolable/00112233aabbccdd", Ed25519PrivateKey.from_private_bytes(b"l" * 32))
HQ = Signer("witness.example/hq", Ed25519PrivateKey.from_private_bytes(b"w" * 32))
HQ_VERIFIER = HQ.verifier(COSIGNATURE)

ROWS = [[leaf_hash(b"entry %d" % n) for n in range(40)]]
while len(ROWS[-1]) > 1:
    ROWS.append([node_hash(*pair) for pair in zip(ROWS[-1][::2], ROWS[-1][1::2], strict=False)])


def read(level: int, index: int) -> bytes:
    return ROWS[level][index]


def note(size: int, signer: Signer = LOG, **other: object) -> Note:
    return parse_note(sign(replace(Checkpoint(LOG.name, size, root(read, size)), **other), signer))


def request(old: int, size: int) -> bytes:
    return build_request(old, consistency(read, old, size), note(size))


@dataclass
class Witness:
    """A witness that remembers in memory what it cosigned."""

    logs: dict[str, Known]
    signer: Signer = HQ
    seconds: int = NOON
    answers: list[int] = field(default_factory=list)

    def post(self, body: bytes) -> Verdict:
        verdict = decide(body, self.logs.get, self.signer, self.seconds)
        if new := verdict.accepted:
            self.logs[new.origin] = replace(self.logs[new.origin], size=new.size, root=new.root)
        self.answers.append(verdict.status)
        assert (verdict.status == 200) == bool(verdict.accepted) == bool(verdict.note)
        assert verdict.body.endswith("\n")
        return verdict


@pytest.fixture
def witness() -> Witness:
    return Witness({LOG.name: Known((LOG.verifier(),))})


def test_a_log_grows_and_is_cosigned_each_time(witness: Witness) -> None:
    for old, size in [(0, 1), (1, 3), (3, 8), (8, 8), (8, 40)]:
        answer = witness.post(request(old, size))
        assert (answer.status, answer.accepted) == (200, Checkpoint(LOG.name, size, root(read, size)))
        cosigned = add_cosignatures(note(size), answer.body, [HQ_VERIFIER])
        assert verify_cosignature(cosigned, HQ_VERIFIER) == NOON
        assert str(cosigned) == answer.note, "the witness tells others the same"


def test_whoever_does_not_know_the_size_asks_with_zero(witness: Witness) -> None:
    witness.post(request(0, 7))
    answer = witness.post(request(0, 9))
    assert (answer.status, answer.body, answer.content_type) == (409, "7\n", "text/x.tlog.size")
    assert witness.post(request(int(answer.body), 9)).status == 200


def test_an_empty_log_is_cosigned_with_the_root_of_no_leaves(witness: Witness) -> None:
    assert witness.post(build_request(0, [], note(0, root=bytes(32)))).status == 422
    assert witness.post(build_request(0, [], note(0))).accepted == Checkpoint(LOG.name, 0, EMPTY)
    assert witness.post(request(0, 5)).status == 200


def test_a_log_that_rewrote_its_past_is_refused(witness: Witness) -> None:
    witness.post(request(0, 6))
    other = node_hash(leaf_hash(b"another"), read(0, 1))
    for size, proof in [(6, []), (9, consistency(read, 6, 9)), (9, [other, *consistency(read, 6, 9)[1:]]), (9, [])]:
        answer = witness.post(build_request(6, proof, note(size, root=other)))
        assert (answer.status, answer.accepted) == (422, None)
        assert "does not continue the last one" in answer.body
    assert witness.logs[LOG.name].root == root(read, 6)


def test_a_log_cannot_shrink(witness: Witness) -> None:
    witness.post(request(0, 6))
    assert witness.post(build_request(6, [], note(4))).status == 400
    assert witness.post(build_request(4, [], note(4))).status == 409
    assert witness.logs[LOG.name].size == 6


def test_from_nothing_no_proof_is_given(witness: Witness) -> None:
    assert witness.post(build_request(0, [EMPTY], note(3))).status == 422


def test_of_two_requests_decided_on_the_same_past_the_second_is_told_what_happened(witness: Witness) -> None:
    """The caller holds a lock from reading to storing; without it the log would be rolled back from 8 leaves to 4."""
    witness.post(request(0, 2))
    assert [witness.post(request(2, size)).status for size in (8, 4)] == [200, 409]


def test_a_log_that_nobody_configured_is_not_found(witness: Witness) -> None:
    answer = witness.post(build_request(0, [], note(3, origin="other.example/log")))
    assert (answer.status, answer.accepted) == (404, None)


def test_only_the_keys_of_the_log_may_speak_for_it(witness: Witness) -> None:
    thief = Signer(LOG.name, Ed25519PrivateKey.from_private_bytes(b"t" * 32))
    assert witness.post(build_request(0, [], note(3, thief))).status == 403
    true, false = note(3), note(4)
    borrowed = Note(true.body, false.signatures)
    assert witness.post(build_request(0, [], borrowed)).status == 403
    both = Note(true.body, (*note(3, thief).signatures, *true.signatures))
    answer = witness.post(build_request(0, [], both))
    assert answer.status == 200
    assert parse_note(answer.note).signatures[0] == true.signatures[0], "of unknown keys nothing is passed on"


def test_a_log_may_change_its_key(witness: Witness) -> None:
    new = Signer(LOG.name, Ed25519PrivateKey.from_private_bytes(b"n" * 32))
    witness.logs[LOG.name] = Known((LOG.verifier(), new.verifier()))
    assert witness.post(request(0, 3)).status == 200
    assert witness.post(build_request(3, consistency(read, 3, 5), note(5, new))).status == 200


def test_extension_lines_of_other_logs_are_signed_with_the_rest(witness: Witness) -> None:
    extended = note(3, extensions=("whatever they say",))
    answer = witness.post(build_request(0, [], extended))
    assert verify_cosignature(parse_note(answer.note), HQ_VERIFIER) == NOON
    assert "whatever they say\n" in answer.note


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("old 3\n", ""),
        ("old 3", "old 03"),
        ("old 3", "old  3"),
        ("old 3", "old -3"),
        ("old 3", "old 3 "),
        ("old 3", "old"),
        ("old 3", "Old 3"),
        ("old 3\n", "old 3\n!\n"),
        ("old 3\n", "old 3\nAAAA\n"),
        ("old 3\n", "old 3\n\n"),
        ("old 3\n", "old 3\r\n"),
        ("old 3\n", "old 3\n" + f"{'A' * 43}=\n" * 60),
        ("\n5\n", "\n05\n"),
        ("\n5\n", "\nfive\n"),
        ("\n\n— ", "\n— "),
        (LOG.name, "\0"),
    ],
)
def test_a_request_spelt_otherwise_is_a_bad_request(witness: Witness, old: str, new: str) -> None:
    witness.post(request(0, 3))
    good = request(3, 5).decode()
    assert len(parse_request(good.encode()).proof) == 4
    assert old in good
    answer = witness.post(good.replace(old, new, 1).encode())
    assert (answer.status, answer.accepted) == (400, None)
    assert witness.post(good.encode()).status == 200


def test_a_request_is_written_as_it_is_read() -> None:
    for old, size in [(0, 5), (3, 5), (5, 5), (7, 40)]:
        asked = parse_request(request(old, size))
        assert (asked.old, asked.checkpoint.size) == (old, size)
        assert build_request(asked.old, asked.proof, asked.note) == request(old, size)
    longest = build_request(2**63 - 1, [EMPTY] * 63, note(5))
    assert len(parse_request(longest).proof) == 63
    with pytest.raises(BadNote, match="more than"):
        parse_request(longest + b"x" * MOST_REQUEST)


@given(
    st.binary(max_size=200)
    | st.text(max_size=100).map(lambda text: f"old 0\n{text}\n\n{text}".encode("utf-8", "replace"))
)
def test_whatever_strangers_send_is_answered_and_changes_nothing(body: bytes) -> None:
    witness = Witness({LOG.name: Known((LOG.verifier(),))})
    assert witness.post(body).status in {400, 404}


@given(st.integers(0, 500), st.integers(0, 3), st.binary(max_size=5))
def test_a_request_damaged_on_its_way_is_never_taken_for_another_tree(at: int, cut: int, put: bytes) -> None:
    witness = Witness({LOG.name: Known((LOG.verifier(),), 3, root(read, 3))})
    good = request(3, 5)
    answer = witness.post(good[:at] + put + good[at + cut :])
    assert answer.status in {200, 400, 403, 404, 409, 422}
    if answer.accepted:
        assert answer.accepted == Checkpoint(LOG.name, 5, root(read, 5))


def test_an_answer_of_a_witness_is_believed_only_if_it_is_over_this_checkpoint(witness: Witness) -> None:
    true = witness.post(request(0, 5)).body
    other = witness.post(request(5, 8)).body
    stranger = Witness({LOG.name: Known((LOG.verifier(),))}, Signer("other.example", LOG.key)).post(request(0, 5)).body
    for answer, why in [
        (other, "does not hold"),
        (stranger, "no known key"),
        ("", "line end"),
        ("no\n", "a signature line reads"),
        (f"\n{true}", "nothing but signature lines"),
        (f"another\n\n{true}", "nothing but signature lines"),
        (true + true, "signed the note twice"),
        (true.encode()[:-3], "line end"),
    ]:
        with pytest.raises(BadNote, match=why):
            add_cosignatures(note(5), answer, [HQ_VERIFIER])
    cosigned = add_cosignatures(note(5), (stranger + true).encode(), [HQ_VERIFIER])
    assert [one.name for one in cosigned.signatures] == [LOG.name, HQ.name]


def test_a_witness_that_cosigns_again_replaces_its_earlier_cosignature(witness: Witness) -> None:
    first = add_cosignatures(note(5), witness.post(request(0, 5)).body, [HQ_VERIFIER])
    witness.seconds += 60
    again = add_cosignatures(first, witness.post(request(5, 5)).body, [HQ_VERIFIER])
    assert verify_note(again, [LOG.verifier(), HQ_VERIFIER]) == [(LOG.verifier(), 0), (HQ_VERIFIER, NOON + 60)]


# The story with which another witness tests itself. Source: github.com/FiloSottile/torchwood,
# cmd/litewitness/testdata/litewitness.txt (requests, keys and statuses; the specification now wants 404 where it had 403 for
# a log it does not know).
SIGSUM = "sigsum.org/v1/tree/4d6d8825a6bb689d459628312889dfbb0bcd41b5211d9e1ce768b0ff0309e562"
SIGSUM_KEY = "ffdc2d4d98e4124d3feaf788c0c2f9abfd796083d1f0495437f302ec79cf100f"
ONE = (
    "1\nKgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "UgIom7fPZTqpxWWhyjWduBvTvGVqsokMbqTArsQilegKoFBJQjUFAmQ0+YeSPM3wfUQMFSzVnnNuWRTYrajXpNUbIQY=",
)
THREE = (
    "3\nRcCI1Nk56ZcSmIEfIn0SleqtV7uvrlXNccFx595Iwl0=",
    "UgIom2VbtIcdFbwFAy1n7s6IkAxIY6J/GQOTuZF2ORV39d75cbAj2aQYwyJre36kezNobZs4SUUdrcawfAB8WVrx6go=",
)
FIVE = (
    "5\nQrtXrQZCCvpIgsSmOsah7HdICzMLLyDfxToMql9WTjY=",
    "UgIomw/EOJmWi0i1FQsOj+etB7F8IccFam/jgd6wzRns4QPVmyEZtdvl1U2KEmLOZ/ASRcWJi0tW90dJWAShei7sDww=",
)
ONE_TO_THREE = ["KgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "KgIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="]
ONE_TO_FIVE = [
    "KgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "+fUDV+k970B4I3uKrqJM4aP1lloPZP8mvr2Z4wRw2LI=",
    "KgQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
]
THREE_TO_FIVE = [
    "KgIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "KgMAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "wgiIFdZfYNv6WU1OllBKsWnLYIS/DBMqt8Uh/S4OukE=",
    "KgQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
]


def test_a_sigsum_log_is_witnessed_as_litewitness_does_it() -> None:
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(SIGSUM_KEY))
    witness = Witness({SIGSUM: Known((Verifier(SIGSUM, key),))})

    def post(old: int, proof: list[str], checkpoint: tuple[str, str], origin: str = SIGSUM) -> Verdict:
        tree, signature = checkpoint
        lines = [f"old {old}", *proof, "", origin, tree, "", f"— {origin} {signature}", ""]
        return witness.post("\n".join(lines).encode())

    post(0, [], ONE)
    post(1, ONE_TO_THREE, (THREE[0], THREE[1].replace("6go=", "6gx=")))  # No canonical base64.
    post(1, ONE_TO_THREE, (THREE[0], FIVE[1]))
    post(1, ONE_TO_THREE, THREE, SIGSUM.replace("e562", "e563"))
    post(1, [], THREE)
    post(1, [ONE_TO_THREE[0], ONE_TO_THREE[1].replace("AAAAAA=", "AAAABA=")], THREE)
    post(1, ONE_TO_THREE, THREE)
    assert post(1, ONE_TO_FIVE, FIVE).body == "3\n"
    post(3, THREE_TO_FIVE, FIVE)
    assert post(0, [], FIVE).body == "5\n"
    assert witness.answers == [200, 400, 403, 404, 422, 422, 200, 409, 200, 409]


# C2SP tlog-witness, the example of a request body: its signatures are of keys that nobody published.
EXAMPLE = """old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=
"""


def test_the_example_of_tlog_witness_is_read_and_written_back() -> None:
    asked = parse_request(EXAMPLE.encode())
    assert (asked.old, len(asked.proof), asked.checkpoint.size) == (20852014, 4, 20852163)
    assert [b64encode(one).decode() for one in asked.proof] == EXAMPLE.split("\n")[1:5]
    assert build_request(asked.old, asked.proof, asked.note) == EXAMPLE.encode()
