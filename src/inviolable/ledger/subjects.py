"""Subjects (docs/record.md): the key pair of a person or an exhibit, and commitments to sealed fields.

The private half exists only sealed to headquarters, in one small file. Destroying that file erases the subject in
every copy of whatever was sealed to its public half.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from typing import Any, NamedTuple

from . import canonical
from .seal import Identity, check_identity, check_recipient, open_sealed, seal
from .store import BadName, Store

ID = re.compile(r"[a-z0-9][a-z0-9-]{0,99}")
SALT = re.compile(r"[0-9a-f]{64}")


class TooFewRecipients(ValueError):
    """A subject's key must be sealed to two recipients at least, so that losing one key loses nothing."""


class BadLine(ValueError):
    """A line that opens no commitment."""


class Box(NamedTuple):
    """A field that its giver committed to and sealed: nobody here can tell whether the two agree."""

    commitment: str
    sealed: bytes


def key_name(subject: str) -> str:
    """The name of a subject's sealed key in the store of keys. Raises BadName."""
    if not ID.fullmatch(subject):
        raise BadName(f"{subject[:80]!r} is no id of a subject: small letters, digits and '-', at most 100 characters")
    return f"{subject}.age"


def new_subject(keys: Store, subject: str, recipients: Iterable[str]) -> str:
    """Make a subject's key pair, durably keep the private half sealed to the recipients, and return the public half.

    Raises TooFewRecipients, BadRecipient, NameTaken where the subject has a key already, and StoreError."""
    identity = Identity.generate()
    sealed = _sealed(identity, recipients)
    with keys.write(key_name(subject)) as file:
        file.write(sealed)
    return str(identity.to_public())


def identity_of(keys: Store, subject: str, identities: Iterable[Identity]) -> Identity:
    """The private half of a subject, opened by any recipient's identity.

    Raises CannotOpen, and NotInStore where the subject was erased or is not known."""
    with keys.read(key_name(subject)) as file:
        return check_identity(open_sealed(file.read(), identities).decode())


def reseal(keys: Store, subject: str, identities: Iterable[Identity], recipients: Iterable[str]) -> None:
    """Seal the private half to other recipients; until the new file is durable the old one stands.

    Raises as identity_of and new_subject do. Old copies of the file still open to the recipients of then."""
    sealed = _sealed(identity_of(keys, subject, identities), recipients)
    with keys.replace(key_name(subject)) as file:
        file.write(sealed)


def destroy(keys: Store, subject: str) -> None:
    """Erase the subject: durably delete its sealed key. Raises NotInStore where there is none, and StoreError."""
    keys.delete(key_name(subject))


def _sealed(identity: Identity, recipients: Iterable[str]) -> bytes:
    to = {str(check_recipient(recipient)) for recipient in recipients}
    if len(to) < 2:
        raise TooFewRecipients(
            f"A key must be sealed to at least two different recipients, here are {len(to)}: "
            "add one with `inviolable keys add`"
        )
    return seal(str(identity).encode(), sorted(to))


def commit(field: str, subject: str, value: Any) -> tuple[str, bytes]:
    """(commitment in hex, the line behind it) for the value of one field about one subject.

    The line holds the value and 32 random bytes: seal it, and disclose the field by handing it out.
    Raises NotCanonical where the value has no canonical form."""
    line = canonical.encode({"field": field, "salt": secrets.token_hex(32), "subject": subject, "value": value})
    return hashlib.sha256(line).hexdigest(), line


def check_line(line: bytes) -> tuple[str, str, Any, str]:
    """(field, subject, value, commitment in hex) of a disclosed line. Raises BadLine."""
    try:
        opened = canonical.decode(line)
    except canonical.NotCanonical as error:
        raise BadLine(f"A disclosed line is not as it was committed to: {error}") from None
    match opened:
        case {"field": str(field), "salt": str(salt), "subject": str(subject), "value": value, **more}:
            if not more and SALT.fullmatch(salt):
                return field, subject, value, hashlib.sha256(line).hexdigest()
    raise BadLine("A disclosed line holds exactly field, salt (64 hex digits), subject and value; this one does not")
