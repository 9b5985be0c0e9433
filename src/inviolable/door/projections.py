"""What this room derives from entries: which devices there are."""

from inviolable.door.models import Device
from inviolable.ledger.moments import read
from inviolable.ledger.registry import Projection, Recorded, project

KINDS = frozenset({"device.enrolled", "device.cut_off"})


def _apply(recorded: Recorded) -> None:
    body, at = recorded.body, read(recorded.entry["recorded"])
    if recorded.entry["kind"] == "device.enrolled":
        Device.objects.create(key=body["key"], post=body["post"], name=body["name"], since=at)
    else:
        Device.objects.filter(key=body["key"]).update(cut=at)


project(Projection("devices", (Device,), lambda kind: kind.name in KINDS, _apply))
