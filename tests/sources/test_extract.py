"""Documents are read in the sandbox: what is honest gives its words, and what is not harms nobody."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.sources.documents import (
    HOSTILE,
    IN_WORD,
    PAGE,
    exploding_docx,
    exploding_pdf,
    letter,
    pdf,
    scanned_pdf,
    text_pdf,
    with_picture,
    word_with,
)

from inviolable.ledger.sandbox import sandbox_works
from inviolable.sources import extract, reader
from inviolable.sources.extract import _believed, read_document, read_documents
from inviolable.sources.wording import FAULTS

SETTINGS = {"DJANGO_SETTINGS_MODULE": "tests.settings"}

needs_sandbox = pytest.mark.skipif(not sandbox_works(), reason="no sandbox works here: apt-get install bubblewrap")


@needs_sandbox
def test_a_page_gives_its_article_and_both_times_each_with_the_offset_that_it_names():
    read = read_document(PAGE.encode())
    assert "intentó entrar en el consulado la mañana del martes" in read.words
    assert "Deportes" not in read.words
    assert read.found["published"] == "2026-01-27T22:15:00-06:00"
    assert read.found["modified"] == "2026-01-28T05:15:00+00:00"
    assert (read.found["language"], read.found["publisher"]) == ("es", "Diario de Prueba")
    assert read.reading["tool"] == "trafilatura"


@needs_sandbox
@pytest.mark.parametrize("time", ["2026-01-27T22:15:00", "2026-01-27"])
def test_a_clock_without_an_offset_is_no_moment_only_its_day_is_kept(time):
    read = read_document(PAGE.replace("2026-01-27T22:15:00-06:00", time).encode())
    assert read.found["published"] == "2026-01-27"


@needs_sandbox
def test_pdf_word_and_text_give_their_words():
    read = read_documents(
        [
            text_pdf("Un agente llamó a la puerta.", "Nadie entró."),
            letter("La cónsul habló por teléfono.", "Cerró la puerta."),
            b"Dos personas corrieron hacia la puerta.\r\n",
            "\ufeffA las once".encode("utf-16-le"),
        ]
    )
    assert read[0].words == "Un agente llamó a la puerta.\nNadie entró."
    assert read[1].words == "La cónsul habló por teléfono.\nCerró la puerta.\nhora\t11:00"
    assert "author" not in read[1].found, "whose account a computer had is nobody's business"
    assert read[2].words == "Dos personas corrieron hacia la puerta."
    assert read[3].words == "A las once"
    assert [one.reading["tool"] for one in read] == ["pypdf", "python-docx", "text", "text"]


@needs_sandbox
def test_of_a_word_file_everything_is_read_that_its_reader_sees_or_that_hides_in_it():
    """Our own notes are made of content controls; what was deleted and what was remarked beside is no text of it."""
    ways = [*IN_WORD, "header", "footer", "footnotes", "endnotes", "comments"]
    read = dict(zip(ways, read_documents([word_with("foreign soil", way) for way in ways]), strict=True))
    assert "foreign soil" not in read.pop("comments").words
    assert [way for way, one in read.items() if one.words.count("foreign soil") != 1] == []
    assert "before foreign soil" in read["deleted"].words
    assert {one.unread for one in read.values()} == {()}


@needs_sandbox
def test_what_of_a_document_nothing_reads_is_said():
    unread = [one.unread for one in read_documents([with_picture(), pdf(b"BT /F1 9 Tf (x) Tj ET", b"q Q")])]
    assert unread == [("pictures",), ("pages",)]
    framed = PAGE.replace("</article>", "<img src=x><iframe src=y></iframe></article>")
    assert read_document(framed.encode(), whole=True).unread == ("pictures", "objects")


@needs_sandbox
def test_a_page_is_read_whole_where_a_text_of_ours_is_checked():
    page = PAGE.replace("</article>", "<aside>Al <b>l</b>ado<img alt='Un dibujo'></aside></article><style>x{}</style>")
    read = read_document(page.encode(), whole=True).words.split("\n\n")
    assert read[0] == "Un intento en la puerta"
    assert {"Portada Deportes", "Al lado", "Un dibujo", "Todos los derechos reservados"} <= {*read}
    assert "x{}" not in read


@needs_sandbox
def test_what_has_no_words_says_why():
    """A scan, a file with nothing in it, a broken one, a locked one, a picture, and more pages than anybody reads."""
    cases = {
        scanned_pdf(): "no_words",
        b"<html><body></body></html>": "no_words",
        b"": "empty",
        b" \n\t ": "empty",
        b"%PDF-1.7 and nothing more": "broken",
        b"PK\x03\x04 and nothing more": "broken",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR": "unknown",
        pdf(*[b"BT (x) Tj ET"] * 1001): "long",
        b"a" * (reader.MOST_WORDS + 1): "long",
    }
    assert [one.reading["fault"] for one in read_documents(list(cases))] == list(cases.values())
    assert set(reader.FAULTS) | {"no_sandbox"} == set(FAULTS), "and each has its words"


@needs_sandbox
def test_letters_written_in_another_way_than_is_said_are_guessed_and_that_is_said():
    wrong = PAGE.replace("<head>", "<head><meta charset=utf-8>").encode("cp1252")
    right = PAGE.replace("<head>", "<head><meta charset=windows-1252>").encode("cp1252")
    plain = "El cónsul dijo «no» a los agentes: cerró la puerta.".encode("cp1252")
    russian = "Консул сказал нет и закрыл дверь консульства".encode("cp1251")
    read = read_documents([wrong, right, plain, russian])
    assert read[0].words == read[1].words == read_document(PAGE.encode()).words
    assert [one.reading.get("note", "") for one in read] == ["guessed cp1252", "", "guessed cp1252", "guessed cp1251"]
    assert "закрыл дверь" in read[3].words


@needs_sandbox
def test_hostile_html_becomes_letters_and_reaches_nothing():
    read = read_document(HOSTILE.encode())
    assert "The staff closed the door, the consulate says, and nobody came in that morning." in read.words
    assert "<img src=x onerror=alert(1)> is written in the article itself" in read.words, "letters, escaped by the page"
    assert "root:" not in read.words
    assert "published" not in read.found
    assert "language" not in read.found
    assert "\u202e" not in str(read.found)


@needs_sandbox
def test_what_explodes_is_stopped_and_the_others_are_read_as_if_it_were_not_there():
    bombs = [exploding_pdf(), exploding_docx()]
    assert all(len(bomb) < 20 << 20 for bomb in bombs), "small enough to be taken in"
    read = read_documents([b"before", *bombs, b"after"])
    assert (read[0].words, read[3].words) == ("before", "after")
    for one in read[1:3]:
        assert one.words == ""
        assert one.reading["fault"] == "memory"


def test_without_a_sandbox_nothing_is_opened(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert read_documents([PAGE.encode()])[0].reading == {"fault": "no_sandbox"}


@pytest.mark.parametrize("only", ["bwrap", "unshare"])
def test_each_way_to_build_the_room_shows_it_the_libraries(only, tmp_path, monkeypatch):
    tool = shutil.which(only)
    if tool is None:
        pytest.skip(f"{only} is missing")
    (tmp_path / only).symlink_to(tool)
    monkeypatch.setenv("PATH", str(tmp_path))
    if not sandbox_works():
        pytest.skip(f"{only} builds no room here: allow user namespaces")
    assert "intentó entrar" in read_document(PAGE.encode()).words


@needs_sandbox
def test_nothing_of_a_document_is_left_behind(monkeypatch, tmp_path):
    monkeypatch.setattr(extract, "MEMORY_FOLDER", tmp_path)
    assert read_document(PAGE.encode()).words
    assert list(tmp_path.iterdir()) == []


KILLED = """
import django, sys
from pathlib import Path
django.setup()
from inviolable.sources import extract
extract.MEMORY_FOLDER = Path(sys.argv[1])
with extract.folder_in_memory() as folder:
    (folder / "in").write_text("a document")
    print(folder, flush=True)
    sys.stdin.read()
