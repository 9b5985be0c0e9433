"""What this room derives from entries: which devices there are, and who may be let in."""

from inviolable.door.models import Consent, Device, Rule
from inviolable.ledger.moments import read
from inviolable.ledger.registry import Projection, Recorded, project

DEVICES = frozenset({"device.enrolled", "device.cut_off"})
CONSENTS = frozenset({"consent.asked", "consent.given", "consent.refused", "consent.withdrawn", "consent.forced"})


def _devices(recorded: Recorded) -> None:
    body, at = recorded.body, read(recorded.entry["recorded"])
    if recorded.entry["kind"] == "device.enrolled":
        Device.objects.create(key=body["key"], post=body["post"], name=body["name"], since=at)
    else:
        Device.objects.filter(key=body["key"]).update(cut=at)


def _consents(recorded: Recorded) -> None:
    body, at, kind = recorded.body, read(recorded.entry["recorded"]), recorded.entry["kind"]
    about = {name: body[name] for name in ("post", "zone", "whom", "purpose") if name in body}
    if kind == "consent.asked":
        Consent.objects.create(id=body["consent"], asked=at, **about)
    elif kind == "consent.given":
        given = {**about, "role": body["role"], "person": body["person"], "given": at, "until": read(body["until"])}
        Consent.objects.update_or_create(id=body["consent"], defaults=given, create_defaults={**given, "asked": at})
    elif kind == "consent.forced":
        Consent.objects.filter(id=body["consent"]).update(forced=True)
    else:
        Consent.objects.filter(id=body["consent"]).update(role=body["role"], **{kind.partition(".")[2]: at})


def _rules(recorded: Recorded) -> None:
    body, at = recorded.body, read(recorded.entry["recorded"])
    told = {"law": body["law"], "sound": body["sound"], "since": at}
    Rule.objects.update_or_create(post=body["post"], defaults=told)


project(Projection("devices", (Device,), lambda kind: kind.name in DEVICES, _devices))
project(Projection("consents", (Consent,), lambda kind: kind.name in CONSENTS, _consents))
project(Projection("rules", (Rule,), lambda kind: kind.name == "recording.ruled", _rules))
