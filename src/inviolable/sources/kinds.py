"""The kinds of entry of this room: documents, and what people decided of the claims in them.

A claim itself is a `fact.claimed` of incidents, with the fields that say of which document it is and where it stands.
"""

from inviolable.ledger.registry import Kind, declare, digest, number, one_of, table, text
from inviolable.sources.voices import KINDS as VOICES

#: What an item of evidence is to a statement. withdrawn: nothing any more; a correction is a new entry.
STANCES = ("for", "against", "withdrawn")
DECISIONS = ("confirmed", "corrected", "rejected")

#: What a person says of a document. published, modified: a day, or a moment with its offset as the document has it.
DESCRIPTION = ("publisher", "author", "published", "modified", "language", "title", "address", "lineage", "notes")
_DESCRIBED = dict.fromkeys(DESCRIPTION, text)

declare(
    # kind: what it is, or whose, as voices are counted; none is more trusted than another.
    # exhibit: the bytes; text: SHA-256 of the words in them (UTF-8), which the exhibit `copy` holds, sealed as well;
    # found: what the program read of the description, nobody's word; reading: by which tool, or why not; record: what
    # it was called in the file of records that it came in.
    Kind(
        "source.received",
        {"source": text, "version": number, "kind": one_of(*VOICES)},
        _DESCRIBED
        | {
            "seen_as": text,
            "exhibit": text,
            "text": digest,
            "copy": text,
            "found": table,
            "reading": table,
            "record": text,
        },
    ),
    # The words of a version that the program could not read, given by a person.
    Kind("source.read", {"source": text, "version": number, "text": digest, "copy": text}, {"found": table}),
    # What was wrong or missing in the description; "-" takes a word away.
    Kind("source.described", {"source": text}, _DESCRIBED | {"kind": one_of(*VOICES)}),
    # voice: whose statement it is, confirmed with the claim; by: the claim that stands in its place.
    Kind(
        "claim.decided",
        {"claim": text, "decision": one_of(*DECISIONS)},
        {"voice": text, "by": text, "why": text},
    ),
    # Proof for or against a statement of the receiving State. stream: where the exhibit is, if it is a post's own, like
    # a photograph of its sign; sha256: of the original, as its exhibit says.
    Kind(
        "claim.answered",
        {"claim": text, "stance": one_of(*STANCES), "exhibit": text, "sha256": digest},
        {"stream": text, "why": text},
    ),
    # A proposal of the program that a person turned down: by what rule, and the characters of the text it stood on.
    # value: its SHA-256 alone, since a quotation that nobody took on may name a person, and an entry stays.
    Kind(
        "proposal.rejected",
        {"source": text, "version": number, "key": text, "value": digest, "start": number, "end": number},
        {"rule": text, "why": text},
    ),
)
