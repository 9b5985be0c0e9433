"""`inviolable note` as a person types it."""

import pytest
from tests.diplomacy.conftest import REF
from tests.incidents.conftest import NOW, OFFICER
from typer.testing import CliRunner

from inviolable.cli import app
from inviolable.cli import note as command
from inviolable.diplomacy import actions

pytestmark = pytest.mark.django_db


@pytest.fixture
def note(monkeypatch):
    monkeypatch.setattr(command, "open_home", lambda: None)  # It is open: the test's own.
    return lambda *words: CliRunner().invoke(app, ["note", *map(str, words)])


def test_a_text_is_checked_in_its_language(ready, note, tmp_path):
    text = tmp_path / "bulletin.txt"
    text.write_text("Agentes entraron a la embajada.\n\nEs una violación de suelo ecuatoriano.", "utf-8")
    done = note("check", REF, text, "--lang", "es", "--date", "2026-01-29")
    assert done.exit_code == 1
    assert "2  soil  «suelo ecuatoriano»" in done.output
    text.write_text("El Ministerio expresa su firme protesta.", "utf-8")
    assert note("check", REF, text, "--lang", "es").exit_code == 0
    for wrong in (("nowhere", text), (REF, tmp_path / "none.txt"), (REF, text, "--date", "yesterday")):
        assert note("check", *wrong).exit_code == 2


def test_the_notes_of_an_incident_are_listed(ready, note):
    made = actions.draft(REF, ready, actor=OFFICER, now=NOW)
    assert note("list", REF).output == f"{made}  note_verbale  ministry  draft  1\n"
