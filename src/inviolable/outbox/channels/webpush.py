"""How a notification is sealed to one browser (RFC 8291), and how push services know us by our key (RFC 8292)."""

from __future__ import annotations

import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from inviolable.ledger.keys import BadKey, write_new

Key = ec.EllipticCurvePrivateKey
CURVE = ec.SECP256R1()
#: For how long our signature holds; a day is the most (RFC 8292, 2).
SIGNED = timedelta(hours=12)
#: Bytes of the one record, and of what a push service takes (RFC 8291, 4).
RECORD = 4096


class Subscription(NamedTuple):
    """A browser: where its messages go, its public point, and 16 bytes that only it and we know."""

    endpoint: str
    point: bytes
    secret: bytes


def read(address: str) -> Subscription:
    """A PushSubscription as a browser writes it in JSON (Push API, toJSON). Raises ValueError."""
    try:
        told = json.loads(address)
        found = Subscription(str(told["endpoint"]), _bytes(told["keys"]["p256dh"]), _bytes(told["keys"]["auth"]))
        ec.EllipticCurvePublicKey.from_encoded_point(CURVE, found.point)
        _, secret = urlsplit(found.endpoint).port, found.secret
    except (TypeError, KeyError, AttributeError) as fault:
        raise ValueError(str(fault)) from None
    if len(secret) != 16:
        raise ValueError("auth has another length than 16 bytes")
    return found


def seal(words: bytes, to: Subscription, key: Key | None = None, salt: bytes = b"") -> bytes:
    """RFC 8291, 3.4, as one record of RFC 8188. key, salt: of this message alone; they are made here."""
    key, salt = key or _new_key(), salt or os.urandom(16)
    point = _point(key)
    shared = key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, to.point))
    secret = _derived(to.secret, shared, b"WebPush: info\0" + to.point + point, 32)
    sealing = _derived(salt, secret, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(salt, secret, b"Content-Encoding: nonce\0", 12)
    header = salt + RECORD.to_bytes(4, "big") + bytes([len(point)]) + point
    return header + AESGCM(sealing).encrypt(nonce, words + b"\2", None)


def vouched(home: Path, endpoint: str, ours: str, now: datetime) -> str:
    """The header by which the push service of that endpoint knows us, signed with ES256. ours: how we are reached."""
    key, to = _our_key(home), urlsplit(endpoint)
    claims = {"aud": f"{to.scheme}://{to.netloc}", "exp": int((now + SIGNED).timestamp())}
    claims |= {"sub": ours} if ours.startswith("https://") else {}
    said = ".".join(_text(json.dumps(one).encode()) for one in ({"typ": "JWT", "alg": "ES256"}, claims))
    r, s = decode_dss_signature(key.sign(said.encode(), ec.ECDSA(SHA256())))
    return f"vapid t={said}.{_text(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}, k={_text(_point(key))}"


def public_key(home: Path) -> str:
    """What a browser subscribes to: it takes messages that are signed with this key, and no others. Raises BadKey."""
    return _text(_point(_our_key(home)))


def _our_key(home: Path) -> Key:
    """INVIOLABLE_HOME/keys/push.pem, made when it is needed first. Raises BadKey."""
    path = home / "keys" / "push.pem"
    if not path.exists():
        write_new(path, _new_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError) as fault:
        raise BadKey(f"{path}: holds no key ({fault}); restore it from a backup.") from None
    if not isinstance(key, Key):
        raise BadKey(f"{path}: holds another kind of key; expected P-256.")
    return key


def _new_key() -> Key:
    return ec.generate_private_key(CURVE)


def _point(key: Key) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _derived(salt: bytes, key: bytes, info: bytes, size: int) -> bytes:
    return HKDF(SHA256(), size, salt, info).derive(key)


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
