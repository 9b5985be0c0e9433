"""A recording is handed out in a dossier: sealed, or opened with who opened it and why. Strangers check both."""

import subprocess
import sys
from datetime import UTC, datetime

import pytest
from tests.filming import Camera, scene
from tests.incidents.conftest import NOW, OFFICER

from inviolable.incidents.export import Request, export_incident
from inviolable.incidents.handing_out import ask, decide
from inviolable.incidents.lookup import entries_of
from inviolable.ledger import erasure, exhibits, verifier
from inviolable.ledger.actions import SYSTEM
from inviolable.ledger.registry import BadEntry
from inviolable.ledger.seal import CannotOpen

pytestmark = pytest.mark.django_db


@pytest.fixture
def camera(identities, incident):
    """Three slices arrived, one is missing."""
    camera = Camera.begin(incident.stream, NOW)
    camera.send(*[camera.film(number) for number in (0, 1, 3)])
    return camera


def two_agree(reference, items):
    """What is opened leaves by two people."""
    if items:
        now = datetime.now(UTC)
        asked = ask(reference, items, "the court", "case 12/2026", actor=OFFICER, now=now)
        decide(reference, asked, agrees=True, why="", actor={"role": "legal", "id": "user-2"}, now=now)


def exported(incident, to, **wishes):
    two_agree(incident.reference, wishes.get("opened", ()))
    request = Request(incident.reference, to, recipient="the court", reason="case 12/2026", **wishes)
    faults = export_incident(request, actor=SYSTEM, now=datetime.now(UTC))
    return to, faults


def accepted(folder):
    """By both verifiers."""
    assert verifier.verify(folder).last_line == "consistent; origin not checked"
    for command in (["sh", "verify.sh"], [sys.executable, "-I", "verify.py", "."]):
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    return True


def refused(folder):
    for command in (["sh", "verify.sh"], [sys.executable, "-I", "verify.py", "."]):
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        assert done.returncode == 1, done.stdout
        assert "NOT VERIFIED: 1 bag" in done.stdout + done.stderr
    return True


def test_sealed_it_goes_with_every_segment_and_nothing_in_plain(camera, incident, tmp_path):
    folder, faults = exported(incident, tmp_path / "dossier")
    assert faults == []
    assert accepted(folder)
    kinds = [one.entry["kind"] for one in entries_of(incident.stream)]
    sealed = sorted((folder / "data/exhibits").iterdir())
    assert len(sealed) == kinds.count("segment.received") == 3
    assert all(one.read_bytes().startswith(b"age-encryption.org/v1\n") for one in sealed)
    assert not (folder / "data/recordings").exists()
    assert "exhibit.opened" not in kinds


def test_opened_it_goes_with_its_segments_one_file_that_plays_and_who_opened_it_and_why(
    camera, incident, identities, tmp_path
):
    why = "To see who came\n2026-01-01T00:00:00.000Z  legal (user-1)  a line made up"
    exhibits.note_opening(incident.stream, camera.recording, why, "opened", actor=OFFICER, now=NOW)
    folder, faults = exported(incident, tmp_path / "dossier", opened=[camera.recording], identities=identities[:1])
    assert faults == []
    assert accepted(folder)
    there = folder / "data/recordings" / camera.recording
    assert sorted(path.relative_to(there).as_posix() for path in there.rglob("*.*")) == [
        "openings.txt", "recording.webm", "segments.txt",
        "segments/00001-full.webm", "segments/00002-full.webm", "segments/00003-full.webm",
    ]  # fmt: skip
    assert (there / "segments/00003-full.webm").read_bytes() == scene(3)
    probe = ["ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", there / "recording.webm"]
    assert float(subprocess.run(probe, capture_output=True, check=True).stdout) == pytest.approx(8.03, abs=0.1)
    openings = (there / "openings.txt").read_text().splitlines()
    assert len(openings) == 2
    assert openings[0].startswith("2026-01-27T17:00:00.000Z  officer (user-7)  To see who came 2026-01-01")
    assert openings[1].endswith("system (ledger)  case 12/2026") or "case 12/2026" in openings[1]
    named = (there / "segments.txt").read_text().splitlines()
    assert len(named) == 3
    for line in named:
        assert (folder / line.split()[3]).exists()
    last = entries_of(incident.stream)[-1]
    assert (last.entry["kind"], last.body["opened"]) == ("dossier.exported", 1)
    assert "data/recordings" in (folder / "README.txt").read_text()

    opened = there / "segments/00002-full.webm"
    opened.write_bytes(opened.read_bytes()[:-1] + b"x")
    assert refused(folder)


def test_without_a_sandbox_the_segments_go_all_the_same(camera, incident, identities, tmp_path, monkeypatch):
    monkeypatch.setattr("inviolable.ledger.sandbox.sandbox_works", lambda: "")
    folder, faults = exported(incident, tmp_path / "dossier", opened=[camera.recording], identities=identities[:1])
    assert accepted(folder)
    assert len(faults) == 1
    assert "no sandbox works here" in faults[0]
    there = folder / "data/recordings" / camera.recording
    assert not list(there.glob("recording.*"))
    assert len(list((there / "segments").iterdir())) == 3


def test_without_a_key_or_once_erased_nothing_is_recorded_and_nothing_written(camera, incident, identities, tmp_path):
    with pytest.raises(CannotOpen, match="no key was brought"):
        exported(incident, tmp_path / "dossier", opened=[camera.recording])
    assert not {"exhibit.opened", "dossier.exported"} & {one.entry["kind"] for one in entries_of(incident.stream)}
    erasure.erase(camera.recording, "consent withdrawn", actor=SYSTEM, now=NOW)
    with pytest.raises(BadEntry, match="erased"):
        exported(incident, tmp_path / "dossier", opened=[camera.recording], identities=identities[:1])
    assert not (tmp_path / "dossier").exists()
