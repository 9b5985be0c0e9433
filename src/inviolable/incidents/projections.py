"""What this room derives from entries: the list of incidents, what is still to be done in each, what finds them."""

from inviolable.incidents.kinds import LEGAL_KINDS
from inviolable.incidents.models import Incident, Obligation, Searchable
from inviolable.incidents.searching import keep, words_of
from inviolable.incidents.wording import MESSAGES
from inviolable.ledger.moments import read
from inviolable.ledger.registry import KINDS, Kind, Projection, Recorded, project


def _apply(recorded: Recorded) -> None:
    entry, body = recorded.entry, recorded.body
    if not entry["stream"].startswith("incident/"):
        return
    incident = Incident.objects.filter(stream=entry["stream"])
    match entry["kind"]:
        case "incident.opened":
            Incident.objects.create(
                id=body["incident"],
                number=recorded.number,
                reference=body["reference"],
                title=body["title"],
                words=body.get("words", {}),
                status=body["status"],
                example=body.get("example") == "yes",
                opened=read(entry["recorded"]),
                stream=entry["stream"],
                legal=recorded.leaf,
            )
        case kind if kind in LEGAL_KINDS:
            incident.update(legal=recorded.leaf)
        case "incident.closed":
            incident.update(closed=read(entry["recorded"]))
        case "incident.reopened":
            incident.update(closed=None)
    if (words := words_of(entry)) and (known := incident.first()):
        keep(known, recorded.number, words)
    kind = KINDS.get(entry["kind"])
    if kind and kind.opens:
        Obligation.objects.create(
            incident=incident.get(),
            name=f"{kind.opens}/{body[kind.opens]}",
            kind=kind.name,
            what=body.get("what", kind.name),
            opened_by=recorded.number,
            due_at=read(body["due"]) if "due" in body else None,
        )
    if kind and kind.closes:
        open_ones = Obligation.objects.filter(incident__stream=entry["stream"], closed_by=None)
        open_ones.filter(name=f"{kind.closes}/{body[kind.closes]}").update(closed_by=recorded.number)


def _follows(kind: Kind) -> bool:
    return not kind.name.startswith(MESSAGES)


project(Projection("incidents", (Searchable, Obligation, Incident), _follows, _apply))
