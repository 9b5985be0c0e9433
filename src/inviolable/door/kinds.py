"""The kinds of entry of this room. A device is its key; nobody is named."""

from inviolable.ledger.registry import Kind, declare, moment, one_of, text

declare(
    # name: what the post calls it, such as `desk`. Its public key is in the `key.enrolled` before it.
    Kind("device.enrolled", {"key": text, "post": text, "name": text}),
    # From now on nothing that it says counts; its key is revoked in the same transaction.
    Kind("device.cut_off", {"key": text, "post": text, "why": text}),
    # The paper pack. version: tells nothing of the numbers in it (posts/vault.py, `fingerprint`).
    Kind("paper.printed", {"post": text, "version": text, "expires": moment, "language": one_of("en", "es")}),
)
