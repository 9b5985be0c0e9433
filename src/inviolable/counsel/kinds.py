"""The kinds of entry of this room."""

from typing import Any

from inviolable.ledger.registry import Kind, declare, digest, text


def read(value: Any) -> bool:
    """What was read: a list of names, each with its SHA-256."""
    if type(value) is not list or not all(type(one) is dict and one.keys() == {"name", "sha256"} for one in value):
        return False
    return value != [] and all(text(one["name"]) and digest(one["sha256"]) for one in value)


declare(
    # Somebody has reviewed the law as it stands. hash: of the whole pack; read: provisions by pinpoint and rules by id;
    # by: the account whose signature it is, also where a command signs on its behalf, as the actor says then;
    # day: ISO 8601, in UTC.
    Kind("law.signed", {"pack": text, "hash": digest, "read": read, "role": text, "by": text, "day": text}),
)
