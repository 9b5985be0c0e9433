"""A series of numbers has no gap and no number twice: with many who release at once, and when the machine dies."""

from collections.abc import Iterator

import pytest
from tests.installation import Installation, installation

pytestmark = [pytest.mark.long, pytest.mark.django_db]

#: An incident whose law was reviewed, and as many approved notes as are asked for.
PREPARED = """
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from django.conf import settings
from tests.counsel.conftest import signed_law
from tests.diplomacy.knock import ADDRESSED
from inviolable.counsel import record
from inviolable.diplomacy.life import actions
from inviolable.diplomacy.drafting.writing import content_for
from inviolable.incidents.actions import open_from_case
from inviolable.incidents.facts import confirm, withdraw
from inviolable.incidents.lookup import incident_state
from inviolable.law.casefile import read_case
NOW = datetime(2026, 1, 29, 17, tzinfo=UTC)
REF = "minneapolis-2026"
OFFICER, LAWYER, MINISTER = ({"role": role, "id": role} for role in ("officer", "legal", "minister_office"))
who = {"actor": OFFICER, "now": NOW}
text = Path("examples/minneapolis-2026.toml").read_text("utf-8")
open_from_case(read_case(text, REF), REF, **who)
withdraw(REF, "officers", "several", "the clip shows one", **who)
confirm(REF, "agency", "ICE", **who)
confirm(REF, "person", "employee", **who)
for pack in ("vccr", "arsiwa"):
    signed_law(Path(settings.HOME), pack, date(2026, 1, 29))
content = content_for(incident_state(REF), "1", ADDRESSED)
for number in range(int(argv[0])):
    note = actions.draft(REF, content, **who)
    actions.submit(REF, note, **who)
    for one in (LAWYER, MINISTER):
        actions.look_at(note, 1, actor=one, now=NOW)
        actions.approve(REF, note, 1, actor=one, now=NOW)
    print(note)
"""
RELEASED = """
from datetime import UTC, datetime
from threading import Thread
from django.db import connections
from inviolable.diplomacy.life.series import release
NOW = datetime(2026, 1, 29, 17, tzinfo=UTC)
MINISTER = {"role": "minister_office", "id": "minister_office"}
def go(note):
    print(release("minneapolis-2026", note, actor=MINISTER, now=NOW))
    connections.close_all()
threads = [Thread(target=go, args=[note]) for note in argv]
for one in threads: one.start()
for one in threads: one.join()
"""
#: Releases the first; of the second everything is written and nothing committed when it says so, and waits.
MIDWAY = """
import sys
from inviolable.cli.words import open_home
open_home()
from datetime import UTC, datetime
from inviolable.diplomacy.life import series
MINISTER = {"role": "minister_office", "id": "minister_office"}
NOW = datetime(2026, 1, 29, 17, tzinfo=UTC)
series.release("minneapolis-2026", sys.argv[1], actor=MINISTER, now=NOW)
opening = series.open_demands
def wait(*told):
    opening(*told)
    print("written, not committed", flush=True)
    sys.stdin.read()
series.open_demands = wait
series.release("minneapolis-2026", sys.argv[2], actor=MINISTER, now=NOW)
"""
SERIES = """
from inviolable.incidents.lookup import entries_of, incident_state
from inviolable.diplomacy.file import note_files
from inviolable.diplomacy.models import Paper
numbered = [one.body for one in entries_of("series/ministry/2026")]
files = note_files(incident_state("minneapolis-2026").timeline)
for body in numbered:
    assert files[body["note"]].number == body["number"]
    assert Paper.objects.filter(note=body["note"]).count() == 2
assert sum(one.state == "released" for one in files.values()) == len(numbered)
print(*(body["number"] for body in numbered))
"""


@pytest.fixture
def settled(tmp_path) -> Iterator[Installation]:
    with installation(tmp_path / "settled") as made:
        made.headquarters(tmp_path)
        yield made


def test_many_release_at_once_and_no_number_is_lost_or_given_twice(settled) -> None:
    notes = settled.python(PREPARED, 3).split()  # Each waits for those before it, ten seconds at most.
    said = settled.python(RELEASED, *notes).split()
    expected = [f"{number}/2026" for number in range(1, 4)]
    assert sorted(said) == expected
    assert settled.python(SERIES).split() == expected


def test_a_release_that_is_killed_takes_no_number(settled) -> None:
    notes = settled.python(PREPARED, 3).split()
    process = settled.start(MIDWAY, *notes)
    assert process.stdout.readline() == "written, not committed\n", process.communicate()
    process.kill()
    process.communicate()
    assert settled.python(SERIES).split() == ["1/2026"]
    settled.python(RELEASED, notes[2])
    settled.python(RELEASED, notes[1])
    assert settled.python(SERIES).split() == ["1/2026", "2/2026", "3/2026"]
