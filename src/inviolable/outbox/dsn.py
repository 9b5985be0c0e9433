"""A delivery status notification (RFC 3464): what a server of mails says became of a message of ours.

It comes as a mail, so anybody may send one. Believed is only what names a mail of ours by a name that nobody can guess
who has not seen it: its envelope's (RFC 3461, 4.4), else its Message-ID. What is too large, broken or of no interest
says nothing.
"""

from __future__ import annotations

import re
from email import message_from_bytes
from email.message import Message as Mail
from email.policy import compat32

from django.db.models import Q

from inviolable.outbox.channels.mail import name_of
from inviolable.outbox.inbound import Told
from inviolable.outbox.models import Message

#: Bytes of a mail that is read; ours have a few thousand, and a notification returns no more than their heads.
MOST = 200_000
#: Parts of a notification: the words for people, the status, what was returned, and what lies in that.
PARTS = 12
NAME = re.compile(r"<?([0-9a-f]{32})(@[^<>\s]+>)?")


def read(mail: bytes) -> Told | None:
    """What a notification tells of a message of ours; None for anything else.

    Handed on to a server that gives no receipts, kept for later, or spread to a list (relayed, delayed, expanded) is
    not arrived.
    """
    if len(mail) > MOST or mail.lower().count(b"content-type") > PARTS:
        return None
    found = message_from_bytes(mail, policy=compat32)
    parts = _within(found) if found.get_content_type() == "multipart/report" else []
    status = [one for part in parts if part.get_content_type() == "message/delivery-status" for one in _within(part)]
    actions = {str(one.get("Action", "")).strip().lower() for one in status[1:]}
    if not actions & {"delivered", "failed"}:
        return None
    named = [str(status[0].get("Original-Envelope-Id", "")), *map(_message_id, parts)]
    names = [match[1] for one in named if (match := NAME.fullmatch(one.strip().lower()))]
    message = next(filter(None, map(_message, names)), "")
    return Told("receipt", "mail", message=message, arrived="delivered" in actions) if message else None


def _within(part: Mail) -> list[Mail]:
    """The parts of a part; those of a status are one for the whole, then one for each recipient."""
    return part.get_payload() if part.is_multipart() else []  # type: ignore[return-value]


def _message_id(part: Mail) -> str:
    """Of what was returned, whole or its head alone."""
    returned = _within(part)[:1]
    if part.get_content_type() == "text/rfc822-headers":
        returned = [message_from_bytes(part.get_payload(decode=True) or b"", policy=compat32)]  # type: ignore[arg-type]
    return str(returned[0].get("Message-ID", "")) if returned else ""


def _message(name: str) -> str:
    """The id of the mail of that name; empty where there is none. A receipt may come before it is recorded as sent."""
    sent = (
        Message.objects.filter(channel="mail", reference__startswith=f"<{name}@").values_list("id", flat=True).first()
    )
    unsaid = Q(state__in=(Message.State.SENDING, Message.State.HELD)) | Q(state=Message.State.SENT, reference="")
    on_its_way = Message.objects.filter(unsaid, channel="mail").values_list("id", flat=True)
    return sent or next((one for one in on_its_way if name_of(one) == name), "")
