"""Runs the real command in a real process, as a person at a terminal would."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

COMMAND = Path(sys.executable).with_name("inviolable")
RESIDENT = """
import contextlib, io, json, os, sys, traceback
from inviolable.cli.words import open_home
open_home()
from django.db import connections
from typer.testing import CliRunner
from inviolable.cli import app
for line in sys.stdin:
    asked = json.loads(line)
    if "lines" in asked:
        said, code = io.StringIO(), 0
        with contextlib.redirect_stdout(said):
            try:
                exec(asked["lines"], {"argv": asked["argv"]})
            except Exception:
                said, code = io.StringIO(traceback.format_exc()), 1
        said = said.getvalue()
    else:
        done = CliRunner().invoke(app, asked["argv"])
        said, code = done.output, done.exit_code
        if done.exception and not isinstance(done.exception, SystemExit):
            said, code = "".join(traceback.format_exception(done.exception)), -1
    connections.close_all()
    print(json.dumps([code, said]), flush=True)
"""


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


@cache
def _made_by(*command: str) -> TemporaryDirectory[str]:
    folder = TemporaryDirectory(prefix="home-")
    done = inviolable(*command, home=Path(folder.name, "home"))
    assert done.returncode == 0, done.stderr
    return folder


def example(home: Path) -> Path:
    """The worked example, in a folder that is not there yet. It is told once and copied: telling it takes seconds."""
    return shutil.copytree(Path(_made_by("example", "load").name, "home"), home)


def empty(home: Path) -> Path:
    """A home with nothing in it yet but its tables: making them takes longer than most commands."""
    return shutil.copytree(Path(_made_by("token", "list").name, "home"), home)


class Resident:
    """One process for all commands on a home: starting Python costs more than most of them."""

    def __init__(self, home: Path, more: dict[str, str]) -> None:
        self._home, self._more = home, more
        self._process: subprocess.Popen[str] | None = None

    def ask(self, **asked: Any) -> tuple[int, str]:
        """Exit code and output of `argv`, a command or what `lines` of Python are given."""
        self._process = process = self._process or self.start(RESIDENT)
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps(asked) + "\n")
        process.stdin.flush()
        answer = process.stdout.readline()
        assert answer, process.communicate()[1]
        code, said = json.loads(answer)
        return code, said

    def start(self, lines: str, *arguments: object) -> subprocess.Popen[str]:
        """Some lines in another process, while the test goes on."""
        return subprocess.Popen(
            [sys.executable, "-c", lines, *map(str, arguments)],
            env=environment(self._home, self._more),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def stop(self) -> None:
        """End it; the next command starts another."""
        if self._process:
            _, errors = self._process.communicate(timeout=20)
            assert not errors, errors
            self._process = None


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
        self._commands = Resident(self.home, {**self.more, "PORT": str(self.port)})
        return self

    def __exit__(self, *_: object) -> None:
        self._commands.stop()
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
        return self.run("user", "add", f"{role}-{self._people}", "--role", role).splitlines()[-1]

    def link_of(self, user: str) -> str:
        """A fresh link for somebody of the example."""
        return self.run("user", "link", f"example-{user}").splitlines()[-1]

    def run(self, *arguments: str) -> str:
        """What a command on its home says."""
        code, said = self._commands.ask(argv=arguments)
        assert code == 0, said
        return said
