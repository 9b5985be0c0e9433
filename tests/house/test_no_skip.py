"""INVIOLABLE_NO_SKIP=1: what cannot be tested has not passed."""

import os
import re
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


@pytest.mark.parametrize("no_skip", ["", "1"])
def test_a_skip_becomes_a_failure_when_asked(root, tmp_path, no_skip):
    for number, program in enumerate((SKIPS_A_TEST, SKIPS_A_FILE, SKIPS_IN_A_FIXTURE)):
        (tmp_path / f"test_sample_{number}.py").write_text(program)
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
        "-rfE",
        "--continue-on-collection-errors",
        "--rootdir",
        tmp_path,
        tmp_path,
    ]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    failed = re.findall("^(?:FAILED|ERROR) test_sample_([0-2])", done.stdout, re.M)
    assert sorted(failed) == (["0", "1", "2"] if no_skip else []), done.stdout
    assert (done.returncode == 0) == (not no_skip), done.stdout