"""


@needs_sandbox
def test_what_a_killed_reading_left_goes_with_the_next_one_and_what_another_still_reads_stays(monkeypatch, tmp_path):
    monkeypatch.setattr(extract, "MEMORY_FOLDER", tmp_path)
    argv = [sys.executable, "-c", KILLED, tmp_path]
    given = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "env": os.environ | SETTINGS}
    with subprocess.Popen(argv, **given) as killed, subprocess.Popen(argv, **given) as alive:
        left, held = (Path(one.stdout.readline().strip()) for one in (killed, alive))
        killed.kill()
        killed.wait()
        assert read_document(PAGE.encode()).words
        assert (left.exists(), (held / "in").read_text()) == (False, "a document")
    assert list(tmp_path.iterdir()) == []


def test_where_no_folder_is_memory_nothing_is_opened(monkeypatch, tmp_path):
    monkeypatch.setattr(extract, "MEMORY_FOLDER", tmp_path / "none")
    assert read_document(PAGE.encode()).reading == {"fault": "no_sandbox"}


def test_what_comes_out_of_the_sandbox_is_judged_as_if_the_document_had_written_it():
    """Whoever takes over the program inside can write any answer, and it still is no more than one."""
    good = {"words": "w", "found": {}, "reading": {"tool": "t", "version": "1"}}
    assert _believed(json.dumps(good)).words == "w"
    for bad in (
        "",
        "[]",
        "null",
        json.dumps(good | {"words": 7}),
        json.dumps(good | {"words": "x" * 1_000_001}),
        json.dumps(good | {"words": "\ud800"}),
        json.dumps(good | {"words": "\x1b[2J"}),
        json.dumps(good | {"reading": []}),
        json.dumps(good | {"found": [1]}),
        json.dumps({"words": "", "found": {}, "reading": {"fault": {"a": 1}}}),
    ):
        assert _believed(bad).reading == {"fault": "broken"}, bad[:50]
    lying = good | {"found": {"kind": "own_organ", "title": "a\nb\u202e", "published": "soon", "publisher": ["x"]}}
    assert _believed(json.dumps(lying)).found == {"title": "a b"}


def test_the_process_that_asks_never_loads_what_reads_documents():
    """A fault in a parser is then a fault in the sandbox, and nowhere else."""
    program = (
        "import django, sys; django.setup(); import inviolable.web.urls;"
        "print({'trafilatura', 'htmldate', 'pypdf', 'docx', 'lxml'} & set(sys.modules))"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=os.environ | SETTINGS)
    assert said.stdout == "set()\n", said.stderr
