"""`inviolable camera`: what it refuses, and that it needs neither Django nor a database."""

import subprocess
import sys

import pytest
from tests.server import inviolable

from inviolable.door.camera.home import Home


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("enrol", "http://inviolable.example.org"), "write https://"),
        (("enrol", "http://127.0.0.1:1"), "is the address right"),
        (("run", "test"), "run `inviolable camera enrol` first"),
        (("run", "camera"), "expected rtsp://…, /dev/video0, or test"),
        (("trust", "0123"), "expected 64 of 0-9, a-f"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(tmp_path, arguments, words):
    done = inviolable("camera", *arguments, "--home", str(tmp_path / "camera"), home=tmp_path / "none")
    assert done.returncode == 2, done.stderr
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "none").exists(), "no installation is made for it"


def test_another_key_of_headquarters_is_believed_once_somebody_says_so(tmp_path):
    home = Home(tmp_path / "camera")
    home.prepare("https://inviolable.example.org")
    done = inviolable("camera", "trust", "ab" * 32, "--home", str(home.folder), home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert home.load().log == "ab" * 32


def test_it_needs_neither_django_nor_a_database():
    lines = "import sys, inviolable.door.camera.loop; print([one for one in sys.modules if one.startswith('django')])"
    done = subprocess.run([sys.executable, "-c", lines], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"
