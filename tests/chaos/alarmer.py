"""Runs the loops of a home as `worker` does, on a clock that runs faster, and writes down what it hands out.

alarmer.py OUT START SCALE: OUT gets a line for each message, when it is out; START is when, in seconds of the real
clock, the fast clock stood at NOW.
"""

import os
import sys
import time
from datetime import UTC, datetime, timedelta

from inviolable.cli.words import open_home

NOW = datetime(2026, 1, 27, 17, 0, tzinfo=UTC)


def main(out: str, start: str, scale: str) -> None:
    open_home()
    from inviolable.alarm.actions import tick
    from inviolable.outbox import loop

    file = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def clock() -> datetime:
        return NOW + timedelta(seconds=(time.time() - float(start)) * float(scale))

    def send(_home, _address, text, _example) -> str:
        time.sleep(0.005)
        mark = "repeat" if "REPE" in text.subject else "first"
        os.write(file, f"{mark} {text.id}\n".encode())
        time.sleep(0.005)
        return "taken"

    loop.CHANNELS = dict.fromkeys(("voice", "sms", "mail"), send)
    owner = f"alarmer-{os.getpid()}"
    print("at work", flush=True)
    while True:
        tick(clock())
        loop.turn(owner, clock)
        time.sleep(0.02)


if __name__ == "__main__":
    main(*sys.argv[1:])
