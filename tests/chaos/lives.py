"""A home that lives through many lives of one process, and what each of them acknowledged."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Self

from tests.server import environment

ROOT = Path(__file__).parents[2]


class Home:
    """A home, headquarters' identities beside it, and everything that was ever said on it.

    database: an address of PostgreSQL, empty for SQLite in the home. inside: a command that runs another one.
    """

    def __init__(self, folder: Path, database: str = "", clock: str = "right", inside: tuple[str, ...] = ()) -> None:
        self.folder, self.database, self.clock, self.inside = folder, database, clock, inside
        self.history: list[str] = []

    def copy(self, folder: Path, database: str = "", clock: str = "right") -> "Home":
        """The same home elsewhere, with a history of its own."""
        shutil.copytree(self.folder, folder)
        return Home(folder, database, clock)

    def life(self) -> "Life":
        """Open the home in a new process."""
        return Life(self)


class Life:
    """One process on a home. What it said is history when it has ended."""

    def __init__(self, home: Home) -> None:
        self.home, self.said = home, list[str]()
        more = {"PYTHONPATH": str(ROOT)} | ({"INVIOLABLE_DATABASE": home.database} if home.database else {})
        self._errors = (home.folder / "errors").open("w+")
        self.process = subprocess.Popen(
            [*home.inside, sys.executable, "-m", "tests.chaos.recorder", home.folder / "identities", home.clock],
            env=environment(home.folder / "home", more),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            start_new_session=True,
        )
        self.command(*home.history)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.kill()
        for pipe in (self.process.stdin, self.process.stdout, self._errors):
            pipe.close()

    def command(self, *lines: str) -> None:
        """Say something, and wait for nothing."""
        assert self.process.stdin
        self.process.stdin.write("".join(f"{line}\n" for line in lines))
        self.process.stdin.flush()

    def until(self, answer: str) -> str:
        """The next line that begins so; everything before it is kept."""
        assert self.process.stdout
        for line in self.process.stdout:
            self.said.append(line.rstrip("\n"))
            if line.startswith(answer):
                return self.said[-1]
        raise AssertionError(f"It ended instead of saying {answer!r}:\n{self.errors()}")

    def look(self) -> int:
        """Everything holds; how many numbered entries there are."""
        self.command("look")
        return int(self.until("looked").split()[1])

    def go_on(self) -> None:
        """Everything can be done again."""
        self.command("go on")
        self.until("going on")

    def end(self) -> list[str]:
        """Let it end by itself; all that it said."""
        self.process.stdin.close()
        rest = self.process.stdout.read()  # `communicate` would lose what `until` has read ahead.
        self.process.wait()
        return self._remember(rest)

    def kill(self) -> list[str]:
        """SIGKILL to all of it, now; all that it said before."""
        os.killpg(self.process.pid, signal.SIGKILL)
        return self.end()

    def errors(self) -> str:
        """What it wrote on stderr."""
        self.process.wait()
        self._errors.seek(0)
        return self._errors.read()

    def _remember(self, rest: str) -> list[str]:
        whole = rest[: rest.rfind("\n") + 1].splitlines()  # A line that a kill cut off was not said.
        self.said += whole
        self.home.history += self.said
        if self.process.returncode:
            self.home.history.append("died")
        return self.said
