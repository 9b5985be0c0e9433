"""A first start that is cut off anywhere is simply done again."""

import shutil
import subprocess
from itertools import count
from pathlib import Path

import pytest
from tests.chaos.test_faults import FAULTS, reached
from tests.server import COMMAND, environment, inviolable


def start(home: Path, call: str, number: int, fault: str) -> bool:
    """Open an empty home while one system call fails, of those that write; whether it was reached."""
    if not shutil.which("strace"):
        pytest.skip("strace is missing: apt-get install strace")
    log = home.with_name("strace")
    inject = ["-e", f"trace={call}", "-e", f"inject={call}:{fault}:when={number}"]
    done = subprocess.run(
        ["strace", "-f", "-o", log, *inject, COMMAND, "keys", "list"],
        env=environment(home, {"PYTHONDONTWRITEBYTECODE": "1"}),
        capture_output=True,
        text=True,
    )
    if not log.exists():
        pytest.skip(f"no process may be traced here; it takes ptrace: {done.stderr.strip()}")
    return reached(log)


@pytest.mark.parametrize(
    ("call", "number", "fault"),
    [("write", 1, "signal=SIGKILL"), ("fsync", 1, "signal=SIGKILL"), ("fdatasync", 2, "signal=SIGKILL")],
)
def test_a_first_start_is_cut_off_and_done_again(tmp_path, call, number, fault):
    assert start(tmp_path / "home", call, number, fault)
    again = inviolable("keys", "list", home=tmp_path / "home")
    assert (again.returncode, again.stderr) == (0, "")


@pytest.mark.chaos
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("call", ["write", "fsync", "fdatasync"])
def test_a_first_start_is_cut_off_anywhere_and_done_again(tmp_path, call, fault):
    for number in count(1):
        home = tmp_path / str(number) / "home"
        home.parent.mkdir()
        if not start(home, call, number, fault):
            break
        again = inviolable("keys", "list", home=home)
        assert (again.returncode, again.stderr) == (0, ""), number
        shutil.rmtree(home)
    assert number > 1, f"{call} is not called at all"
