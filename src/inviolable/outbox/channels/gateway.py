"""Text messages and telephone calls through a provider's HTTP interface. Several stand in for each other.

[[sms]] and [[voice]] in INVIOLABLE_HOME/outbox.toml (docs/channels.md):

    [[sms]]
    name = "first"                              # by which its receipts and replies come in: /outbox/in/first/
    kind = "gateway"                            # our own JSON: for a gateway of yours, or anything that you adapt
    url = "https://gateway.example.org/messages"
    secret = "first.secret"                     # a file beside outbox.toml

    [[sms]]
    name = "second"
    kind = "twilio"                             # the interface of that provider, 2010-04-01
    url = "https://api.twilio.com"
    account = "AC…"
    sender = "+12025550100"
    secret = "second.secret"                    # the account's auth token
"""

from __future__ import annotations

import json
from base64 import b64encode
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from xml.sax.saxutils import escape

from django.conf import settings
from django.core import signing
from django.urls import reverse

from inviolable.ledger.asking import Answer, NoAnswer, exchange
from inviolable.outbox.channels.providers import (
    SECONDS,
    Provider,
    first_that_takes,
    must_be_here,
    post,
    providers,
    secret_of,
)
from inviolable.outbox.channels.terms import Fault, Refusal, Text, Trouble

NEEDED, ALLOWED = ("name", "kind", "url", "secret"), ("account", "sender")
SALT = "inviolable.outbox.key"
#: What a call speaks in, by the language of whoever is called.
VOICES = {"es": "es-MX", "en": "en-US"}


def text(home: Path, address: str, said: Text, example: bool) -> str:
    """Send a text message; the provider's reference. Raises Trouble, Refusal."""
    return _through(home, "sms", address, said, example)


def call(home: Path, address: str, said: Text, example: bool) -> str:
    """Call somebody and speak; a key that they press is their answer, a voicemail is none. Raises Trouble, Refusal."""
    return _through(home, "voice", address, said, example)


def _through(home: Path, channel: str, address: str, said: Text, example: bool) -> str:
    number = "".join(address.split())
    if not (number.removeprefix("+").isdigit() and 4 <= len(number) <= 16):
        raise Refusal("address", f"{address!r} is no telephone number; write it as +12025550101")

    def hand(told: Provider) -> str:
        _may_be_asked(told, channel, example)
        if told["kind"] not in SHAPES:
            raise Trouble(
                "configuration", f"[[{channel}]] kind is {told['kind']!r}; allowed: {', '.join(sorted(SHAPES))}"
            )
        return SHAPES[told["kind"]](told, secret_of(home, told), channel, number, said)

    return first_that_takes(providers(home, channel, NEEDED, ALLOWED), hand)


def _may_be_asked(told: Provider, channel: str, example: bool) -> None:
    here = must_be_here(told["url"], f"[[{channel}]] {told['name']}", example)
    if not told["url"].startswith("https://") and not here:
        raise Trouble("configuration", f"[[{channel}]] {told['name']}: url must begin with https://")


def has_text(home: Path, message: str, example: bool) -> str | None:
    """Under which reference a provider has taken that text message; None where none has, or can say."""
    return _asked(home, "sms", message, example)


def has_call(home: Path, message: str, example: bool) -> str | None:
    """The same of a call."""
    return _asked(home, "voice", message, example)


def _asked(home: Path, channel: str, message: str, example: bool) -> str | None:
    """By our own shape, which knows our ids: GET with `id`, 200 and its reference, or 404."""
    for told in providers(home, channel, NEEDED, ALLOWED):
        with suppress(Fault, NoAnswer):
            _may_be_asked(told, channel, example)
            if told["kind"] == "gateway":
                headers = {"Authorization": f"Bearer {secret_of(home, told)}"}
                answer = exchange(f"{told['url']}?{urlencode({'id': message})}", None, headers, SECONDS)
                if answer.status == 200:
                    return str(_json(answer).get("reference", ""))
    return None


def key_token(message: str) -> str:
    """By which the provider says of which message a key was pressed."""
    return signing.dumps(message, salt=SALT)


def _own(told: Provider, secret: str, channel: str, number: str, said: Text) -> str:
    body = {"id": said.id, "kind": channel, "to": number, "text": said.short, "language": said.language}
    keys = {"keys": ["1", "9"], "token": key_token(said.id)} if said.asks else {}
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": said.id, "Content-Type": "application/json"}
    answer = post(told["name"], told["url"], json.dumps(body | keys).encode(), headers)
    return str(_json(answer).get("reference", ""))


def _twilio(told: Provider, secret: str, channel: str, number: str, said: Text) -> str:
    """Its Messages and Calls resources: a form in, JSON with a `sid` out, HTTP Basic with the account's token."""
    back = f"{settings.ADDRESS}{reverse('outbox:in', args=[told['name']])}"
    form = {"To": number, "From": told.get("sender", ""), "StatusCallback": f"{back}?m={key_token(said.id)}"}
    if channel == "sms":
        what, form["Body"] = "Messages", said.short
    else:
        what, form["Twiml"] = (
            "Calls",
            spoken(said.short, said.language, f"{back}?k={key_token(said.id)}" if said.asks else ""),
        )
    url = f"{told['url'].rstrip('/')}/2010-04-01/Accounts/{told.get('account', '')}/{what}.json"
    basic = b64encode(f"{told.get('account', '')}:{secret}".encode()).decode()
    headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded"}
    return str(_json(post(told["name"], url, urlencode(form).encode(), headers)).get("sid", ""))


SHAPES = {"gateway": _own, "twilio": _twilio}


def spoken(text: str, language: str, action: str = "") -> str:
    """What is said, twice (TwiML). action: where the one key goes that is waited for."""
    words = f'<Say language="{VOICES.get(language, "en-US")}">{escape(text)}</Say>' if text else ""
    if not action:
        return f"<Response>{words}{words}</Response>"
    return f'<Response><Gather numDigits="1" timeout="20" action="{escape(action)}">{words}{words}</Gather></Response>'


def _json(answer: Answer) -> dict[str, Any]:
    """What it said. It took the message whatever it says, so what is no JSON is only no reference."""
    try:
        found = json.loads(answer.body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
