"""A note that somebody edits in LibreOffice, which is what many ministries have in place of Word."""

import shutil
import subprocess
from pathlib import Path

import pytest
from tests.diplomacy.knock import STOPPED, drafted, incident

from inviolable.diplomacy.paper import word
from inviolable.diplomacy.paper.returned import read
from inviolable.diplomacy.words.marks import plain

PROGRAM = Path(__file__).with_name("in_libreoffice.py")
PYTHON = "/usr/bin/python3"

pytestmark = pytest.mark.long


@pytest.fixture
def content():
    return drafted(incident({**STOPPED, "officers": ["one", "several"]}))


@pytest.fixture
def edited(content, tmp_path):
    """The note as it comes back from LibreOffice, with words put in place of others."""
    if not shutil.which("soffice") or subprocess.run([PYTHON, "-c", "import uno"], check=False).returncode:
        pytest.skip("LibreOffice is missing: apt-get install libreoffice-writer-nogui python3-uno")
    file, copy = tmp_path / "note.docx", tmp_path / "back.docx"
    file.write_bytes(word.docx(content, "", "draft"))

    def edit(*replacements):
        argv = [PYTHON, PROGRAM, file, copy, tmp_path / "profile", *replacements]
        subprocess.run(argv, check=True, timeout=200)
        return read(copy.read_bytes(), content)

    return edit


def test_opened_and_saved_nothing_has_changed(edited, content):
    told = edited()

    assert told.content == content
    assert (told.changes, told.controls_changed, told.controls_removed, told.beside) == ((), (), (), ())


def test_what_was_edited_there_is_told_as_if_it_had_been_word(edited, content):
    told = edited(
        *("más formal y enérgica protesta", "más enérgica protesta"),
        *("hacia las 11:00", "hacia las 11:30"),
        *("[en disputa: un funcionario / varios funcionarios]", "al menos un funcionario"),
        *("ILC Articles on State responsibility, arts. 30(b), 37 and 43", ""),
    )

    assert {(one.how, one.paragraph, one.language) for one in told.changes} == {
        ("changed", "came", "es"),
        ("changed", "protest", "es"),
        ("changed", "demands", "en"),
    }
    assert [(one.key, one.state, one.now) for one in told.controls_changed] == [
        ("time", "confirmed", "hacia las 11:30, hora local (17:00 UTC)"),
        ("officers", "contested", "al menos un funcionario"),
    ]
    assert [(one.key, one.language) for one in told.controls_removed] == [("responsibility", "en")]
    spanish = plain(told.content, "es")
    assert "hacia las 11:00" in spanish["came"]
    assert "al menos un funcionario" in spanish["came"]
    assert spanish["protest"] == "El Gobierno del Ecuador presenta su más enérgica protesta por estos hechos."
