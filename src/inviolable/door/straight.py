"""A press while the database is away: believed by a file, and everybody called straight (DESIGN.md, law 7).

`devices` in the home holds the public key and the post of every device in force; it is made anew each minute while the
database answers, and whenever a device is cut off.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from inviolable.alarm.pressed import Pressed, keep
from inviolable.door.models import Device
from inviolable.door.statement import Statement
from inviolable.ledger.keys import verifies, write_over
from inviolable.ledger.models import Key
from inviolable.ledger.moments import written

NAME = "devices"


def write_down(home: Path) -> None:
    """Make the file anew. Raises what the database and the disk raise."""
    public = dict(Key.objects.filter(role="device", revoked=None).values_list("key", "public"))
    devices = Device.objects.filter(cut=None, key__in=public).values_list("key", "post")
    told = {key: {"post": post, "public": bytes(public[key]).hex()} for key, post in devices}
    write_over(home / NAME, json.dumps(told).encode())


def press_straight(home: Path, said: Statement, line: bytes, signature: bytes, now: datetime) -> bool:
    """Have everybody called about what a device has pressed; False where it is none of ours. Raises OSError.

    The same alarm again, or another for the same danger there, is the one that is called about already.
    """
    try:
        known = json.loads((home / NAME).read_bytes())[said.device]
        public, post = bytes.fromhex(known["public"]), known["post"]
    except (OSError, ValueError, LookupError):
        return False
    if not verifies(public, signature, line):
        return False
    actor = f"device:{said.device}"
    at = written(min(said.made, now))
    keep(home, Pressed(said.more["id"], post, said.more["danger"], "device", "device", actor, "", "", at))
    return True
