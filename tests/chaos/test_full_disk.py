"""A disk that fills up while entries are made: each one is there or was refused, and room is all that is needed."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.chaos.lives import Home


@contextmanager
def small_disk(folder: Path) -> Iterator[tuple[str, ...]]:
    """A disk of 8 MiB at that folder, in a mount namespace of its own; the command that enters it."""
    folder.mkdir()
    mount = f'mount -t tmpfs -o size=8m,mode=700 tmpfs "{folder}" && echo mounted && read end'
    with subprocess.Popen(
        ["unshare", "--mount", "--map-root-user", "sh", "-c", mount],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as holding:
        said = holding.stdout.readline().strip()
        if said != "mounted":
            pytest.skip(f"no disk can be mounted here; it takes user namespaces: {said}")
        yield ("nsenter", "--preserve-credentials", f"--target={holding.pid}", "--user", "--mount")
        holding.stdin.write("end\n")


def test_on_a_full_disk_the_exact_entry_is_refused_and_those_before_it_are_there(tmp_path):
    with small_disk(tmp_path / "home") as inside:
        home = Home(tmp_path, inside=inside)
        with home.life() as life:
            life.look()
            life.command("record 1000000 entry")
            refused = life.until("failed entry")
            *taken, _ = list(life.said[1:])
            life.kill()
        assert refused == f"failed entry {len(taken) + 1}: database or disk is full"
        assert len(taken) > 500
        with home.life() as life:
            assert life.look() == sum(line.startswith("entry") for line in home.history)
            more = ["mount", "-o", "remount,size=16m", tmp_path / "home"]
            subprocess.run([*inside, *more], check=True)
            life.go_on()
