"""What the server must be able to read and a thief of the database must not: names and addresses of staff.

Encrypted (Fernet: AES-128-CBC with HMAC-SHA-256) under a key in INVIOLABLE_HOME/keys/staff.key, outside the database.
"""

from __future__ import annotations

import hmac
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import models

from inviolable.ledger.keys import BadKey, write_new


class StaffKeyLost(BadKey):
    """The key that names and addresses of staff are encrypted with is not the one they were encrypted with."""


if TYPE_CHECKING:
    Text = models.TextField[str, str]
else:
    Text = models.TextField


class Encrypted(Text):
    """A text that the database holds encrypted. An empty one hides nothing, and is kept as it is."""

    def get_prep_value(self, value: Any) -> Any:
        """As the database gets it."""
        return encrypted(str(value)) if value else value

    def from_db_value(self, value: Any, *_: Any) -> Any:
        """As it was. Raises StaffKeyLost."""
        return decrypted(value) if value else value


def encrypted(text: str) -> str:
    """A text as it may lie in the database, or in a file beside it."""
    return _fernet().encrypt(text.encode()).decode()


def decrypted(text: str) -> str:
    """The text that was encrypted so. Raises StaffKeyLost."""
    try:
        return _fernet().decrypt(text.encode()).decode()
    except InvalidToken:
        raise StaffKeyLost(f"{_path()}: is another key; restore the one from the backup.") from None


def fingerprint(data: bytes) -> str:
    """HMAC-SHA-256 under the same key, in hex: says that something is as it was, and lets nobody try out numbers."""
    _fernet()
    return hmac.new(_path().read_bytes(), data, sha256).hexdigest()


def _path() -> Path:
    return _in_home(settings.HOME)


@lru_cache(maxsize=8)
def _in_home(home: str) -> Path:
    """Put together once: with each of a thousand addresses it would take as long as to decrypt it."""
    return Path(home) / "keys" / "staff.key"


def _fernet() -> Fernet:
    path = _path()
    try:
        found = path.stat()
    except FileNotFoundError:
        write_new(path, Fernet.generate_key())
        found = path.stat()
    return _load(path, found.st_mtime_ns)


@lru_cache(maxsize=8)
def _load(path: Path, _changed: int) -> Fernet:
    return Fernet(path.read_bytes())
