"""The commands, run as a person runs them: exit codes, one line per fault, nothing half-written."""

import os
import pty
import sqlite3
import subprocess
import sys

import pytest
from tests.server import COMMAND, empty, environment, inviolable


@pytest.fixture
def home(tmp_path):
    return tmp_path / "var"


@pytest.fixture
def made(home):
    return empty(home)


def people(home) -> list[tuple[str, str]]:
    with sqlite3.connect(home / "inviolable.sqlite3") as database:
        found = database.execute("SELECT name, role FROM posts_user ORDER BY id").fetchall()
    database.close()
    return found


def test_help_needs_neither_home_nor_database(tmp_path):
    done = subprocess.run([COMMAND, "--help"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0
    assert "run" in done.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.long
def test_the_example_is_loaded_once_into_an_empty_home(home):
    done = inviolable("example", "load", home=home)
    assert done.returncode == 0, done.stderr
    assert len(people(home)) == 10
    again = inviolable("example", "load", home=home)
    assert again.returncode == 2
    assert again.stderr.count("\n") == 1
    assert "not empty" in again.stderr
    assert len(people(home)) == 10


def test_a_person_is_added_and_gets_a_link(home):
    done = inviolable("user", "add", "Ana Núñez", "--role", "legal", home=home, PORT="8123")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].startswith("http://localhost:8123/sign-in/link/")
    assert people(home) == [("Ana Núñez", "legal")]


@pytest.mark.long
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["Ana", "--role", "emperor"], "allowed are reception, officer"),
        (["", "--role", "legal"], "1 to 80 printable"),
        (["Eva", "--role", "legal"], "taken"),
    ],
)
def test_a_bad_person_is_refused_in_one_line(made, arguments, says):
    inviolable("user", "add", "Eva", "--role", "press", home=made)
    done = inviolable("user", "add", *arguments, home=made)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert says in done.stderr
    assert people(made) == [("Eva", "press")]


def prompted(home, *answers: str) -> tuple[int, str]:
    """Type `answers` at the password prompt of a real terminal."""
    ours, theirs = pty.openpty()
    child = subprocess.Popen(
        [COMMAND, "user", "add", "Ana", "--role", "legal", "--password-prompt"],
        env=environment(home, {}),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    said = b""
    for answer in answers:
        while not said.endswith(b": "):
            said += os.read(ours, 1024)
        os.write(ours, answer.encode() + b"\n")
        said += b"\n"
    try:
        while piece := os.read(ours, 1024):
            said += piece
    except OSError:  # How Linux says that the other end has closed.
        pass
    os.close(ours)
    return child.wait(), said.decode()


def test_a_password_is_asked_for_and_never_shown(made):
    code, said = prompted(made, "correct horse battery", "correct horse battery")
    assert code == 0, said
    assert "horse" not in said
    assert people(made) == [("Ana", "legal")]


def test_a_weak_password_is_refused_and_nobody_is_added(made):
    code, said = prompted(made, "password", "password")
    assert code == 2
    assert "too common" in said
    assert people(made) == []


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("INVIOLABLE_DATABASE", "mysql://x/y", "allowed is postgresql://"),
        ("INVIOLABLE_ADDRESS", "http://plain.example", "allowed is https://"),
        ("INVIOLABLE_HOME", "/proc/nowhere", "name a writable directory"),
        ("INVIOLABLE_DATABASE", "postgresql://nobody@127.0.0.1:1/none", "its server up?"),
    ],
)
def test_a_bad_setting_is_refused_in_words(home, name, value, says):
    done = inviolable("example", "load", **({"home": home} | {name: value}))
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.long
def test_an_example_is_never_served_to_other_machines(home):
    for settings in ({}, {"INVIOLABLE_ADDRESS": "https://posts.example"}):
        done = inviolable("run", "--host", "0.0.0.0", home=home, **settings)  # noqa: S104
        assert done.returncode == 2
        assert done.stderr.startswith("inviolable: host: found 0.0.0.0")
    assert people(home) == []


def test_behind_an_address_cookies_are_secure(home):
    program = "from inviolable.web import settings as s; print(s.SESSION_COOKIE_SECURE, s.ALLOWED_HOSTS[-1])"
    settings = environment(home, {"INVIOLABLE_ADDRESS": "https://posts.example"})
    done = subprocess.run([sys.executable, "-c", program], env=settings, capture_output=True, text=True)
    assert done.stdout == "True posts.example\n"
