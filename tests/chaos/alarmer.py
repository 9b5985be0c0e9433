"""Runs the loops of a home as `worker` does, on a clock that runs faster, and writes down what it hands out.

alarmer.py OUT START SCALE [hang]: OUT gets a line for each message, when it is out; START is when, in seconds of the
real clock, the fast clock stood at NOW. A file OUT.jump holds by how many seconds the fast clock is wrong, if there is
one. With `hang` nothing that is handed over ever comes to an end.
"""

import os
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from inviolable.cli.words import open_home

NOW = datetime(2026, 1, 27, 17, 0, tzinfo=UTC)


def main(out: str, start: str, scale: str, hang: str = "") -> None:
    open_home()
    from django.db import Error, connection

    from inviolable.alarm.actions import tick
    from inviolable.outbox import loop

    file, jump = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_APPEND), Path(f"{out}.jump")

    def clock() -> datetime:
        wrong = float(jump.read_text()) if jump.exists() else 0.0
        return NOW + timedelta(seconds=(time.time() - float(start)) * float(scale) + wrong)

    def send(_home, _address, text, _example) -> str:
        time.sleep(0.005)
        mark = "repeat" if "REPE" in text.subject else "first"
        os.write(file, f"{mark} {text.id}\n".encode())
        time.sleep(3600 if hang else 0.005)
        return "taken"

    loop.CHANNELS = dict.fromkeys(("voice", "sms", "mail"), send)
    owner = f"alarmer-{os.getpid()}"
    print("at work", flush=True)
    while True:
        try:
            tick(clock(), every=True)
            loop.turn(owner, clock, lines=50)
        except Error:  # The server of the database is gone; it comes back.
            connection.close()
        time.sleep(0.02)


if __name__ == "__main__":
    main(*sys.argv[1:])
