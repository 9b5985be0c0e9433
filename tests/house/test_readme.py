"""What the README tells people to type does what it says."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)
MAKE = {"make run\n", "make test\n"}


def test_the_two_commands_come_first():
    assert BLOCKS[:2] == ["make run\n", "make test\n"]


@pytest.mark.long
@pytest.mark.parametrize("block", [block for block in BLOCKS if block not in MAKE])
def test_a_block_runs_as_written(block, tmp_path):
    hidden = ("DJANGO_SETTINGS_MODULE", "PORT")
    settings = {k: v for k, v in os.environ.items() if k not in hidden and not k.startswith("INVIOLABLE_")}
    settings |= {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "TMPDIR": str(tmp_path)}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block], cwd=ROOT, env=settings, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"])
def test_every_link_to_a_file_leads_somewhere(name):
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", (ROOT / name).read_text("utf-8")):
        assert (ROOT / target).exists(), f"{name}: {target}"
