"""What this room derives from entries: keys, recipients, subjects, segments. `inviolable rebuild` does it again."""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from inviolable.ledger import canonical
from inviolable.ledger.models import Head, Key, Recipient, Segment, Subject
from inviolable.ledger.moments import read
from inviolable.ledger.registry import Projection, Recorded, project


def _apply(recorded: Recorded) -> None:
    body, entry = recorded.body, recorded.entry
    match entry["kind"]:
        case "key.enrolled":
            key = {"public": bytes.fromhex(body["public"]), "role": body["role"], "name": body["name"]}
            Key.objects.create(key=body["key"], since=read(entry["recorded"]), **key)
        case "key.revoked":
            Key.objects.filter(key=body["key"]).update(revoked=read(body["from"]))
        case "recipient.added":
            Recipient.objects.create(recipient=body["recipient"], name=body["name"], since=read(entry["recorded"]))
        case "recipient.retired":
            Recipient.objects.filter(recipient=body["recipient"]).update(retired=read(entry["recorded"]))
        case "subject.made":
            _known(entry, body["subject"], body["about"])
        case "exhibit.received" | "recording.begun" if "recipient" in body:
            about = entry["kind"].partition(".")[0]
            _known(entry, body[about], about)
        case "segment.received":
            Segment.objects.create(recording=body["recording"], number=body["number"], entry_id=recorded.number)
        case "segments.announced":
            for number, statement, _signature in heads_of(body):
                told = sha256(statement).hexdigest()
                Head.objects.create(recording=body["recording"], number=number, sha256=told)
        case "subject.erased":
            Subject.objects.filter(id=body["subject"]).update(erased=read(entry["recorded"]))


def _known(entry: Mapping[str, Any], name: str, about: str) -> None:
    body = entry["body"]
    until = read(body["keep_until"]) if "keep_until" in body else None
    stream, recipient = entry["stream"], body["recipient"]
    device = body.get("device", "")
    Subject.objects.create(id=name, stream=stream, about=about, recipient=recipient, device=device, keep_until=until)


def heads_of(body: Mapping[str, Any]) -> Iterator[tuple[int, bytes, bytes]]:
    """(number, statement, signature) of each segment that a `segments.announced` tells of."""
    for head in body["heads"]:
        statement, _, signature = head.rpartition(" ")
        yield canonical.decode(statement.encode())["number"], statement.encode(), bytes.fromhex(signature)


KINDS = frozenset(
    {"key.enrolled", "key.revoked", "recipient.added", "recipient.retired", "subject.made", "subject.erased"}
    | {"exhibit.received", "recording.begun", "segment.received", "segments.announced"}
)
project(Projection("keys", (Key, Recipient, Head, Segment, Subject), lambda kind: kind.name in KINDS, _apply))
