"""What this room derives from entries: protocols, alarms, how far each step has come, what people said."""

from datetime import date

from inviolable.alarm.models import Alarm, Escalation, KeptProtocol, Reply
from inviolable.alarm.plan import begin
from inviolable.ledger.moments import read
from inviolable.ledger.registry import Projection, Recorded, project

KINDS = frozenset(
    f"alarm.{what}" for what in ("raised", "repeated", "stepped", "acknowledged", "declined", "stood_down")
) | {"protocol.imported"}  # fmt: skip


def _apply(recorded: Recorded) -> None:
    entry, body = recorded.entry, recorded.body
    at = read(entry["recorded"])
    match entry["kind"]:
        case "protocol.imported":
            days = {name: date.fromisoformat(body[name]) for name in ("date", "in_force")}
            told = {"number": body["number"], "text": body["text"], "imported": recorded.number, **days}
            KeptProtocol.objects.update_or_create(sha256=body["sha256"], defaults=told)
        case "alarm.raised":
            _raise(recorded)
        case "alarm.stepped":
            due = read(body["due"]) if "due" in body else None
            told = {"phase": body["phase"], "since": read(body["since"]), "round": body["round"], "due": due}
            told["called"] = body["called"]
            Escalation.objects.update_or_create(alarm_id=body["alarm"], step=body["step"], defaults=told)
        case "alarm.acknowledged" | "alarm.declined":
            Reply.objects.create(
                alarm_id=body["alarm"],
                role=body["role"],
                person=body["person"],
                at=at,
                declined=entry["kind"] == "alarm.declined",
                why=body.get("why", "")[:300],
            )
        case "alarm.stood_down":
            Alarm.objects.filter(id=body["alarm"]).update(ended=at)
        case "alarm.repeated":
            Alarm.objects.filter(id=body["alarm"]).update(repeated=at)


def _raise(recorded: Recorded) -> None:
    entry, body = recorded.entry, recorded.body
    alarm = Alarm.objects.create(
        id=body["alarm"],
        stream=entry["stream"],
        post=body["post"],
        danger=body["danger"],
        exercise=body.get("exercise") == "yes",
        raiser=body.get("raiser", entry["actor"]["id"]),
        role=entry["actor"]["role"],
        raised=read(entry["recorded"]),
        protocol=body.get("protocol", ""),
        do=body["do"],
        steps=body["steps"],
    )
    for run in begin(alarm.plan(), alarm.raised):
        Escalation.objects.create(alarm=alarm, step=run.step, phase=run.phase, due=run.due, since=run.since)


project(Projection("alarm", (Reply, Escalation, Alarm, KeptProtocol), lambda kind: kind.name in KINDS, _apply))
