"""INVIOLABLE_NO_SKIP=1: what cannot be tested has not passed."""

import os
import subprocess
import sys

import pytest

SKIPS_A_TEST = 'import pytest\ndef test_it(): pytest.skip("no browser here")\n'
SKIPS_A_FILE = 'import pytest\npytest.skip("no browser here", allow_module_level=True)\n'
SKIPS_IN_A_FIXTURE = """import pytest
@pytest.fixture
def browser(): pytest.skip("no browser here")
def test_it(browser): pass
"""


@pytest.mark.parametrize("program", [SKIPS_A_TEST, SKIPS_A_FILE, SKIPS_IN_A_FIXTURE])
@pytest.mark.parametrize("no_skip", ["", "1"])
def test_a_skip_becomes_a_failure_when_asked(root, tmp_path, program, no_skip):
    (tmp_path / "test_sample.py").write_text(program)
    environment = {k: v for k, v in os.environ.items() if k not in ("DJANGO_SETTINGS_MODULE", "PYTEST_ADDOPTS")}
    environment |= {"PYTHONPATH": str(root), "INVIOLABLE_NO_SKIP": no_skip}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "tests.conftest",
        "-c",
        os.devnull,
        "--rootdir",
        tmp_path,
        tmp_path,
    ]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert "no browser here" in done.stdout or not no_skip
    assert (done.returncode in (1, 2)) == bool(no_skip), done.stdout
