"""What is derived from entries: demands with their age, assurances, repetitions."""

from __future__ import annotations

from collections.abc import Iterator
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
        *("note.delivered", "assurance.marked", "assurance.taken_back", "incident.matched", "obligation.owned"),
    }
)


def _apply(recorded: Recorded) -> None:
    entry, body = recorded.entry, recorded.body
    at, stream = read(entry["recorded"]), entry["stream"]
    demand = Demand.objects.filter(id=body.get("demand", ""))
    match entry["kind"]:
        case "demand.made":
            _make(recorded, at)
        case "note.delivered":
            _deliver(stream, body["note"], entry["seq"])
        case "demand.reminded" if not body["to"]:
            demand.update(due_at=at + aging.AGAIN)
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
        case "assurance.taken_back":
            Assurance.objects.filter(id=body["assurance"]).delete()
            Repetition.objects.filter(standing=body["assurance"]).delete()
        case "incident.matched":
            occurred = read(_first(stream, "incident.opened")["happened"]["to"])
            for one in (*body["demands"], *body["assurances"]):
                Repetition.objects.get_or_create(stream=stream, standing=one, defaults={"occurred": occurred})


def _make(recorded: Recorded, at: datetime) -> None:
    stream, body = recorded.entry["stream"], recorded.body
    released = _first(stream, "note.released", note=body["note"])
    told = {name: body[name] for name in ("note", "kind", "what", "superior")} | {"owner": body["to"]}
    told |= {
        "words": body.get("words", {}),
        "number": released["body"]["number"] if released else "",
        "since": at,
        "due_at": aging.due(at, 0),
    }
    Demand.objects.create(id=body["demand"], stream=stream, made=recorded.number, **told, **_between(stream))


def _deliver(stream: str, note: str, seq: int) -> None:
    """The days of its demands count from when the other State had the note, as the deliveries up to an entry tell."""
    released = _first(stream, "note.released", note=note)
    if released is None:
        return
    told = [
        aging.Delivery(one["body"]["channel"], one["body"]["outcome"], read(one["happened"]["from"]), one["seq"])
        for one in _all(stream, "note.delivered", note=note)
        if one["seq"] <= seq
    ]
    out = read(released["recorded"])
    first = aging.first_had(told, out)
    since = first.at if first else out
    of_note = Demand.objects.filter(stream=stream, note=note)
    moved = of_note.exclude(since=since)
    moved.filter(closed=None).update(due_at=aging.due(since, 0))
    moved.update(since=since, reminded=0)
    of_note.update(delivered=first is not None)


def _between(stream: str) -> dict[str, str]:
    return between(_first(stream, "incident.opened")["body"])._asdict()


def _first(stream: str, kind: str, **said: str) -> Any:
    """The first entry of that kind in a stream that says this, None where there is none."""
    return next(_all(stream, kind, **said), None)


def _all(stream: str, kind: str, **said: str) -> Iterator[Any]:
    """Every one, in order."""
    # In no order: asked for one, SQLite would read all the others.
    rows = Entry.objects.filter(stream=stream, kind=kind).values_list("seq", "line")
    entries = (decoded(bytes(line)) for _seq, line in sorted(rows))
    return (one for one in entries if all(one["body"].get(name) == it for name, it in said.items()))


def _follows(kind: Kind) -> bool:
    return kind.name in KINDS


project(Projection("demands", (Demand, Assurance, Repetition), _follows, _apply))
