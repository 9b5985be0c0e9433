"""Canonical JSON: the RFC 8785 profile that everything hashed or signed is written in.

Objects, arrays, strings and integers only. Within that profile Python's own encoder writes the bytes that RFC 8785
asks for, once keys are ASCII (then code points and UTF-16 units sort alike) and floats, booleans and null are refused.
"""

import json
from typing import Any

#: Integers beyond this are not exact in every language that reads JSON (RFC 7493 section 2.2).
LARGEST = 2**53 - 1
#: How deep an entry may nest: far more than any kind uses, far less than a parser's stack.
DEEPEST = 20

_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, check_circular=False).encode


class NotCanonical(ValueError):
    """A value, or bytes, outside the profile; the message says what and where."""


def encode(value: Any) -> bytes:
    """The one way to write `value`, as UTF-8. Raises NotCanonical for what the profile does not hold."""
    check(value)
    try:
        return _encode(value).encode()
    except UnicodeEncodeError as fault:
        raise NotCanonical(f"a text holds half a character at {fault.start}; write whole characters.") from None


def decode(data: bytes) -> Any:
    """The value that these bytes are the canonical form of. Raises NotCanonical for any other bytes."""
    try:
        value = json.loads(data.decode())
    except (ValueError, RecursionError) as fault:
        raise NotCanonical(f"not JSON: {fault}.") from None
    if encode(value) != data:
        raise NotCanonical("JSON, but not in its canonical form (RFC 8785).")
    return value


def check(value: Any, depth: int = 0) -> None:
    """Raise NotCanonical unless `value` lies within the profile."""
    kind = type(value)
    if kind is str:
        return
    if depth > DEEPEST:
        raise NotCanonical(f"nested deeper than {DEEPEST}.")
    if kind is int:
        if not -LARGEST <= value <= LARGEST:
            raise NotCanonical(f"{value} is larger than 2^53 - 1; write it as a text.")
    elif kind is dict:
        for key, one in value.items():
            if type(key) is not str or not key.isascii():
                raise NotCanonical(f"key {key!r} is no ASCII text.")
            check(one, depth + 1)
    elif kind is list:
        for one in value:
            check(one, depth + 1)
    else:
        raise NotCanonical(f"{value!r} is neither object, array, text nor integer; yes and no are texts.")
