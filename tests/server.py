"""Runs the real command in a real process, as a person at a terminal would."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Self

COMMAND = Path(sys.executable).with_name("inviolable")


def inviolable(*arguments: str, home: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end on `home`."""
    return subprocess.run(
        [COMMAND, *arguments], env=environment(home, more), capture_output=True, text=True, timeout=60
    )


def environment(home: Path, more: dict[str, str]) -> dict[str, str]:
    """What a command sees: this `home`, and none of the tests' own settings."""
    kept = {key: value for key, value in os.environ.items() if key not in ("PORT", "DJANGO_SETTINGS_MODULE")}
    kept = {key: value for key, value in kept.items() if not key.startswith("INVIOLABLE_")}
    return kept | {"INVIOLABLE_HOME": str(home)} | more


class Server:
    """`inviolable run` on a free port, from its "Ready" to a Ctrl-C."""

    def __init__(self, home: Path, **more: str) -> None:
        self.home = home
        self.more = more
        self.said: list[str] = []
        self._people = 0

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            [COMMAND, "run", "--port", "0"],
            env=environment(self.home, self.more),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        for line in self.process.stdout:
            self.said.append(line.rstrip())
            if line.startswith("Stop with"):
                break
        else:
            raise AssertionError(f"The server did not start: {self.process.communicate()[1]}")
        self.url = self.said[0].removeprefix("Ready: ")
        self.port = int(self.url.rpartition(":")[2])
        return self

    def __exit__(self, *_: object) -> None:
        self.interrupt()

    def interrupt(self) -> tuple[int, str]:
        """Press Ctrl-C; the exit code and what was said on stderr."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            _, errors = self.process.communicate(timeout=20)
        except ValueError:  # Read to the end by an earlier call.
            errors = ""
        return self.process.returncode, errors

    def links(self) -> dict[str, str]:
        """The sign-in link per example role that was printed at the start."""
        return dict(re.findall(r"^\s+(\w+)\s+(http\S+)$", "\n".join(self.said), re.MULTILINE))

    def link_for(self, role: str) -> str:
        """A fresh link for a new person with that role."""
        self._people += 1
        done = inviolable("user", "add", f"{role}-{self._people}", "--role", role, home=self.home, PORT=str(self.port))
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()[-1]
