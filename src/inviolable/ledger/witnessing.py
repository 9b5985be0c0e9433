"""Witnesses over HTTP (C2SP tlog-witness): asking others to cosign our checkpoints, and cosigning theirs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from django.db import transaction

from inviolable.ledger import note, sequencer, tree
from inviolable.ledger.actions import configured, enrol_once, key_path
from inviolable.ledger.asking import NoAnswer, exchange
from inviolable.ledger.keys import signing_key
from inviolable.ledger.models import Checkpoint, Cosignature, Watched
from inviolable.ledger.note import COSIGNATURE, Verifier
from inviolable.ledger.witness import Known, Verdict, add_cosignatures, build_request, decide

#: Seconds that a witness or headquarters may take for everything.
PATIENCE = 5.0


class Unreachable(Exception):
    """Another installation gave no usable answer: which, what came, what to do."""


def answer(body: bytes, now: datetime) -> tuple[int, str, bytes]:
    """What this installation answers to `add-checkpoint`: (status, content type, body)."""
    watched = {one.name: one for one in map(Verifier.from_vkey, configured().watched)}
    refused = _refused(body, watched)
    if refused:  # Before the database is asked for anything: a stranger may send what he likes.
        return refused.status, refused.content_type, refused.body.encode()
    with transaction.atomic():

        def known(origin: str) -> Known | None:
            if origin not in watched:
                return None
            seen = Watched.objects.select_for_update().filter(origin=origin).first()
            return Known((watched[origin],), seen.size, bytes(seen.root)) if seen else Known((watched[origin],))

        verdict = decide(body, known, _ourselves(), int(now.timestamp()))
        if verdict.accepted:
            Watched.objects.update_or_create(
                origin=verdict.accepted.origin,
                defaults={"size": verdict.accepted.size, "root": verdict.accepted.root, "note": verdict.note},
            )
    return verdict.status, verdict.content_type, verdict.body.encode()


def _refused(body: bytes, watched: Mapping[str, Verifier]) -> Verdict | None:
    """What can be refused without knowing what was cosigned before."""
    verdict = decide(body, lambda origin: Known((watched[origin],)) if origin in watched else None, _ourselves(), 1)
    return verdict if verdict.status in (400, 403, 404) else None


def _ourselves() -> note.Signer:
    return note.Signer(sequencer.origin(), signing_key(key_path()).private)


def own_keys() -> tuple[str, str]:
    """The verifier keys that others configure: of our log, and of us as a witness."""
    signer = _ourselves()
    return signer.verifier().vkey(), signer.verifier(COSIGNATURE).vkey()


def ask(url: str, key: str, checkpoint: Checkpoint, now: datetime) -> bool:
    """Have a witness cosign a checkpoint; whether it is new. Raises Unreachable, or BadNote for a false cosignature."""
    witness = Verifier.from_vkey(key)
    if Cosignature.objects.filter(checkpoint=checkpoint, witness=witness.name).exists():
        return False
    last = Cosignature.objects.filter(witness=witness.name).order_by("-checkpoint_id").first()
    signed = note.parse_note(checkpoint.note)
    status, said = _add_checkpoint(url, last.checkpoint_id if last else 0, checkpoint, signed)
    if status == 409:
        # It has cosigned more, or less, than we remember: it says how much.
        size = note.number(said.decode("ascii", "replace").strip(), "size")
        if size > checkpoint.size:
            raise Unreachable(f"{url}: has cosigned {size} entries of this log, which has {checkpoint.size}: restored?")
        status, said = _add_checkpoint(url, size, checkpoint, signed)
    if status != 200:
        raise Unreachable(f"{url}: answered {status}: {said[:200].decode('utf-8', 'replace').strip()}")
    cosigned = add_cosignatures(signed, said, [witness])
    line = next(one for one in cosigned.signatures if witness.made(one))
    time = datetime.fromtimestamp(witness.check(cosigned.body, line), UTC)
    with transaction.atomic():
        enrol_once(witness.public_key.public_bytes_raw(), "witness", witness.name, now=now)
        Cosignature.objects.create(checkpoint=checkpoint, witness=witness.name, line=str(line), time=time)
    return True


def _add_checkpoint(url: str, old: int, checkpoint: Checkpoint, signed: note.Note) -> tuple[int, bytes]:
    proof = tree.consistency(sequencer.reader(), old, checkpoint.size) if old else []
    return fetch(f"{url.rstrip('/')}/add-checkpoint", build_request(old, proof, signed))


def fetch(url: str, body: bytes | None = None) -> tuple[int, bytes]:
    """(status, what came) of one request to a configured address, in PATIENCE altogether. Raises Unreachable."""
    if not url.startswith(("https://", "http://")):
        raise Unreachable(f"{url}: is no http address; correct ledger.toml.")
    try:
        answer = exchange(url, body, {"User-Agent": "inviolable"}, PATIENCE)
    except NoAnswer as fault:
        raise Unreachable(f"{url}: {fault.args[0]}; {fault.args[1]}.") from None
    return answer.status, answer.body
