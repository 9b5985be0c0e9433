"""A real process that records, and says what is safe only once it is. Tests kill it, and make its system calls fail.

    INVIOLABLE_HOME=… python -m tests.chaos.recorder IDENTITIES CLOCK

IDENTITIES is the file of headquarters' two keys, made where it is not there; CLOCK one of CLOCKS. It reads lines: what
earlier lives on this home said, and commands, and answers each of these in a line:

    look               everything that after.py asks of a home holds; nothing was repaired    looked ENTRIES
    go on              each deed is done once more, and the tree continues the one before      going on
    record N DEED …    N rounds of these deeds, whatever fails                                 done

A deed that is on disk is acknowledged: `entry NUMBER LEAF`, `exhibit ID SHA256`, `checkpoint SIZE ROOT`, `rotation
KEY`. One that was refused is `failed DEED NUMBER: in words`; anything but a refusal in words ends the process.
"""

import ctypes
import io
import os
import signal
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import django

STREAM = "incident/6f1c2a9e-0b7d-4f52-9c9e-0d6a4f8b7a31"
OFFICER = {"role": "officer", "id": "user-7"}
YEARS = {"right": [2026], "1970": [1970], "2099": [2099], "jumping": [2026, 2099, 1970, 2026, 1970, 2099, 2026]}
DEEDS = ["entry", "exhibit", "checkpoint", "rotation", "entry"]


def say(line: str) -> None:
    """One system call, and nothing is kept back; one that the record never makes: no fault meant for it falls here."""
    os.writev(sys.stdout.fileno(), [line.encode() + b"\n"])


class Recorder:
    """Does deeds, each with the next number, by a clock that is right or wrong."""

    def __init__(self, number: int, clock: str) -> None:
        self.number, self.years = number, YEARS[clock]

    def now(self) -> datetime:
        """What the clock shows at the deed of this number: deeds are a second apart."""
        year = self.years[self.number % len(self.years)]
        return datetime(year, 1, 27, 17, tzinfo=UTC) + timedelta(seconds=self.number)

    def do(self, deed: str) -> None:
        """One deed, and its acknowledgement."""
        self.number += 1
        if said := getattr(self, deed)():
            say(f"{deed} {said}")

    def entry(self) -> str:
        from django.db import transaction

        from inviolable.ledger.actions import append

        body = {"hold": str(self.number), "reason": "court"}
        with transaction.atomic():
            recorded = append(STREAM, "hold.placed", body, actor=OFFICER, now=self.now())
        return f"{self.number} {recorded.leaf.hex()}"

    def exhibit(self) -> str:
        from inviolable.ledger.exhibits import About, receive

        chance = Random(self.number)  # noqa: S311
        source = io.BytesIO(chance.randbytes(chance.randrange(200_000)))
        about = About("C", name="video.mp4", source="a bystander")
        body = receive(STREAM, source, about, actor=OFFICER, now=self.now()).body
        return f"{body['exhibit']} {body['sha256']}"

    def checkpoint(self) -> str:
        from inviolable.ledger import sequencer

        made = sequencer.checkpoint(self.now())
        return f"{made.size} {bytes(made.root).hex()}" if made else ""

    def rotation(self) -> str:
        from inviolable.ledger.actions import rotate_key

        return rotate_key("yearly", actor=OFFICER, now=self.now())

    def record(self, rounds: int, deeds: list[str]) -> None:
        """Go on after each failure, as a server does with the next request."""
        from django.db import Error, connection

        from inviolable.ledger.keys import BadKey
        from inviolable.ledger.store import StoreError

        for deed in deeds * rounds:
            try:
                self.do(deed)
            except (Error, OSError, StoreError, BadKey) as fault:
                say(f"failed {deed} {self.number}: {' '.join(str(fault).split())}")
                connection.close_if_unusable_or_obsolete()


def settle(identities: Path) -> None:
    """A new home: its tables, and two recipients at headquarters."""
    from django.core.management import call_command
    from pyrage import x25519

    from inviolable.ledger.actions import add_recipient

    call_command("migrate", interactive=False, verbosity=0)
    both = [x25519.Identity.generate() for _ in range(2)]
    for name, identity in zip(("duty officer", "recovery"), both, strict=True):
        add_recipient(str(identity.to_public()), name, actor=OFFICER, now=datetime(1970, 1, 1, tzinfo=UTC))
    identities.write_text("\n".join(map(str, both)))


def main(identities: Path, clock: str) -> None:
    """Obey until there are no more commands."""
    ctypes.CDLL(None).prctl(0x59616D61, ctypes.c_ulong(-1), 0, 0, 0)  # PR_SET_PTRACER: any strace may attach.
    signal.alarm(300)  # Where it is made to wait for ever, it dies.
    django.setup()
    from tests.chaos import after

    if not identities.exists():
        settle(identities)
    history: list[str] = []
    for line in _lines():
        match line.split():
            case ["look"]:
                found = after.look(STREAM, history, identities.read_text().split())
                recorder = Recorder(max([0, *found, *map(after.number_of, history)]), clock)
                say(f"looked {len(found)}")
            case ["go", "on"]:
                for deed in [*DEEDS, "checkpoint"]:
                    recorder.do(deed)
                after.check_consistent(history)
                say("going on")
            case ["record", rounds, *deeds]:
                recorder.record(int(rounds), deeds)
                say("done")
            case _:
                history.append(line)


def _lines() -> Iterator[str]:
    while line := sys.stdin.readline():
        yield line.rstrip("\n")


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "inviolable.web.settings"
    main(Path(sys.argv[1]), sys.argv[2])
