"""The kinds of entry of this room. A device is its key, a person an id; nobody is named."""

from inviolable.door.terms import Consenting, Purpose, Sound, Whom, Zone
from inviolable.ledger.registry import Kind, declare, moment, one_of, text

#: To whom which door is opened, and for what.
ABOUT = {
    "consent": text, "post": text, "zone": one_of(*Zone.values), "whom": one_of(*Whom.values),
    "purpose": one_of(*Purpose.values),
}  # fmt: skip

declare(
    # name: what the post calls it, such as `desk`. Its public key is in the `key.enrolled` before it.
    Kind("device.enrolled", {"key": text, "post": text, "name": text}),
    # From now on nothing that it says counts; its key is revoked in the same transaction.
    Kind("device.cut_off", {"key": text, "post": text, "why": text}),
    Kind("consent.asked", ABOUT),
    # holding: of the dated role by which they may; why: a word of posts/consent.py.
    Kind(
        "consent.given",
        {**ABOUT, "person": text, "role": text, "holding": text, "why": text, "until": moment},
        # Of a designee, in words: for what the head of post named them; and that they say that this is within it.
        {"scope": text, "within": one_of("yes")},
    ),
    Kind("consent.refused", {"consent": text, "post": text, "person": text, "role": text}),
    Kind("consent.withdrawn", {"consent": text, "post": text, "person": text, "role": text}),
    # In the installation's stream, which nobody reads at a post: void for review.
    Kind("consent.forced", {"consent": text, "post": text}),
    # The codes themselves are in no entry.
    Kind("consent.codes_chosen", {"person": text}),
    # A visitor is asked for a clip. clip: what her receipt calls it; the code that she gets is in no entry.
    Kind("clip.asked", {"clip": text, "post": text, "until": moment}),
    Kind("clip.taken_back", {"clip": text}),
    # She agreed, having read in this language what happens with it; the exhibit.received before it is her clip.
    Kind("clip.given", {"clip": text, "exhibit": text, "language": text}),
    # What a post may record of what is said at its door.
    Kind(
        "recording.ruled",
        {"post": text, "law": one_of(*Consenting.values), "sound": one_of(*Sound.values), "why": text},
    ),
    # The paper pack. version: tells nothing of the numbers in it (posts/vault.py, `fingerprint`).
    Kind("paper.printed", {"post": text, "version": text, "expires": moment, "language": one_of("en", "es")}),
)
