"""Every single system call with which the record reaches the disk is failed in turn, and the process killed at each.

strace makes the K-th call of a kind fail, K = 1, 2, 3 … until the process makes no more. What was not acknowledged was
refused in words, what was is there, and the next process goes on without a repair.
"""

import os
import shutil
import signal
import subprocess
from itertools import count
from pathlib import Path

import pytest
from tests.chaos.lives import Home, Life

FAULTS = ["error=EIO", "error=ENOSPC", "signal=SIGKILL"]
#: What a round of deeds does to files.
CALLS = dict.fromkeys(("openat", "write", "fsync", "link", "rename", "mkdir", "unlink"), FAULTS)
if os.environ.get("INVIOLABLE_DATABASE"):
    # The database is behind a socket: the process dies on both ways, or the server is gone. (A refusal of one `sendto`
    # alone happens on no socket, and libpq would wait for the answer to what it could not send.)
    CALLS |= {"sendto": ["signal=SIGKILL"], "recvfrom": ["error=ECONNRESET", "signal=SIGKILL"]}
else:
    CALLS |= dict.fromkeys(("pwrite64", "fdatasync", "ftruncate"), FAULTS)
ROUND = "record 1 entry exhibit checkpoint rotation entry"
#: Lives of one home, so that it does not grow without end.
LIVES = 25

#: For the suite, the first and the last of these numbers with the first and the last fault of each call.
SAMPLE = {"write": (2, 3), "fsync": (2, 5), "link": (1, 2), "openat": (3, 5)} | (
    {"recvfrom": (5, 40)} if "recvfrom" in CALLS else {"pwrite64": (3, 60), "fdatasync": (1, 5)}
)


class Strace:
    """strace on a process that is running already, so that calls are counted from here."""

    def __init__(self, life: Life, call: str, number: int, fault: str) -> None:
        if not shutil.which("strace"):
            pytest.skip("strace is missing: apt-get install strace")
        self.log = life.home.folder / "strace"
        inject = ["-e", f"trace={call}", "-e", f"inject={call}:{fault}:when={number}"]
        self.process = subprocess.Popen(
            ["strace", "-f", "-o", self.log, *inject, "-p", str(life.process.pid)], stderr=subprocess.PIPE, text=True
        )
        assert self.process.stderr
        said = self.process.stderr.readline()
        if "attached" not in said:
            pytest.skip(f"no process may be traced here; it takes ptrace: {said.strip()}")

    def injected(self) -> bool:
        """Whether the fault was reached, once the process has ended."""
        self.process.communicate()
        return reached(self.log)


def reached(log: Path) -> bool:
    """Whether strace did what it was told to."""
    return any(words in log.read_text() for words in ("(INJECTED)", "killed by SIGKILL"))


def lived_through(home: Home, call: str, number: int, fault: str) -> bool:
    """One life with one fault in its midst; whether it was reached."""
    with home.life() as life:
        life.look()
        life.go_on()
        strace = Strace(life, call, number, fault)
        life.command(ROUND)
        said = life.end()
        injected = strace.injected()
        killed = injected and fault == "signal=SIGKILL"
        assert life.process.returncode == (-signal.SIGKILL if killed else 0), life.errors()
        assert sum(line.startswith("failed") for line in said) <= injected, said
    return injected


def goes_on(home: Home) -> None:
    """What the last fault left is looked at too."""
    with home.life() as life:
        life.look()
        life.go_on()


@pytest.mark.django_db
@pytest.mark.chaos
def test_a_few_system_calls_fail_or_are_the_last_one(new_home):
    home = new_home()
    for call, (first, last) in SAMPLE.items():
        assert lived_through(home, call, first, CALLS[call][0]), f"{call} is not called {first} times"
        assert lived_through(home, call, last, CALLS[call][-1]), f"{call} is not called {last} times"
    goes_on(home)


@pytest.mark.chaos
@pytest.mark.parametrize(("call", "fault"), [(call, fault) for call, faults in CALLS.items() for fault in faults])
def test_every_single_system_call_fails_or_is_the_last_one(new_home, call, fault):
    home = new_home()
    for number in count(1):
        if number % LIVES == 0:
            goes_on(home)
            home = new_home()
        if not lived_through(home, call, number, fault):
            break
    goes_on(home)
    assert number > 1, f"{call} is not called at all"
