"""What is typeset can be read back, is the same everywhere, and never silently loses a character."""

import shutil
import subprocess
from datetime import UTC, datetime

import pytest

from inviolable.documents.pdf import CannotTypeset, typeset

NOW = datetime(2026, 1, 27, 17, 0, tzinfo=UTC)
RECORD = """
#set document(title: data.title)
#set page(footer: context [#counter(page).display()])
= #data.title
#data.words

#for name in data.annexes [- #name]

#datetime.today().display()
"""


def text_of(pdf, tmp_path, *command):
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is missing: apt-get install poppler-utils")
    (tmp_path / "it.pdf").write_bytes(pdf)
    command = command or ("pdftotext", "it.pdf", "-")
    return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout


def record(words="", **more):
    return typeset(RECORD, {"title": "Acta", "words": words, "annexes": [], **more}, "es", NOW)


def test_what_went_in_can_be_read_out_in_spanish_and_english(tmp_path):
    words = "¿Qué pasó? «Niño», “quote”, naïve café — 5 €, art. 31(2) § № ½ … ÁÉÍÓÚÜÑ"
    text = text_of(record(words, annexes=["Exhibit 1", "Anexo 2"]), tmp_path)
    assert words in text.replace("\n", " ")
    assert "• Exhibit 1\n" in text
    assert "• Anexo 2\n" in text


def test_the_document_says_its_title_language_and_date_and_has_tags_for_a_screen_reader(tmp_path):
    pdf = record()
    about = text_of(pdf, tmp_path, "pdfinfo", "-isodates", "it.pdf")
    assert "Title:           Acta" in about
    assert "2026-01-27T17:00:00Z" in about
    assert "Tagged:          yes" in about
    assert "2026-01-27" in text_of(pdf, tmp_path)
    assert "H1" in text_of(pdf, tmp_path, "pdfinfo", "-struct", "it.pdf")
    assert b"/Lang(es)" in pdf
    assert b"pdfaid:part>2" in pdf
    assert b"pdfuaid:part>1" in pdf
    fonts = text_of(pdf, tmp_path, "pdffonts", "it.pdf").splitlines()[2:]
    assert fonts
    for font in fonts:
        assert font.split()[-5] == "yes", f"not embedded: {font}"


def test_the_same_input_gives_the_same_bytes_and_another_moment_does_not():
    assert record("x") == record("x")
    assert record("x") != typeset(RECORD, {"title": "Acta", "words": "x", "annexes": []}, "es", NOW.replace(hour=18))


def test_data_is_text_and_never_code(tmp_path):
    words = '#read("/etc/passwd") *bold* \\ "quoted" $x$ // end'
    assert words in text_of(record(words), tmp_path)


@pytest.mark.parametrize(
    ("words", "named"),
    [("a 😀 b", "U+1F600"), ("中文", "U+4E2D, U+6587"), ("bell \x07", "U+0007"), ("private \ue000", "U+E000")],
)
def test_a_character_that_no_font_can_show_is_refused_and_named(words, named):
    with pytest.raises(CannotTypeset, match=r"No font here can show") as refused:
        record(words)
    assert named in str(refused.value)
    assert set(refused.value.characters) <= set(words)
    assert record("".join("?" if sign in refused.value.characters else sign for sign in words))


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("= Heading", "missing document title"),
        ("one\n#data.nothing", 'Line 2, column 6: dictionary does not contain key "nothing"'),
        ('#read("/etc/passwd")', "file not found"),
        ('#read("../../../../../etc/passwd")', "would escape the project root"),
        ('#import "@preview/cetz:0.3.1"', "asks for a Typst package from the network"),
        ('#import "@local/ours:1.0.0"', "package not found"),
        ('#set document(title: "x")\n#set text(font: "Arial")\nx', "Line 2, column 16: unknown font family: arial"),
        ('#set document(title: "x")\n#while 1 < 2 {}', "condition is always true"),
        ("#let x = (", "Line 1, column 9: unclosed delimiter"),
    ],
)
def test_a_source_that_is_wrong_or_reaches_outside_is_refused_in_words(source, why):
    with pytest.raises(CannotTypeset) as refused:
        typeset(source, {}, "en", NOW)
    assert why in str(refused.value)


def test_a_language_that_is_none_and_text_that_is_none_are_refused():
    with pytest.raises(CannotTypeset, match="language code"):
        typeset("x", {}, "español", NOW)
    with pytest.raises(CannotTypeset, match="failed to parse JSON"):
        record("half a pair: \ud83d")
