"""A tablet: a key of its own, what it says by it, and the server that hears it."""

import json
from datetime import datetime
from itertools import count
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client
from tests.alarm.conftest import Night, clock, home, night, phones  # noqa: F401

from inviolable.door import actions
from inviolable.ledger import canonical
from inviolable.ledger.keys import key_id
from inviolable.ledger.moments import written
from inviolable.web import clock as web_clock

HEAD = {"role": "head_of_post", "id": "user-1"}


class Tablet:
    """What a device's page does, in a test's hands."""

    def __init__(self, its_night: Night) -> None:
        self._night, self._private, self._numbers = its_night, Ed25519PrivateKey.generate(), count(1)
        self.public = self._private.public_key().public_bytes_raw()
        self.key = key_id(self.public)
        self._client = Client(raise_request_exception=False, HTTP_HOST="localhost")

    def sign(self, data: bytes) -> bytes:
        return self._private.sign(data)

    def ask(self) -> object:
        proof = self.sign(f"{actions.ASKING}{self.public.hex()}".encode())
        return self.post("/door/enrol", {"public": self.public.hex(), "proof": proof.hex()})

    def enrolled(self, post: str = "minneapolis", name: str = "desk") -> "Tablet":
        code = self.ask().json()["code"]
        actions.approve(code, post, name, person="minneapolis-head", actor=HEAD, now=self._night.clock.now)
        return self

    def line(self, say: str, *, number: int | None = None, made: datetime | None = None, **more: str) -> bytes:
        number = next(self._numbers) if number is None else number
        made = made or self._night.clock.now
        said = {"device": self.key, "made": written(made), "number": number, "say": say, "v": 1, **more}
        return canonical.encode(said)

    def press(self, danger: str = "attempted_entry", **more) -> bytes:
        return self.line("press", id=str(uuid4()), danger=danger, **more)

    def say(self, line: bytes, signature: bytes | None = None, **more: str):
        signature = self.sign(line) if signature is None else signature
        return self.post("/door/say", {"statement": line.decode(), "signature": signature.hex(), **more})

    def post(self, address: str, body: dict[str, str]):
        return self._client.post(address, json.dumps(body), content_type="application/json")


@pytest.fixture
def tablet(night, monkeypatch):  # noqa: F811
    monkeypatch.setattr(web_clock.timezone, "now", lambda: night.clock.now)
    return Tablet(night)
