"""The signing key of an installation: Ed25519, a PEM file in INVIOLABLE_HOME/keys for its owner only."""

from __future__ import annotations

import hashlib
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)


class BadKey(ValueError):
    """A key file that cannot be used; the message says which, and what to do."""


def key_id(public: bytes) -> str:
    """The name of a key: 16 hex digits of SHA-256 over its 32 raw bytes."""
    return hashlib.sha256(public).hexdigest()[:16]


def public_pem(public: bytes) -> bytes:
    """The public key as `openssl` reads it (SubjectPublicKeyInfo)."""
    return Ed25519PublicKey.from_public_bytes(public).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def verifies(public: bytes, signature: bytes, data: bytes) -> bool:
    """Whether `signature` over `data` is by the key with these 32 raw bytes."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


def public_of(path: Path) -> bytes:
    """The 32 raw bytes in a public key's PEM file. Raises BadKey."""
    try:
        key = load_pem_public_key(path.read_bytes())
    except (OSError, ValueError) as fault:
        raise BadKey(f"{path}: holds no public key: {fault}.") from None
    if not isinstance(key, Ed25519PublicKey):
        raise BadKey(f"{path}: holds another kind of key; expected Ed25519.")
    return key.public_bytes_raw()


@dataclass(frozen=True)
class SigningKey:
    """A private key with its name."""

    private: Ed25519PrivateKey
    public: bytes
    id: str

    def sign(self, data: bytes) -> bytes:
        """64 bytes, over the data itself (RFC 8032, no pre-hash)."""
        return self.private.sign(data)


def signing_key(path: Path) -> SigningKey:
    """The key in this file, made at first use. Raises BadKey where it cannot be read or written."""
    try:
        found = path.stat()
    except FileNotFoundError:
        make_key(path)
        found = path.stat()
    except OSError as fault:
        raise BadKey(f"{path}: cannot be read: {fault.strerror}.") from None
    # A rotation by another process puts another file in its place.
    return _load(path, found.st_ino, found.st_mtime_ns)


def make_key(path: Path) -> None:
    """A new key in a file of its own. One that is there already stays."""
    private = Ed25519PrivateKey.generate()
    write_new(path, private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def write_new(path: Path, data: bytes) -> None:
    """A new file for its owner only, whole and on disk or not at all. One that is there already stays."""
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}.new")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        sync_folder(path.parent.parent)
        try:
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(fresh, path)
        finally:
            fresh.unlink(missing_ok=True)
        sync_folder(path.parent)
    except OSError as fault:
        raise BadKey(f"{path}: cannot be written: {fault.strerror}; free some space or make it writable.") from None


def write_over(path: Path, data: bytes) -> None:
    """A file for its owner only, in the place of what was there, on disk when this returns. Raises OSError."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    sync_folder(path.parent)


def prepare_next(path: Path) -> SigningKey:
    """The key that will take the place of `path`, in a file beside it: the same one until it does."""
    return signing_key(path.with_name(path.name + ".next"))


def replace_key(path: Path, kept: Path) -> None:
    """Put the prepared key in the place of `path`, which stays as `kept`."""
    with suppress(FileExistsError):
        os.link(path, kept)
    path.with_name(path.name + ".next").replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Have the disk keep the names in a folder too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@lru_cache(maxsize=8)
def _load(path: Path, _inode: int, _changed: int) -> SigningKey:
    try:
        private = load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError) as fault:
        raise BadKey(f"{path}: holds no key ({fault}); restore it from a backup.") from None
    if not isinstance(private, Ed25519PrivateKey):
        raise BadKey(f"{path}: holds another kind of key; expected Ed25519.")
    public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return SigningKey(private, public, key_id(public))
