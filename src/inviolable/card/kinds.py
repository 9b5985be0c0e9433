"""The kinds of entry of this room. No word of a stranger is in them: what they wrote is bound by its SHA-256."""

from inviolable.card.terms import SERVICES, WHAT
from inviolable.ledger.registry import Kind, declare, digest, moment, number, one_of, text

#: How many more of its kind came since `others_since`, which were counted and are no entries of their own.
_OTHERS = {"others": number, "others_since": moment}
_DECIDED = {"request": text, "post": text, "times": number, "words": digest}

declare(
    # Somebody has read the card: from then on the receiving State's officers could know.
    Kind("card.visited", {"post": text}, _OTHERS),
    # words: SHA-256 of what was written, as canonical JSON with a salt; the database keeps it encrypted.
    Kind("card.asked", {"request": text, "post": text, "what": one_of(*WHAT), "words": digest}),
    # through: by which number of ours the caller was found to be who they say. times: how often it was asked.
    Kind("card.verified", _DECIDED | {"through": text}),
    Kind("card.refused", _DECIDED | {"why": text}),
    Kind("card.emergency_announced", {"post": text, "service": one_of(*SERVICES)}, _OTHERS),
    # A photograph of the post's own signage; the exhibit itself is in the entry before. taken: a day, as claimed.
    Kind("signage.photographed", {"exhibit": text, "post": text, "taken": text}),
)
