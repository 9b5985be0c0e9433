"""A signed webhook: another system of yours is told by HTTP POST, in the form of Standard Webhooks (docs/channels.md).

[[webhook]] in INVIOLABLE_HOME/outbox.toml, one for each system that may be told:

    [[webhook]]
    receiver = "https://desk.example.org"       # contacts whose address begins so; nobody else is ever called
    secret = "desk.secret"                      # a file beside outbox.toml, known to that system and to nobody else
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from base64 import b64encode
from pathlib import Path
from urllib.parse import urlsplit

from inviolable.outbox.channels.providers import must_be_here, post, providers, secret_of
from inviolable.outbox.channels.terms import Refusal, Text, Trouble

NEEDED, ALLOWED = ("receiver", "secret"), ()


def send(home: Path, address: str, text: Text, example: bool) -> str:
    """Tell the system at that address; no reference: it knows the message by its id. Raises Trouble, Refusal.

    A redirect is not followed: whoever could make one would choose whom this server calls.
    """
    url = address.strip()
    try:
        here, origin = must_be_here(url, "webhook", example), _origin(url)
    except ValueError:
        here, origin = False, ("", "")
    if origin[0] != "https" and not (here and origin[0] == "http"):
        raise Refusal("address", f"{url!r} is no address of a webhook; write https://desk.example.org/alarms")
    known = providers(home, "webhook", NEEDED, ALLOWED)
    told = next((one for one in known if _origin(one["receiver"]) == origin), None)
    if told is None:
        raise Trouble("configuration", f"{home / 'outbox.toml'}: no [[webhook]] has the receiver of {url!r}")
    body = json.dumps(_said(text)).encode()
    post(told["receiver"], url, body, signed(secret_of(home, told).encode(), text.id, int(time.time()), body))
    return ""


def signed(secret: bytes, message: str, at: int, body: bytes) -> dict[str, str]:
    """The headers of a request: message and moment (seconds since 1970) are in what is signed, so that the receiver
    can refuse what is old, or was told before."""
    mac = hmac.new(secret, f"{message}.{at}.".encode() + body, hashlib.sha256).digest()
    return {
        "Content-Type": "application/json",
        "Idempotency-Key": message,
        "Webhook-Id": message,
        "Webhook-Timestamp": str(at),
        "Webhook-Signature": f"v1,{b64encode(mac).decode()}",
    }


def _said(text: Text) -> dict[str, str | list[str]]:
    """What is absent does not hold: no `asks`, nobody is asked; no `marks`, it is real and the first time."""
    said = {"id": text.id, "subject": text.subject, "text": text.body, "short": text.short, "language": text.language}
    more = {"asks": "yes" if text.asks else "", "link": text.link, "marks": list(text.marks)}
    return said | {name: value for name, value in more.items() if value}


def _origin(url: str) -> tuple[str, str]:
    """Scheme, and host with its port."""
    found = urlsplit(url)
    return found.scheme, found.netloc
