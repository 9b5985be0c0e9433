"""The kinds of entry of demands, replies, assurances and repetition."""

from inviolable.diplomacy.terms import DEMANDS
from inviolable.ledger.registry import Kind, declare, moment, number, one_of, table, text, texts

#: The ladder of what a State may do next, the lowest rung first.
RUNGS = ("call", "demarche", "note_verbale", "signed_note", "summons", "statement", "regional_body", "claim")
#: What a sentence of a reply does with a demand.
ANSWERS = ("meets", "partly", "refuses", "evades")

#: A sentence of a reply: which one, and its place in the text, in characters.
_SENTENCE = {"reply": text, "sentence": number, "start": number, "end": number}

declare(
    # what, language: in the words of the note; words: in each of its languages, where it has several; rests_on:
    # pinpoints; to, superior: roles that answer for it.
    Kind(
        "demand.made",
        {"demand": text, "note": text, "kind": one_of(*DEMANDS), "what": text, "to": text, "superior": text},
        {"rests_on": texts, "part": text, "language": text, "words": table},
        opens="demand",
    ),
    # days: since it was delivered, or released; to: the people who could be reached, perhaps none.
    Kind("demand.reminded", {"demand": text, "days": number, "to": texts}),
    Kind("demand.owned", {"demand": text, "to": text, "superior": text}, {"why": text}, owns="demand"),
    # proof: an exhibit, or `reply/REPLY/SENTENCE`; a legal adviser agrees by another entry, and only then it is closed,
    # or does not, and it stays open.
    Kind("demand.met", {"demand": text, "proof": text, "why": text}),
    Kind("demand.closed", {"demand": text, "proof": text, "why": text}, closes="demand"),
    Kind("demand.kept", {"demand": text, "why": text}),
    # source: the paper among the sources of the incident, whose words stand there; exhibit: its bytes.
    Kind(
        "reply.received",
        {"reply": text, "note": text, "from": text, "came": moment, "source": text},
        {"exhibit": text, "number": text},
    ),
    Kind("reply.linked", {**_SENTENCE, "demand": text, "says": one_of(*ANSWERS)}),
    Kind("assurance.marked", {**_SENTENCE, "assurance": text, "words": text}, {"why": text}),
    # A person read a promise where there is none; the mark stays in the record.
    Kind("assurance.taken_back", {"assurance": text}, {"why": text}),
    # It happened again: what another incident has to do with this one. incident: the other, by its id.
    Kind("incident.matched", {"incident": text, "demands": texts, "assurances": texts}, {"why": text}),
    Kind("rung.reached", {"rung": one_of(*RUNGS), "why": text}, {"note": text, "demarche": text}),
    # That there is a dispute was said to the other State, by which two months may begin (VCCR-OP II; VCDR-OP II).
    Kind("dispute.notified", {"note": text}, {"why": text}),
)
