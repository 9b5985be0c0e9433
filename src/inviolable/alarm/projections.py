"""What this room derives from entries: protocols, alarms, how far each step has come, what people said."""

from datetime import date

from django.db.models import Max

from inviolable.alarm.models import Alarm, Confirmation, Escalation, KeptProtocol, Reply, Unverified, Warned
from inviolable.alarm.plan import APART, begin
from inviolable.ledger.moments import read
from inviolable.ledger.registry import Projection, Recorded, project

KINDS = frozenset(
    {
        "protocol.imported",
        *(
            f"alarm.{what}"
            for what in ("raised", "repeated", "stepped", "acknowledged", "declined", "stood_down", "unverified")
        ),
        "drill.scored",
        *(f"warning.{what}" for what in ("released", "confirmed", "retracted")),
    }
)


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
            # Of two machines one is behind: what it recorded after a call is an answer to that call.
            begun = Escalation.objects.filter(alarm=body["alarm"]).aggregate(last=Max("since"))["last"]
            at = max(at, begun) if begun and begun - at < APART else at
            Reply.objects.create(
                alarm_id=body["alarm"],
                role=body["role"],
                person=body["person"],
                at=at,
                declined=entry["kind"] == "alarm.declined",
                why=body.get("why", "")[:300],
            )
        case "warning.released":
            told = {name: body[name] for name in ("alarm", "post", "danger", "posts", "do")}
            told |= {"exercise": body.get("exercise") == "yes", "stream": entry["stream"], "released": at}
            Warned.objects.create(id=body["warning"], **told)
        case "warning.confirmed":
            Confirmation.objects.create(warned_id=body["warning"], post=body["post"], by=entry["actor"]["id"], at=at)
        case "warning.retracted":
            Warned.objects.filter(id=body["warning"]).update(retracted=at, why=body["why"][:300])
        case "alarm.unverified":
            Unverified.objects.create(way=body["way"], ends=body["ends"], at=at)
        case "drill.scored":
            Alarm.objects.filter(id=body["alarm"]).update(score=body)
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
        way=body["way"],
        raised=read(entry["recorded"]),
        protocol=body.get("protocol", ""),
        do=body["do"],
        steps=body["steps"],
    )
    for run in begin(alarm.plan(), alarm.raised):
        Escalation.objects.create(alarm=alarm, step=run.step, phase=run.phase, due=run.due, since=run.since)


_TABLES = (Unverified, Confirmation, Warned, Reply, Escalation, Alarm, KeptProtocol)
project(Projection("alarm", _TABLES, lambda kind: kind.name in KINDS, _apply))
