"""A witness (C2SP tlog-witness): it cosigns a log's checkpoint only if that continues the last one it cosigned.

Here is what is decided and how it is spelt. Carrying it over HTTP and remembering what was cosigned are done elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from .note import (
    MOST_BYTES,
    BadNote,
    Checkpoint,
    Note,
    Signer,
    Verifier,
    base64,
    cosign,
    decode,
    number,
    parse_note,
    unhash,
    verify_note,
)
from .tree import EMPTY, LONGEST_PROOF, BadProof, verify_consistency

TEXT, SIZE = "text/plain; charset=utf-8", "text/x.tlog.size"
#: A request of `add-checkpoint` is never longer, in bytes: a note, its proof, and the line before it.
MOST_REQUEST = MOST_BYTES + (LONGEST_PROOF + 1) * 45


@dataclass(frozen=True)
class Request:
    """What a log asks: cosign this checkpoint, which continues the one of `old` leaves by this consistency proof."""

    old: int
    proof: tuple[bytes, ...]
    note: Note
    checkpoint: Checkpoint


@dataclass(frozen=True)
class Known:
    """What a witness knows of a log: the keys that may sign for it, and the size and root it cosigned last."""

    verifiers: tuple[Verifier, ...]
    size: int = 0
    root: bytes = EMPTY


@dataclass(frozen=True)
class Verdict:
    """The answer to a request: HTTP status, body and type.

    With status 200 `accepted` is the checkpoint to remember as cosigned last, and `note` its text with the log's
    signatures and ours, for those who ask this witness what it saw.
    """

    status: int
    body: str
    content_type: str = TEXT
    accepted: Checkpoint | None = None
    note: str = ""


def decide(request: bytes, known: Callable[[str], Known | None], witness: Signer, seconds: int) -> Verdict:
    """Whether a witness cosigns; `seconds` since 1970 is the time it says.

    `known` gives what is known of the log of that origin. Ask within the transaction that then stores `accepted`, and
    have `known` lock what it reads: if another request of the same log were decided between the two, the later of them
    could take the log back to a smaller tree (tlog-witness, "add-checkpoint"). Answer only when it is stored.
    """
    try:
        asked = parse_request(request)
    except BadNote as error:
        return Verdict(400, f"The request cannot be read: {error}.\n")
    new = asked.checkpoint
    log = known(new.origin)
    if log is None:
        return Verdict(404, "This witness does not know a log of that origin.\n")
    try:
        signers = verify_note(asked.note, log.verifiers)
    except BadNote as error:
        return Verdict(403, f"The checkpoint is not accepted: {error}.\n")
    if asked.old > new.size:
        return Verdict(400, f"The old size {asked.old} is larger than the checkpoint's, {new.size}.\n")
    if asked.old != log.size:
        return Verdict(409, f"{log.size}\n", SIZE)
    try:
        verify_consistency(log.size, log.root, new.size, new.root, asked.proof)
    except BadProof as error:
        return Verdict(422, f"The checkpoint does not continue the last one: {error}.\n")
    ours = cosign(asked.note, witness, seconds)
    theirs = tuple(one for one in asked.note.signatures if any(who.made(one) for who, _ in signers))
    return Verdict(200, str(ours), accepted=new, note=str(Note(asked.note.body, (*theirs, ours))))


def build_request(old: int, proof: Sequence[bytes], note: Note) -> bytes:
    """The body of an `add-checkpoint` request: `old` is the size that the witness cosigned last, 0 if it never did."""
    return ("\n".join([f"old {old}", *map(base64, proof)]) + f"\n\n{note}").encode()


def parse_request(data: bytes) -> Request:
    """What the body of an `add-checkpoint` request asks. Raises BadNote, and nothing else."""
    head, gap, rest = decode(data, MOST_REQUEST).partition("\n\n")
    old, *proof = head.split("\n")
    if not gap or not old.startswith("old "):
        raise BadNote("a request is a line with the old size, a proof, an empty line and a checkpoint")
    if len(proof) > LONGEST_PROOF:
        raise BadNote(f"no consistency proof has more than {LONGEST_PROOF} hashes")
    size = number(old.removeprefix("old "), "old size")
    note = parse_note(rest)
    return Request(size, tuple(map(unhash, proof)), note, Checkpoint.parse(note.body))


def add_cosignatures(note: Note, answer: bytes | str, witnesses: Iterable[Verifier]) -> Note:
    """The checkpoint with the cosignatures in a witness's answer; one that cosigned before is replaced.

    Answered signatures of unknown keys are left out. Raises BadNote where none of these witnesses has cosigned, or
    where a cosignature of one of them is not over this checkpoint.
    """
    answered = parse_note(f"{note.body}\n{decode(answer)}")
    if answered.body != note.body:
        raise BadNote("a witness answers nothing but signature lines")
    witnesses = list(witnesses)
    verify_note(answered, witnesses)
    new = [one for one in answered.signatures if any(who.made(one) for who in witnesses)]
    kept = {(one.name, one.key_id): one for one in (*note.signatures, *new)}
    return Note(note.body, tuple(kept.values()))
