"""The doctor: each light turns as the thing it stands for does, and says what to do."""

import json
import socket
from datetime import UTC, datetime, timedelta

import pyrage
import pytest
from django.conf import settings
from django.db import connection, transaction
from tests.installation import installations
from tests.ledger.authorities import good_authority
from tests.server import inviolable

from inviolable.counsel.reviewing import sign
from inviolable.ledger import actions, reserve, rounds, sequencer
from inviolable.ledger.actions import SYSTEM
from inviolable.ledger.models import Recipient, Stamp
from inviolable.posts.actions import add_user
from inviolable.web.doctor import examine

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(tmp_path, monkeypatch):
    place = tmp_path / "home"
    place.mkdir(0o700)
    monkeypatch.setattr(settings, "HOME", place)
    return place


@pytest.fixture
def now():
    """Today: stamps are asked for, and an authority's clock is the real one."""
    return datetime.now(UTC)


def look(now):
    return {check.name: check for check in examine(now)}


def states(now, *names):
    found = look(now)
    return [found[name].state for name in names]


def record(kind, body, now):
    with transaction.atomic():
        return actions.append("installation", kind, body, actor=SYSTEM, now=now)


def add_recipient(name, now):
    actions.add_recipient(str(pyrage.x25519.Identity.generate().to_public()), name, actor=SYSTEM, now=now)


def test_each_light_that_is_not_green_says_what_to_do(home, now):
    found = look(now)
    assert {check.state for check in found.values()} == {"green", "amber", "red"}
    for check in found.values():
        assert bool(check.way_out) == (check.state != "green"), check
        assert check.said


def test_a_key_that_others_may_read_is_red(home, now):
    record("hold.placed", {"hold": "1", "reason": "x"}, now)
    assert states(now, "home") == ["green"]
    (home / "keys/log.pem").chmod(0o640)
    found = look(now)["home"]
    assert found.state == "red"
    assert "log.pem" in found.said


def test_a_trigger_that_somebody_took_away_is_red_and_named(home, now):
    assert states(now, "triggers") == ["green"]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE ledger_stamp DISABLE TRIGGER ledger_stamp_append_only")
        assert look(now)["triggers"].said == "missing: ledger_stamp_append_only"
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE ledger_stamp ENABLE TRIGGER ledger_stamp_append_only")
    trigger = "ledger_entry_no_update" if connection.vendor == "sqlite" else "ledger_entry_append_only"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {trigger}{'' if connection.vendor == 'sqlite' else ' ON ledger_entry'}")
    found = look(now)["triggers"]
    assert (found.state, found.said) == ("red", f"missing: {trigger}")


LOOSE = """
from datetime import UTC, datetime
from django.db import connection
from inviolable.web.doctor import examine
if connection.vendor == "sqlite":
    connection.cursor().execute("PRAGMA synchronous = OFF")
print(next(check for check in examine(datetime.now(UTC)) if check.name == "database").said)
"""


def test_a_database_that_does_not_wait_for_the_disk_is_red(home, now, tmp_path):
    if connection.vendor == "sqlite":
        assert states(now, "database") == ["green"]
    with installations(tmp_path) as make:
        # The suite's PostgreSQL runs without fsync, and the doctor sees that.
        said = make("loose").python(LOOSE)
    assert said == ("synchronous is 0\n" if connection.vendor == "sqlite" else "fsync is off\n")


def test_a_signature_of_the_law_is_in_the_record_and_in_its_file_or_red(home, now):
    adviser = add_user("adviser", "legal", now=now)
    sign(adviser, "vccr", ["VCCR 31(2)"], actor=adviser.actor, now=now)
    assert states(now, "law") == ["green"]
    file = home / "sign-offs.jsonl"
    line = file.read_text("utf-8")
    file.write_text(line + line.replace(adviser.actor["id"], "user-424242"), "utf-8")
    found = look(now)["law"]
    assert (found.state, "line 2 of sign-offs.jsonl says that 'user-424242' signed" in found.said) == ("red", True)
    bare = {name: value for name, value in json.loads(line).items() if name != "by"}
    file.write_text(line + json.dumps(bare) + "\n", "utf-8")
    found = look(now)["law"]
    assert (found.state, "line 2 of sign-offs.jsonl names nobody" in found.said) == ("red", True)
    assert "have whoever reviewed it sign again" in found.way_out
    file.unlink()
    found = look(now)["law"]
    assert (found.state, "without a line in sign-offs.jsonl, which do not count: 1" in found.said) == ("red", True)


