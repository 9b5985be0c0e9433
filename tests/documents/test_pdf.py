"""What is typeset can be read back, is the same everywhere, and never silently loses a character."""

import shutil
import subprocess
import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from inviolable.documents.pdf import CannotTypeset, clusters, spelt, typeset, unshown

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


CIRCLE, KEYCAP = "\u20dd", "\ufe0f\u20e3"


@pytest.mark.parametrize(
    ("words", "read"),
    [
        (f"what he saw s{CIRCLE} at the post", "what he saw s[U+20DD] at the post"),
        (
            f"exequatur q{CIRCLE}, 1{KEYCAP} agent on 11",
            "exequatur q[U+20DD], 1\ufe0f[U+20E3] agent on 11",
        ),
        (f"é{CIRCLE} e\u0301{CIRCLE} cafe\u0301", "é[U+20DD] é[U+20DD] café"),
        (f'"{CIRCLE} \\{CIRCLE} "u"', '"[U+20DD] \\[U+20DD] "u"'),
        (f"中{CIRCLE} s", "[U+4E2D U+20DD] s"),
        (f"{CIRCLE}opens it, ({CIRCLE})", "[U+20DD]opens it, ([U+20DD])"),
    ],
)
def test_a_sign_that_no_font_has_over_a_letter_is_its_number_and_nothing_else_changes(words, read, tmp_path):
    """Typst names the letter as well: taken at its word, each s and each 1 of a record would be a number."""
    data = {"title": "s1", "words": words, "annexes": ["s1 quote q"]}
    text = unicodedata.normalize("NFC", text_of(spelt(RECORD, data, "en", NOW), tmp_path)).replace("\n", " ")
    assert read in text
    assert "s1 quote q" in text
    with pytest.raises(CannotTypeset) as refused:
        typeset(RECORD, data, "en", NOW)
    assert set(refused.value.characters).isdisjoint('s1q"\\é')


def test_a_sign_that_meets_the_letter_before_it_only_on_the_page_is_spelt_too(tmp_path):
    meeting = '#set document(title: "x")\n#data.words (#data.annexes.at(0))'
    text = text_of(spelt(meeting, {"words": "so", "annexes": [f"{CIRCLE}on it"]}, "en", NOW), tmp_path)
    assert "so ([U+20DD]on it)" in text


COMBINING = st.characters(categories=("Mn", "Mc", "Me", "Cf"))
ANY = st.text(st.characters(exclude_categories=("Cs",)) | COMBINING | st.sampled_from('s1q"\\\n e'), max_size=30)


@settings(max_examples=25, deadline=None)
@given(ANY, ANY)
@example("\ufeff\0\x1b\x85\u2028\ufffe\U0010ffff", "\ufeff\u0600a\u200d\U0001f468\u200d\U0001f3fd\U000e0041")
def test_whatever_characters_a_text_holds_its_document_is_made(words, title):
    assert spelt(RECORD, {"title": title + "x", "words": words, "annexes": [title]}, "en", NOW).startswith(b"%PDF")
    assert unshown(clusters("Niño, “quote” cafe\u0301")) == frozenset()
    assert unshown(clusters(f"as{CIRCLE}中")) == {f"s{CIRCLE}", "中"}


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
