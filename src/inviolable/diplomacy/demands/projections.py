"""What is derived from entries: demands with their age, assurances, repetitions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from inviolable.diplomacy.demands import aging
from inviolable.diplomacy.demands.again import between
from inviolable.diplomacy.demands.models import Assurance, Demand, Repetition
from inviolable.incidents.lookup import decoded
from inviolable.ledger.models import Entry
from inviolable.ledger.moments import read
from inviolable.ledger.registry import Kind, Projection, Recorded, project

KINDS = frozenset(
    {
        *(f"demand.{what}" for what in ("made", "reminded", "owned", "met", "kept", "closed")),
        *("note.delivered", "assurance.marked", "incident.matched", "obligation.owned"),
    }
)


def _apply(recorded: Recorded) -> None:
    entry, body = recorded.entry, recorded.body
    at, stream = read(entry["recorded"]), entry["stream"]
    demand = Demand.objects.filter(id=body.get("demand", ""))
    match entry["kind"]:
        case "demand.made":
            _make(recorded, at)
        case "note.delivered" if body["outcome"] in aging.REACHED:
            since = read(entry["happened"]["from"])
            waiting = Demand.objects.filter(stream=stream, note=body["note"], delivered=False)
            waiting.filter(closed=None).update(due_at=aging.due(since, 0))
            waiting.update(delivered=True, since=since, reminded=0)
        case "demand.reminded":
            for one in demand:
                demand.update(reminded=body["days"], due_at=aging.due(one.since, body["days"]))
        case "demand.owned":
            demand.update(owner=body["to"], superior=body["superior"])
        case "obligation.owned":
            named = Demand.objects.filter(id=body["obligation"].removeprefix("demand/"))
            named.update(owner=body["to"], superior=body["superior"])
        case "demand.met":
            demand.update(met=at)
        case "demand.kept":
            demand.update(met=None)
        case "demand.closed":
            demand.update(closed=at, due_at=None)
        case "assurance.marked":
            came = _first(stream, "reply.received", reply=body["reply"])["body"]["came"]
            told = {"stream": stream, "words": body["words"], "since": read(came), **_between(stream)}
            Assurance.objects.create(id=body["assurance"], **told)
        case "incident.matched":
            occurred = read(_first(stream, "incident.opened")["happened"]["to"])
            for one in (*body["demands"], *body["assurances"]):
                Repetition.objects.get_or_create(stream=stream, standing=one, defaults={"occurred": occurred})


def _make(recorded: Recorded, at: datetime) -> None:
    stream, body = recorded.entry["stream"], recorded.body
    released = _first(stream, "note.released", note=body["note"])
    told = {name: body[name] for name in ("note", "kind", "what", "superior")} | {"owner": body["to"]}
    told |= {"number": released["body"]["number"] if released else "", "since": at, "due_at": aging.due(at, 0)}
    Demand.objects.create(id=body["demand"], stream=stream, made=recorded.number, **told, **_between(stream))


def _between(stream: str) -> dict[str, str]:
    return between(_first(stream, "incident.opened")["body"])._asdict()


def _first(stream: str, kind: str, **said: str) -> Any:
    """The first entry of that kind in a stream that says this, None where there is none."""
    lines = Entry.objects.filter(stream=stream, kind=kind).order_by("seq").values_list("line", flat=True)
    entries = (decoded(bytes(line)) for line in lines.iterator())
    return next((one for one in entries if all(one["body"].get(name) == it for name, it in said.items())), None)


def _follows(kind: Kind) -> bool:
    return kind.name in KINDS


project(Projection("demands", (Demand, Assurance, Repetition), _follows, _apply))
