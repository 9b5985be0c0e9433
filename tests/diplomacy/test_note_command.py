"""`inviolable note` as a person types it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from tests.diplomacy.conftest import REF
from tests.incidents.conftest import NOW, OFFICER
from typer.testing import CliRunner

from inviolable.cli import app
from inviolable.cli import note as command
from inviolable.diplomacy.checks import standing
from inviolable.diplomacy.file import note_files
from inviolable.diplomacy.life import actions
from inviolable.diplomacy.life.series import release
from inviolable.incidents.lookup import incident_state
from inviolable.posts.actions import add_user
from inviolable.posts.models import User

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


@pytest.fixture
def people(db) -> dict[str, User]:
    return {role: add_user(role, role, now=NOW) for role in ("legal", "minister_office", "duty_officer", "press")}


def file(made: str):
    return note_files(incident_state(REF).timeline)[made]


def test_a_note_is_drafted_and_released_by_commands_as_by_its_pages(ready, note, people):
    done = note("draft", REF, "--as", "duty_officer", "--place", "Quito", "--language", "es")
    assert done.exit_code == 0, done.output
    [made] = done.output.splitlines()
    by = {"role": "duty_officer", "id": "command-line"}
    assert (file(made).language, file(made).last.by) == ("es", by), "no entry says that they did it themselves"
    assert file(made).last.item.body["for"] == people["duty_officer"].actor["id"]
    assert actions.content_of(made, 1).addressee["es"] == "Embajada de los Estados Unidos de América"

    assert "whole chain" in note("release", REF, made, "--as", "minister_office").output
    actions.submit(REF, made, actor=people["duty_officer"].actor, now=datetime.now(UTC))
    for role in ("legal", "minister_office"):
        actions.look_at(made, 1, actor=people[role].actor, now=datetime.now(UTC))
        actions.approve(REF, made, 1, actor=people[role].actor, now=datetime.now(UTC))
    for role, why in (("press", "may not release"), ("duty_officer", "may not release"), ("nobody", "nobody signs in")):
        done = note("release", REF, made, "--as", role)
        assert (done.exit_code, file(made).state) == (2, "approved")
        assert why in done.output
    assert "four eyes" in note("release", REF, made, "--as", "legal").output, (
        "the command line wrote it: it is one person"
    )
    assert release(REF, made, actor=people["legal"].actor, now=datetime.now(UTC)) == f"1/{datetime.now(UTC).year}"


def test_what_was_written_on_the_page_is_released_by_command_on_behalf_of_who_may(ready, note, people):
    officer = people["duty_officer"].actor
    made = actions.draft(REF, replace(ready, date=datetime.now(UTC).date().isoformat()), actor=officer, now=NOW)
    actions.submit(REF, made, actor=officer, now=datetime.now(UTC))
    for role in ("legal", "minister_office"):
        actions.look_at(made, 1, actor=people[role].actor, now=datetime.now(UTC))
        actions.approve(REF, made, 1, actor=people[role].actor, now=datetime.now(UTC))
    assert note("release", REF, made, "--as", "legal").output.endswith(f"/{file(made).released.recorded.year}\n")
    entry = file(made).released
    assert (entry.actor["id"], entry.body["for"]) == ("command-line", people["legal"].actor["id"])
    assert note("release", REF, made, "--as", "legal").exit_code == 2


def test_nobody_approves_what_a_command_wrote_for_them(ready, note, people):
    made = note("draft", REF, "--as", "legal", "--place", "Quito").output.strip()
    assert standing.wrote(file(made), people["legal"].actor)
    assert not standing.wrote(file(made), people["minister_office"].actor)


def test_who_wrote_it_does_not_release_it_by_command_either(ready, note, people):
    made = note("draft", REF, "--as", "legal", "--place", "Quito").output.strip()
    actions.submit(REF, made, actor=people["legal"].actor, now=datetime.now(UTC))
    actions.look_at(made, 1, actor=people["minister_office"].actor, now=datetime.now(UTC))
    actions.approve(REF, made, 1, actor=people["minister_office"].actor, now=datetime.now(UTC))
    done = note("release", REF, made, "--as", "legal")
    assert (done.exit_code, file(made).state) == (2, "approved")
    assert "four eyes" in done.output


def test_what_stops_a_draft_is_said_at_once_and_what_the_page_refuses_is_refused(tell, identities, note, people):
    tell()
    done = note("draft", REF, "--as", "legal", "--place", "Quito")
    assert done.exit_code == 0
    assert "  contested  " in done.output
    asked = ("--as", "legal", "--place", "Quito")
    for wrong, why in (
        (("--form", "letter", *asked), "does not write in this form"),
        (("--form", "poem", *asked), "form: Select a valid choice"),
        (("--organ", "nowhere", *asked), "organ: Select a valid choice"),
        (("--annex", "nothing", *asked), "annexes: there is nothing here"),
        (("--as", "legal"), "place: Write something here"),
        (("--as", "nobody", "--place", "Quito"), "nobody signs in as"),
    ):
        done = note("draft", REF, *wrong)
        assert done.exit_code == 2, wrong
        assert why in done.output
    assert len(note_files(incident_state(REF).timeline)) == 1
