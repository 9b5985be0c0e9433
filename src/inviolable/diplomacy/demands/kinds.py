"""The kinds of entry of demands, replies, assurances and repetition."""

from inviolable.diplomacy.terms import DEMANDS
from inviolable.ledger.registry import Kind, declare, moment, number, one_of, text, texts

#: The ladder of what a State may do next, the lowest rung first.
RUNGS = ("call", "demarche", "note_verbale", "signed_note", "summons", "statement", "regional_body", "claim")

declare(
    # what: in the words of the note; rests_on: pinpoints; to, superior: roles that answer for it.
    Kind(
        "demand.made",
        {"demand": text, "note": text, "kind": one_of(*DEMANDS), "what": text, "to": text, "superior": text},
        {"rests_on": texts, "part": text},
        opens="demand",
    ),
    # days: since it was delivered.
    Kind("demand.reminded", {"demand": text, "days": number, "to": texts}),
    Kind("demand.owned", {"demand": text, "to": text, "superior": text}, {"why": text}),
    # proof: an exhibit or a reply's sentence; legal agrees by another entry, and only then it is closed.
    Kind("demand.met", {"demand": text, "proof": text, "why": text}),
    Kind("demand.closed", {"demand": text, "proof": text, "why": text}, closes="demand"),
    # exhibit: the paper that came; sentences: of its text, in order, which others name by their number.
    Kind(
        "reply.received",
        {"reply": text, "note": text, "from": text, "came": moment},
        {"exhibit": text, "sentences": texts},
    ),
    Kind(
        "reply.linked",
        {"reply": text, "sentence": number, "demand": text, "says": one_of("meets", "partly", "refuses", "evades")},
    ),
    Kind("assurance.marked", {"assurance": text, "reply": text, "sentence": number, "words": text}, {"why": text}),
    # It happened again: what another incident has to do with this one.
    Kind("incident.matched", {"incident": text, "demands": texts, "assurances": texts}, {"why": text}),
    Kind("rung.reached", {"rung": one_of(*RUNGS), "why": text}, {"note": text, "demarche": text}),
)
