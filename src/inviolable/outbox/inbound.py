"""What a provider tells us: that a message arrived or did not, what somebody replied, which key they pressed.

Only what the provider's own signature vouches for is believed; anything else is refused, and changes nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl

from django.core import signing

from inviolable.outbox.channels.gateway import ALLOWED, NEEDED, SALT
from inviolable.outbox.channels.providers import providers, secret_of
from inviolable.outbox.channels.terms import Fault

#: What providers call a message that arrived, and one that will not. That a call was taken says nothing: it may be a
#: voicemail, and only a key is an answer.
ARRIVED = ("delivered", "read")
LOST = ("undelivered", "failed", "busy", "no-answer", "canceled")
CHANNELS = ("sms", "voice")
#: How old what a gateway of ours tells may be: nobody can say it again tomorrow.
FRESH = timedelta(minutes=5)


class NotVouchedFor(ValueError):
    """Nobody whom we know signed this."""


@dataclass(frozen=True)
class Told:
    """One thing a provider told. what: receipt, key, reply (a text to us) or call (somebody calls us).

    message: its id, where it is about one of ours. arrived: of a receipt. number: whose text or call it is; words: the
    text, or the key that was pressed. id: the provider's, the same however often it tells of it.
    """

    what: str
    channel: str
    message: str = ""
    arrived: bool = False
    number: str = ""
    words: str = ""
    id: str = ""


class Back(NamedTuple):
    """What is said back where a call waits for it. asks: whether a key is waited for."""

    words: str = ""
    language: str = "en"
    asks: bool = False


def read(home: Path, name: str, url: str, headers: Mapping[str, str], body: bytes, now: datetime) -> Told | None:
    """What the provider of that name tells; None for what is of no interest. Raises NotVouchedFor.

    A name may stand for texts and for calls: whichever signed it is believed.
    """
    for channel in CHANNELS:
        with suppress(Fault, NotVouchedFor):
            for told in providers(home, channel, NEEDED, ALLOWED):
                if told["name"] == name and told["kind"] in _READERS:
                    with suppress(NotVouchedFor):
                        return _READERS[told["kind"]](channel, secret_of(home, told), url, headers, body, now)
    raise NotVouchedFor


def _signed(given: str, expected: str) -> None:
    if not hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode()):
        raise NotVouchedFor


def _own(channel: str, secret: str, _url: str, headers: Mapping[str, str], body: bytes, now: datetime) -> Told | None:
    """Our own JSON, signed with HMAC-SHA256 over the body, and said just now (docs/channels.md)."""
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    _signed(headers.get("X-Inviolable-Signature", ""), f"sha256={signature}")
    try:
        said = json.loads(body)
        at = datetime.fromisoformat(said["at"])
        fresh = abs(now - at) < FRESH
    except (ValueError, TypeError, KeyError):
        return None
    if not fresh:
        raise NotVouchedFor
    what, words = said.get("what"), {key: str(said.get(key, "")) for key in ("id", "state", "from", "text", "key")}
    if what == "receipt":
        return _receipt(channel, words["id"], words["state"])
    if what == "key":
        return Told("key", channel, message=words["id"], words=words["key"])
    if what == "reply":
        return Told("reply", channel, number=words["from"], words=words["text"], id=words["id"])
    return Told("call", "voice", number=words["from"], words=words["key"], id=words["id"]) if what == "call" else None


def _twilio(
    channel: str, secret: str, url: str, headers: Mapping[str, str], body: bytes, _now: datetime
) -> Told | None:
    """A form, signed with HMAC-SHA1 over the whole address and the sorted fields."""
    form = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    signed = url + "".join(f"{key}{form[key]}" for key in sorted(form))
    expected = b64encode(hmac.new(secret.encode(), signed.encode(), hashlib.sha1).digest()).decode()
    _signed(headers.get("X-Twilio-Signature", ""), expected)
    asked = dict(parse_qsl(url.partition("?")[2]))
    if form.get("Direction") == "inbound" and "CallSid" in form:
        return Told("call", "voice", number=form.get("From", ""), words=form.get("Digits", ""), id=form["CallSid"])
    if "Digits" in form:
        return Told("key", channel, message=_message(asked.get("k", "")), words=form["Digits"])
    if state := form.get("MessageStatus") or form.get("CallStatus"):
        return _receipt(channel, _message(asked.get("m", "")), state)
    if "Body" in form:
        return Told("reply", channel, number=form.get("From", ""), words=form["Body"], id=form.get("MessageSid", ""))
    return None


def _message(token: str) -> str:
    try:
        return str(signing.loads(token, salt=SALT))
    except signing.BadSignature:
        return ""


def _receipt(channel: str, message: str, state: str) -> Told | None:
    if state in ARRIVED or state in LOST:
        return Told("receipt", channel, message=message, arrived=state in ARRIVED)
    return None


_Reader = Callable[[str, str, str, Mapping[str, str], bytes, datetime], Told | None]
_READERS: Mapping[str, _Reader] = {"gateway": _own, "twilio": _twilio}