def test_the_reserve_is_amber_before_the_first_start_and_red_when_it_is_given_away(home, now):
    assert states(now, "reserve") == ["amber"]
    reserve.keep(home)
    assert states(now, "disk", "reserve") == ["green", "green"]
    reserve.release(home)
    assert states(now, "reserve") == ["red"]


def test_recipients_shares_and_the_drill(home, now):
    assert states(now, "recipients", "recovery", "drill") == ["red", "amber", "amber"]
    add_recipient("duty officer", now)
    assert states(now, "recipients") == ["red"]
    add_recipient("recovery", now)
    assert states(now, "recipients", "recovery") == ["green", "green"]
    duty, recovery = (one.label for one in Recipient.objects.order_by("name"))
    record("keys.drilled", {"opened": [f"{duty} (key)"], "failed": [f"{recovery} (nothing)"]}, now)
    assert states(now, "drill") == ["amber"]
    assert recovery in look(now)["drill"].said
    threes = [f"{recovery} (shares 1, 2, {number})" for number in (3, 4)]
    record("keys.drilled", {"opened": threes[:1], "failed": [threes[1], f"{duty} (nothing)"]}, now)
    assert states(now, "drill") == ["red"]
    record("keys.drilled", {"opened": threes, "failed": [f"{duty} (nothing)"]}, now)
    assert states(now, "drill") == ["green"], "each was tried, on a day of its own"
    assert states(now + timedelta(days=181), "drill") == ["amber"]


# ---- others who attest -----------------------------------------------------------------------


@pytest.fixture
def authorities(home, tmp_path):
    made = [good_authority(tmp_path / name, name) for name in ("one", "two")]
    for one in made:
        (home / f"{one.name}.pem").write_bytes(one.roots)
    text = "".join(f'[[authority]]\nname = "{one.name}"\nurl = "{one.url}"\nroots = "{one.name}.pem"\n' for one in made)
    (home / "ledger.toml").write_text(text)
    return made


def test_nobody_is_called_who_is_not_configured(home, now, monkeypatch):
    def called(*_):
        raise AssertionError("somebody was called")

    monkeypatch.setattr(socket.socket, "connect", called)
    found = look(now)
    assert (found["authorities"].state, found["witnesses"].state) == ("amber", "amber")
    assert not [name for name in found if name.startswith("authority ")]


def test_two_authorities_that_answer_are_green(authorities, now):
    names = [f"authority {one.name}" for one in authorities]
    assert states(now, "authorities", *names) == ["green"] * 3
    assert "it has stamped nothing yet" in look(now)[names[0]].said
    record("hold.placed", {"hold": "1", "reason": "x"}, now)
    assert rounds.run(now) == []
    assert "its last stamp is" in look(now)[names[0]].said
    assert states(now, "clock") == ["green"]


def test_one_that_does_not_answer_is_red_and_the_other_stays_green(authorities, home, now):
    text = (home / "ledger.toml").read_text().replace(authorities[0].url, "http://127.0.0.1:9/")
    (home / "ledger.toml").write_text(text)
    names = [f"authority {one.name}" for one in authorities]
    assert states(now, *names) == ["red", "green"]


def test_one_whose_stamps_lead_elsewhere_is_red(authorities, home, now):
    (home / f"{authorities[0].name}.pem").write_bytes(authorities[1].roots)
    (home / "ledger.toml").touch()
    assert states(now, f"authority {authorities[0].name}") == ["red"]


@pytest.mark.parametrize(("wrong", "state"), [(10, "amber"), (-10, "amber"), (600, "red"), (-600, "red")])
def test_a_clock_that_is_not_the_authorities_own_is_seen(authorities, now, monkeypatch, wrong, state):
    class Wrong:
        @staticmethod
        def now():
            return datetime.now(UTC) + timedelta(seconds=wrong)

    monkeypatch.setattr("inviolable.web.doctor.record.timezone", Wrong)
    found = look(now)[f"authority {authorities[0].name}"]
    assert found.state == state
    assert "its clock and ours are" in found.said


