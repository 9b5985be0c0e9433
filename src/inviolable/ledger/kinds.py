"""The kinds of entry of this room: keys, seals, exhibits, recordings, erasure, dossiers.

`premis` is the PREMIS 3 eventType word (id.loc.gov/vocabulary/preservation/eventType) for what was done to an object.
"""

from inviolable.ledger.registry import (
    Kind,
    declare,
    digest,
    moment,
    number,
    one_of,
    table,
    text,
    texts,
)

#: How an item came to us, fixed when it is received and never raised: A sealed live by an enrolled device, B imported
#: on an enrolled device, C received from a named third party, D collected from the open web.
GRADES = ("A", "B", "C", "D")
grade = one_of(*GRADES)

_SEALED_BYTES = {"bytes": number, "sha256": digest, "sealed_bytes": number, "sealed_sha256": digest}
#: What an entry says that brings its own subject; older ones follow a subject.made instead.
_SUBJECT = {"recipient": text, "keep_until": moment}

declare(
    Kind(
        "key.enrolled",
        {"key": text, "public": digest, "role": one_of("log", "device", "beacon", "witness"), "name": text},
    ),
    Kind("key.revoked", {"key": text, "from": moment, "reason": text}),
    Kind("recipient.added", {"recipient": text, "name": text}),
    Kind("recipient.retired", {"recipient": text, "reason": text}),
    Kind("keys.resealed", {"subjects": number, "recipients": texts}),
    Kind("keys.drilled", {"opened": texts, "failed": texts}),
    Kind(
        "subject.made",
        {"subject": text, "about": one_of("person", "exhibit", "recording"), "recipient": text},
        {"keep_until": moment},
    ),
    Kind("subject.erased", {"subject": text, "about": text, "reason": text}, premis="deletion"),
    Kind("hold.placed", {"hold": text, "reason": text}),
    Kind("hold.lifted", {"hold": text, "reason": text}),
    Kind(
        "exhibit.received",
        {
            "exhibit": text,
            **_SEALED_BYTES,
            "grade": grade,
            "copy": one_of("evidentiary", "working"),
            "consent": one_of("given", "refused", "not_asked", "not_needed"),
        },
        # sealed_by: whoever gave it sealed it first; bytes, sha256 and what the commitments are over is their claim.
        {"media": text, "part": text, "from": text, "derived_from": text, "derivation": table}
        | {"sealed_by": one_of("giver")}
        | _SUBJECT,
        sealed=frozenset({"name", "giver", "description"}),
        premis="ingestion",
    ),
    # What an exhibit holds that its giver sealed, found when it was opened; as_said: whether that was their claim.
    Kind(
        "exhibit.measured",
        {"exhibit": text, "bytes": number, "sha256": digest, "as_said": one_of("yes", "no")},
        premis="fixity check",
    ),
    Kind("exhibit.opened", {"exhibit": text, "reason": text, "how": one_of("fetched", "opened")}, premis="decryption"),
    Kind(
        "recording.begun",
        {"recording": text, "device": text, "media": text},
        {"part": text} | _SUBJECT,
        premis="capture",
    ),
    Kind(
        "segment.received",
        {"segment": text, "recording": text, "number": number, "statement": text, "signature": text, "key": text}
        | {"sealed_bytes": number, "sealed_sha256": digest, "grade": grade},
        premis="capture",
    ),
    # heads: `<statement> <signature in hex>`, of segments whose bytes are still to come.
    Kind("segments.announced", {"recording": text, "heads": texts}, premis="capture"),
    Kind(
        "segment.quarantined",
        {"recording": text, "statement": text, "signature": text, "sealed_sha256": digest, "why": text},
        premis="quarantine",
    ),
    # segments: how many arrived; made: how many its device says that it made.
    Kind("recording.ended", {"recording": text, "segments": number, "gaps": texts}, {"made": number}, premis="capture"),
    Kind("field.disclosed", {"commitments": texts, "to": text, "reason": text}),
    Kind(
        "dossier.exported",
        {
            "entries": number,
            "exhibits": number,
            "opened": number,
            "disclosed": number,
            "people": number,
            "size": number,
        },
        {"to": text, "reason": text},
        premis="dissemination",
    ),
    Kind("backup.made", {"size": number, "objects": number}, premis="replication"),
    Kind("backup.restored", {"size": number}, premis="recovery"),
)
