"""What shows that an entry stands where it stands: worked out anew for each page that says so.

One chain and one proof are enough for a whole incident: each entry names the one before it, and the last one that a
checkpoint covers is proved to be in the tree.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from inviolable.incidents.wording import exact_words
from inviolable.ledger import note, sequencer, tree
from inviolable.ledger.keys import public_pem
from inviolable.ledger.models import Checkpoint, Cosignature, Place, Stamp
from inviolable.ledger.note import Verifier
from inviolable.ledger.prooffile import proof_file
from inviolable.ledger.registry import Recorded


@dataclass(frozen=True)
class Standing:
    """How far the record of an incident was verified just now.

    upto: number of the newest entry that the checkpoint covers, None where there is none; waiting: how many came after
    it. fault: what does not hold, in words; then nothing else counts.
    """

    upto: int | None = None
    waiting: int = 0
    made: datetime | None = None
    stamped: tuple[str, ...] = ()
    cosigned: tuple[str, ...] = ()
    fault: str = ""

    @property
    def moment(self) -> str:
        """When the checkpoint was made, in words."""
        return exact_words(self.made) if self.made else ""


@dataclass(frozen=True)
class Proof:
    """That one entry is in the tree of one checkpoint. hashes: from the leaf up, as RFC 6962 orders them."""

    index: int
    checkpoint: Checkpoint
    hashes: tuple[bytes, ...]

    @property
    def size(self) -> int:
        """How many entries the checkpoint covers."""
        return self.checkpoint.size

    @property
    def root(self) -> str:
        """Its root, in hex."""
        return bytes(self.checkpoint.root).hex()

    def files(self, recorded: Recorded) -> dict[str, bytes]:
        """What somebody else needs to check it, by file name."""
        signed = self.checkpoint.cosigned
        return {
            "entry.json": recorded.line,
            "entry.tlog-proof": proof_file(self.index, self.hashes, note.parse_note(signed)).encode(),
            "checkpoint": signed.encode(),
            "log.pem": public_pem(_signer(self.checkpoint).public_key.public_bytes_raw()),
        }

    def by_hand(self) -> list[str]:
        """Four lines for a shell in the folder with these files. Each hash stands left or right of what is there."""
        steps = " ".join(_steps(self.index, self.size, self.hashes))
        sign = "head -n 3 checkpoint > body; sed -n 5p checkpoint | cut -d' ' -f3 | base64 -d | tail -c 64 > signature"
        climb = 'r=$(echo "01${s%_*}$r${s#*_}" | tr a-f A-F | basenc -d --base16 | sha256sum | cut -c 1-64)'
        return [
            "r=$(printf '\\0' | cat - entry.json | sha256sum | cut -c 1-64); echo $r",
            f"for s in {steps}; do {climb}; done; echo $r",
            "echo $(sed -n 3p checkpoint | base64 -d | basenc --base16 -w 0 | tr A-F a-f)",
            f"{sign}; openssl pkeyutl -verify -pubin -inkey log.pem -rawin -in body -sigfile signature",
        ]


def standing(entries: Sequence[Recorded], broken: int | None = None) -> Standing:
    """Verify what is shown of an incident: its chain, its place in the tree, the signature over the tree.

    broken: what the chain was found to be when these entries were read (lookup.py).
    """
    if broken is not None:
        return Standing(fault=_("Entry %(number)s does not follow the one before it.") % {"number": broken})
    head = sequencer.newest()
    place = _newest_place(entries, head.size) if head else None
    if head is None or place is None:
        return Standing(waiting=len(entries))
    upto = next(one for one in reversed(entries) if one.number == place.entry_id)
    try:
        _signer(head)
        hashes = tree.inclusion(sequencer.reader(), place.index, head.size)
        tree.verify_inclusion(upto.leaf, place.index, head.size, hashes, bytes(head.root))
    except (note.BadNote, tree.BadTile, tree.BadProof):
        said_number = {"number": upto.entry["seq"]}
        return Standing(fault=_("Entry %(number)s is not where its checkpoint says.") % said_number)
    return Standing(
        upto=upto.entry["seq"],
        waiting=len(entries) - 1 - upto.entry["seq"],
        made=head.made,
        stamped=tuple(dict.fromkeys(Stamp.objects.filter(checkpoint=head).values_list("authority", flat=True))),
        cosigned=tuple(Cosignature.objects.filter(checkpoint=head).values_list("witness", flat=True)),
    )


def prove(recorded: Recorded, size: int | None = None) -> Proof | None:
    """The proof of an entry in the newest checkpoint, or in that over `size` entries; None where none covers it."""
    head = sequencer.newest() if size is None else Checkpoint.objects.filter(size=size).first()
    place = Place.objects.filter(entry_id=recorded.number).first()
    if head is None or place is None or place.index >= head.size:
        return None
    return Proof(place.index, head, tuple(tree.inclusion(sequencer.reader(), place.index, head.size)))


def _newest_place(entries: Sequence[Recorded], size: int) -> Place | None:
    """The highest place below `size` of these entries; others may have come since they were read."""
    if not entries:
        return None
    last = entries[-1].entry
    ours = Place.objects.filter(entry__stream=last["stream"], entry__seq__lte=last["seq"], index__lt=size)
    return ours.order_by("-entry__seq").first()  # Places follow the order of the stream; by index all would be read.


def _signer(checkpoint: Checkpoint) -> Verifier:
    """Whose key of ours signed a checkpoint. Raises BadNote where none did, or where it says something else."""
    signed = note.parse_note(checkpoint.note)
    said = note.Checkpoint.parse(signed.body)
    if (said.size, said.root) != (checkpoint.size, bytes(checkpoint.root)):
        raise note.BadNote("the checkpoint says something else than its row")
    return note.verify_note(signed, sequencer.verifiers())[0][0]


def _steps(index: int, size: int, hashes: Sequence[bytes]) -> Iterator[str]:
    """Each hash of a proof as `LEFT_` or `_RIGHT`: on which side it is joined (RFC 9162, section 2.1.3.2)."""
    last = size - 1
    for one in hashes:
        if index % 2 or index == last:
            yield f"{one.hex()}_"
            while index % 2 == 0 and index:
                index, last = index // 2, last // 2
        else:
            yield f"_{one.hex()}"
        index, last = index // 2, last // 2
