"""The kinds of entry of this room: a note from its first draft to its delivery.

All are entries of the incident that the note is about, but `series.numbered`, which is one of `series/<organ>/<year>`.
"""

from inviolable.diplomacy.terms import CHANNELS, FORMS
from inviolable.ledger.registry import Kind, declare, digest, number, one_of, table, text, texts

#: Nothing is received without a trace from outside, which is its proof; the others are what our side says.
OUTCOMES = ("handed_over", "received", "refused", "no_answer", "failed")
#: How a note travels.
WAYS = ("by_hand", "summons", "mission", "email", "post")

declare(
    # content: SHA-256 of a version's canonical JSON, which the table of versions holds encrypted. A note is open until
    # it is released or dropped; what, words, to: how that obligation reads. for: for whom the command line did it.
    Kind(
        "note.drafted",
        {"note": text, "form": one_of(*FORMS), "channel": one_of(*CHANNELS), "organ": text, "language": text}
        | {"version": number, "content": digest},
        {"part": text, "what": text, "words": table, "to": text, "for": text},
        opens="note",
    ),
    Kind(
        "note.revised",
        {"note": text, "version": number, "content": digest, "how": one_of("typed", "word", "redrafted")},
        {"why": text},
    ),
    # steps: the roles that approve it, in their order.
    Kind("note.submitted", {"note": text, "version": number, "steps": texts}),
    # since: the version that whoever approves had looked at last, 0 for none: what changed from there they were shown.
    Kind("note.approved", {"note": text, "version": number, "step": text}, {"since": number}),
    Kind("note.sent_back", {"note": text, "version": number, "why": text}),
    Kind("note.dropped", {"note": text, "why": text}, closes="note"),
    # exhibits: the frozen documents; content, pdf: SHA-256 of what was approved and of the PDF that goes out.
    Kind(
        "note.released",
        {"note": text, "version": number, "number": text, "content": digest, "pdf": digest, "exhibits": texts},
        {"for": text},
        closes="note",
    ),
    Kind(
        "series.numbered",
        {"number": text, "place": number, "note": text, "incident": text, "content": digest, "pdf": digest},
    ),
    # proof: the exhibit that somebody outside gave: a stamped copy, a receipt.
    Kind(
        "note.delivered",
        {"note": text, "channel": one_of(*WAYS), "outcome": one_of(*OUTCOMES)},
        {"to": text, "place": text, "proof": text, "said": text},
    ),
    # Sent by e-mail of record: which message of the outbox it is, the address that it goes to, SHA-256 of the PDF.
    Kind("note.mailed", {"note": text, "message": text, "to": text, "pdf": digest}),
    # An oral démarche, which has no document of its own.
    Kind("demarche.made", {"demarche": text, "by": text, "to": text, "said": text}, {"part": text, "answer": text}),
)
