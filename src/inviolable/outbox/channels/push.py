"""Web push (RFC 8030): a notification in somebody's browser, sealed so that nobody on the way reads it.

The address is the browser's PushSubscription as JSON. Its endpoint is whatever host the browser says, so it must be
https and outside of our own network; an example sends to this machine only.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from datetime import timedelta
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path
from socket import getaddrinfo
from urllib.parse import urlsplit

from django.conf import settings

from inviolable.ledger.asking import NoAnswer, exchange
from inviolable.outbox.channels import webpush
from inviolable.outbox.channels.providers import must_be_here
from inviolable.outbox.channels.terms import Gone, Refusal, Text, Trouble

SECONDS = 10
#: For how long a push service keeps it while the browser is away: an alarm that is older has called again since.
KEPT = timedelta(hours=1)
#: Characters of an address; of a title and of what is under it: a service takes 4096 bytes (RFC 8291, 4).
LONGEST, TITLE, BODY = 2000, 250, 500
#: What these answers mean (RFC 8030, 5 and 7.3; RFC 8292, 4.2); any other is tried again.
NO = {404: Gone, 410: Gone, 400: Refusal, 403: Refusal, 413: Refusal}


def send(home: Path, address: str, text: Text, example: bool) -> str:
    """Hand it to the browser's push service; the topic, under which a repeat replaces it. Raises Trouble, Refusal."""
    to = checked(address, example)
    topic = urlsafe_b64encode(sha256(text.id.encode()).digest()).decode()[:32]
    told = {"id": text.id, "title": text.subject[:TITLE], "link": text.link or settings.ADDRESS}
    told |= {"body": text.short[:BODY] if text.short != text.subject else "", "language": text.language}
    words = json.dumps(told, ensure_ascii=False).encode()
    headers = {
        "Authorization": webpush.vouched(home, to.endpoint, settings.ADDRESS, text.at),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": f"{KEPT.total_seconds():.0f}",
        "Topic": topic,
        "Urgency": "high",
    }
    try:
        answer = exchange(to.endpoint, webpush.seal(words, to), headers, SECONDS)
    except NoAnswer as fault:
        raise Trouble("unreachable", f"push: {fault.args[0]}") from None
    if answer.status >= 300:
        said = " ".join(answer.body[:200].decode("utf-8", "replace").split())
        raise NO.get(answer.status, Trouble)(str(answer.status), f"push: HTTP {answer.status} {said}")
    return topic


def checked(address: str, example: bool) -> webpush.Subscription:
    """What a browser said, where we may send to it. Raises Refusal."""
    try:
        found = webpush.read(address[:LONGEST])
    except ValueError:
        raise Refusal("address", "push: this is no browser's PushSubscription; switch notifications on again") from None
    parts = urlsplit(found.endpoint)
    host = parts.hostname or ""
    if must_be_here(host, "push", example) and example:
        return found
    if parts.scheme != "https" or "@" in parts.netloc or not _is_outside(host):
        raise Refusal("address", f"push: a push service is at https:// and outside of our own network, not {host!r}")
    return found


def _is_outside(host: str) -> bool:
    """Whether it has public addresses only. A name that nobody here knows may be known to the proxy."""
    try:
        return all(ip_address(one[4][0]).is_global for one in getaddrinfo(host, 443))
    except UnicodeError:
        return False
    except OSError:
        return True
