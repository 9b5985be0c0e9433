"""A push service on this machine, and a browser's side of RFC 8291 and 8292, written apart from what is tested."""

import json
import os
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from hashlib import sha256
from hmac import digest
from http.server import BaseHTTPRequestHandler
from secrets import token_urlsafe

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from tests.outbox.gateways import serving


@dataclass
class Service:
    """What it took. says: the statuses of its next answers instead of 201; refuses: what it says at an address."""

    url: str = ""
    got: list[tuple[str, Message, bytes]] = field(default_factory=list)
    says: list[int] = field(default_factory=list)
    refuses: dict[str, int] = field(default_factory=dict)
    came: threading.Event = field(default_factory=threading.Event)


@contextmanager
def push_service():
    """It runs until the end of the block."""
    told = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = told.refuses.get(self.path) or (told.says.pop(0) if told.says else 201)
            if status == 201:
                told.got.append((self.path, self.headers, body))
                told.came.set()
            self.send_response(status)
            if status == 201:
                self.send_header("Location", f"{told.url}/message/1")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    with serving(Handler) as told.url:
        yield told


class Browser:
    """One that subscribed at a service: `subscription` is what it hands to a page."""

    def __init__(self, service: str) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.point = _point(self.key.public_key())
        self.secret = os.urandom(16)
        self.path = f"/push/{token_urlsafe(12)}"
        keys = {"p256dh": _text(self.point), "auth": _text(self.secret)}
        told = {"endpoint": f"{service}{self.path}", "expirationTime": None, "keys": keys}
        self.subscription = json.dumps(told)


def opened(browser: Browser, body: bytes) -> dict[str, str]:
    """What a browser reads: header of RFC 8188 (2.1), keys of RFC 8291 (3.4), with HMAC-SHA-256 written out."""
    salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
    theirs, sealed = body[21 : 21 + length], body[21 + length :]
    assert length == 65
    assert len(sealed) <= size
    shared = browser.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs))
    both = digest(browser.secret, shared, sha256)
    secret = digest(both, b"WebPush: info\x00" + browser.point + theirs + b"\x01", sha256)
    first = digest(salt, secret, sha256)
    key = digest(first, b"Content-Encoding: aes128gcm\x00\x01", sha256)[:16]
    nonce = digest(first, b"Content-Encoding: nonce\x00\x01", sha256)[:12]
    words = AESGCM(key).decrypt(nonce, sealed, None)
    assert words.rstrip(b"\x00").endswith(b"\x02"), "the mark of the last record"
    return json.loads(words.rstrip(b"\x00")[:-1])


def verified(header: str, subscribed: str) -> dict[str, object]:
    """The claims of a VAPID header, as a service judges it: by the key to which the browser subscribed."""
    scheme, _, rest = header.partition(" ")
    told = dict(one.strip().split("=", 1) for one in rest.split(","))
    assert scheme == "vapid"
    assert told["k"] == subscribed
    said, _, signature = told["t"].rpartition(".")
    head, claims = (json.loads(_bytes(one)) for one in said.split("."))
    assert head == {"typ": "JWT", "alg": "ES256"}
    rs = _bytes(signature)
    assert len(rs) == 64
    pair = encode_dss_signature(int.from_bytes(rs[:32], "big"), int.from_bytes(rs[32:], "big"))
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(told["k"]))
    key.verify(pair, said.encode(), ec.ECDSA(SHA256()))
    return claims


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
