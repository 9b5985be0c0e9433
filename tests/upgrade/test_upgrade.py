"""A home that an earlier release made comes up with this one: everything is there, and it goes on."""

import http.cookiejar
import json
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest
from tests.installation import installations
from tests.server import Server
from tests.upgrade.make import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.long]
HERE = Path(__file__).parent


@pytest.fixture
def make(tmp_path):
    with installations(tmp_path) as make:
        yield make


@pytest.fixture
def unpack(make, tmp_path):
    """Makes an installation of what a release packed, with its database."""

    def unpacked(name):
        one = make("home")
        packed = HERE / f"{name}-{'postgresql' if one.database else 'sqlite'}.tar.gz"
        subprocess.run(["tar", "--extract", "--no-same-owner", f"--file={packed}"], cwd=tmp_path, check=True)
        if one.database:
            if shutil.which("pg_restore") is None:
                pytest.skip("pg_restore is missing: apt-get install postgresql-client")
            into = f"--dbname={one.database['INVIOLABLE_DATABASE']}"
            load = ["pg_restore", "--exit-on-error", "--no-owner", into, tmp_path / "database.pgdump"]
            subprocess.run(load, check=True)
        return one

    return unpacked


def signed_in(server, name):
    """Gets pages as somebody who has signed in by name and password."""
    jar = http.cookiejar.CookieJar()
    browser = build_opener(HTTPCookieProcessor(jar))
    browser.open(f"{server.url}/sign-in/").read()
    token = next(cookie.value for cookie in jar if cookie.name == "csrftoken")
    form = {"csrfmiddlewaretoken": token, "username": name, "password": PASSWORD, "next": "/"}
    with browser.open(f"{server.url}/sign-in/", urlencode(form).encode()) as answer:
        assert answer.url == f"{server.url}/", answer.read()

    def page(path):
        with browser.open(server.url + path) as answer:
            return answer.read().decode()

    return page


def test_a_home_of_0_1_0_comes_up_and_begins_a_record(unpack, tmp_path):
    ours = unpack("home-0.1.0")
    kept = {path: path.read_bytes() for path in ours.home.rglob("*") if path.suffix in (".toml", ".jsonl")}
    assert len(kept) == 4
    with Server(ours.home, **ours.database) as server:
        assert "EXAMPLE" not in "\n".join(server.said)
        page = signed_in(server, "Ana Núñez")
        assert 'lang="es"' in page("/")
        # The position that her ministry took is still the one that counts.
        assert 'name="option" value="binds" checked' in page("/law/")
        assert json.loads(page("/healthz"))["status"] == "ok"
    assert {path: path.read_bytes() for path in kept} == kept

    (light,) = [one for one in json.loads(ours.run("doctor", "--json", code=1)) if one["name"] == "case files"]
    assert "minneapolis-2026" in light["said"]
    ours.run("incident", "open", ours.home / "cases/minneapolis-2026.toml", "--reference", "minneapolis-2026")
    assert "case files" not in ours.run("doctor", "--json", code=1)
    ours.headquarters(tmp_path)
    ours.run("exhibit", "add", "minneapolis-2026", ours.home / "positions.toml")
    assert ours.run("verify").endswith("as it was recorded.\n")
    ours.run("backup", "--to", tmp_path / "backup")
    ours.stop()
    with Server(ours.home, **ours.database) as server:
        assert "minneapolis-2026" in signed_in(server, "Ana Núñez")("/incidents/")


def test_a_home_with_an_incident_in_progress_comes_up_verifies_and_goes_on(unpack, tmp_path):
    ours = unpack("home-record")
    before = ours.entries()
    kinds = [json.loads(line)["kind"] for line, _, _ in before]
    wanted = {"part.added", "fact.confirmed", "person.recorded", "task.assigned", "exhibit.received", "subject.erased"}
    assert wanted | {"finding.made", "hold.placed", "keys.drilled"} <= set(kinds)
    verified = ours.run("verify")
    assert verified.startswith(f"1-3 {len(before) - 1} entries in their chains and in the tree; 2 checkpoints\n")
    assert "7   0 findings worked out again, 1 made by another version or with other law files" in verified
    assert ours.entries() == before
    ours.run("rebuild")
    assert ours.run("verify") == verified

    ours.stop()
    with Server(ours.home, **ours.database) as server:
        page = signed_in(server, "Eva")
        assert "HSI" in page("/incidents/minneapolis-2026/facts/?part=2")
        assert "Ask the neighbour for the whole video" in page("/incidents/minneapolis-2026/")
        assert json.loads(page("/healthz"))["ledger"] == "ok"

    exhibit = json.loads(next(line for line, _, _ in before if json.loads(line)["kind"] == "exhibit.received"))
    for name in ("duty-officer", "recovery"):
        opening = ["--to", tmp_path / name, "--identity", tmp_path / f"{name}.key", "--reason", "after the upgrade"]
        ours.run("exhibit", "open", "minneapolis-2026", exhibit["body"]["exhibit"], *opening)
        assert (tmp_path / name).read_bytes() == b"CANARY video"
    said = "from datetime import UTC, datetime; from inviolable.incidents import actions\n"
    said += "now = datetime.now(UTC); who = {'role': 'duty_officer', 'id': 'user-1'}\n"
    said += "actions.done('minneapolis-2026', '1', actor=who, now=now, result='It was sent')\n"
    ours.python(said)
    after = ours.entries()
    assert after[: len(before)] == before
    assert json.loads(after[-1][0])["kind"] == "task.done"
    assert ours.run("verify").endswith("as it was recorded.\n")


def test_a_backup_of_it_is_restored_by_this_release(unpack, make, tmp_path):
    ours = unpack("home-record")
    ours.run("backup", "--to", tmp_path / "backup")
    again = make("again")
    again.restore(tmp_path / "backup")
    assert again.entries()[:-1] == ours.entries()


#: The loops of this release, with telephones that write down what rings, once what the other had in hand is given up.
GO_ON = """
import json
from datetime import UTC, datetime, timedelta
from inviolable.alarm.actions import acknowledge, tick
from inviolable.alarm.models import Alarm, Escalation
from inviolable.outbox import loop
from inviolable.outbox.models import Message
rang = []
def ring(_home, _address, text, _example):
    rang.append([text.id.split("/")[4], text.subject])
    return "taken"
loop.CHANNELS = dict.fromkeys(("voice", "sms", "mail"), ring)
[in_hand] = Message.objects.filter(state="sending")
now = in_hand.leased + timedelta(seconds=1)
loop.turn("new", lambda: now)
before = len(rang)
now = Escalation.objects.get(step="duty").due
tick(now)
loop.turn("new", lambda: now)
who = {"role": "duty_officer", "id": "quito-duty-2"}
acknowledge("night", "duty_officer", "quito-duty-2", way="link", actor=who, now=now)
print(json.dumps([in_hand.person, rang[:before], rang[before:], Escalation.objects.get(step="duty").phase]))
"""


def test_an_alarm_that_an_earlier_release_raised_goes_on(unpack):
    ours = unpack("home-alarm")
    person, first, then, phase = json.loads(ours.python(GO_ON))
    assert [person, True] in [[who, "REPE" in subject] for who, subject in first], "what was in hand goes out again"
    assert {who for who, _ in first} >= {"quito-duty-1", "minneapolis-head"}, "and so does what had waited"
    assert {who for who, _ in then} == {"quito-duty-2"}, "the next is called when the first is silent"
    assert phase == "answered"
    assert ours.run("verify").endswith("as it was recorded.\n")
    before = ours.run("alarm", "list")
    ours.run("rebuild")
    assert ours.run("alarm", "list") == before
