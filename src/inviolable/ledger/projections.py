"""What this room derives from entries: keys, recipients, subjects. `inviolable rebuild` derives them again."""

from inviolable.ledger.models import Key, Recipient, Subject
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
            Subject.objects.create(
                id=body["subject"],
                stream=entry["stream"],
                about=body["about"],
                recipient=body["recipient"],
                keep_until=read(body["keep_until"]) if "keep_until" in body else None,
            )
        case "subject.erased":
            Subject.objects.filter(id=body["subject"]).update(erased=read(entry["recorded"]))


KINDS = frozenset(
    {"key.enrolled", "key.revoked", "recipient.added", "recipient.retired", "subject.made", "subject.erased"}
)
project(Projection("keys", (Key, Recipient, Subject), lambda kind: kind.name in KINDS, _apply))