def test_a_clock_that_was_set_back_is_red(authorities, home, now):
    record("hold.placed", {"hold": "1", "reason": "x"}, now)
    rounds.run(now)
    assert Stamp.objects.count() == 2
    found = look(now - timedelta(hours=3))["clock"]
    assert found.state == "red"
    assert "set back" in found.said


def test_a_witness_that_has_cosigned_nothing_is_amber(home, now):
    (home / "ledger.toml").write_text('[[witness]]\nurl = "http://127.0.0.1:9/"\nkey = "witness.example+1234+AA"\n')
    record("hold.placed", {"hold": "1", "reason": "x"}, now)
    sequencer.checkpoint(now)
    assert states(now, "witness witness.example") == ["amber"]


# ---- whoever keeps the record ----------------------------------------------------------------


def test_a_record_that_nobody_keeps_is_said_to_wait(home, now):
    assert states(now, "keeper", "places") == ["green", "green"]
    record("hold.placed", {"hold": "1", "reason": "x"}, now)
    assert states(now, "keeper", "places") == ["amber", "green"]
    later = now + timedelta(minutes=2)
    found = look(later)["places"]
    assert (found.state, found.said) == ("red", "2 entries wait, the first for 2 minutes")
    rounds.run(later)
    assert states(later, "keeper", "places") == ["green", "green"]
    assert states(later + timedelta(minutes=4), "keeper", "places") == ["amber", "green"]


def test_a_backup_of_yesterday_is_green_and_an_older_one_amber(home, now, tmp_path):
    assert states(now, "backup") == ["amber"]
    snapshot = tmp_path / "backup/snapshots/1"
    snapshot.mkdir(parents=True)
    (home / "last-backup").write_text(f"{now:%Y-%m-%dT%H:%M:%S.000Z} {snapshot}\n")
    assert states(now + timedelta(hours=23), "backup") == ["green"]
    assert states(now + timedelta(hours=25), "backup") == ["amber"]
    snapshot.rmdir()
    assert states(now, "backup") == ["amber"]


def test_a_replica_that_nobody_keeps_is_red(home, now, tmp_path):
    assert "replica" not in look(now)
    (home / "ledger.toml").write_text(f'[backup]\nreplica = "file://{tmp_path}/replica"\n')
    assert states(now, "replica") == ["red"]


def test_where_nothing_parses_media_safely_that_is_amber(home, now, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert states(now, "sandbox", "media") == ["amber", "amber"]


def test_where_no_folder_is_memory_documents_are_amber(home, now, monkeypatch, tmp_path):
    monkeypatch.setattr("inviolable.web.doctor.set_up.MEMORY_FOLDER", tmp_path / "none")
    assert states(now, "documents") == ["amber"]


def test_a_configuration_that_cannot_be_read_is_a_red_light_and_no_crash(home, now):
    (home / "ledger.toml").write_text("[backups]\n")
    found = look(now)
    assert found["authorities"].state == found["witnesses"].state == "red"
    assert "unknown table [backups]" in found["authorities"].said


# ---- the command -----------------------------------------------------------------------------


def test_the_command_says_it_line_by_line_or_as_json_and_fails_where_something_is_red(tmp_path):
    with installations(tmp_path) as make:
        one = make("home")
        missing = inviolable("doctor", home=one.home, **one.database)
        assert (missing.returncode, missing.stderr.count("\n")) == (2, 1)
        assert not one.home.exists()
        one.run("keys", "list")
        lines = one.run("doctor", code=1).splitlines()
        found = {check["name"]: check for check in json.loads(one.run("doctor", "--json", code=1))}
        assert f"red    recipients: {found['recipients']['said']}." in lines
        assert f"       {found['recipients']['way_out']}" in lines
        one.headquarters(tmp_path)
        if not one.database:  # Which runs without fsync here.
            one.run("doctor")
        one.run("backup", "--to", tmp_path / "backup")
        found = {
            check["name"]: check for check in json.loads(one.run("doctor", "--json", code=int(bool(one.database))))
        }
        assert found["backup"]["state"] == "green"
