"""A note as PDF and as Word: what must stand on it does, in both languages; one version gives the same bytes."""

import io
import shutil
import subprocess
import zipfile
from dataclasses import replace

import docx
import pytest
from docx.oxml.ns import qn
from tests.diplomacy.conftest import hand_made
from tests.diplomacy.knock import STOPPED, drafted, incident

from inviolable.diplomacy.content import digest
from inviolable.diplomacy.paper import typeset, word
from inviolable.diplomacy.terms import Annex, Paragraph
from inviolable.diplomacy.words.marks import keys

SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
VIDEO = Annex("e-1", SHA256, {"en": "Video recorded at the door", "es": "Vídeo grabado en la puerta"})


@pytest.fixture
def content():
    return drafted(incident({**STOPPED, "officers": ["one", "several"]}), annexes=(VIDEO,))


def pages(pdf, tmp_path):
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is missing: apt-get install poppler-utils")
    (tmp_path / "note.pdf").write_bytes(pdf)
    argv = ["pdftotext", "-layout", tmp_path / "note.pdf", "-"]
    text = subprocess.run(argv, capture_output=True, text=True, check=True).stdout
    return [" ".join(page.split()).replace("\N{SOFT HYPHEN} ", "") for page in text.split("\f")[:-1]]


def test_a_draft_says_that_it_is_one_and_has_no_number_and_a_place_for_initials(content, tmp_path):
    first, *middle, last = pages(typeset.pdf(content, "", "draft"), tmp_path)

    assert first.startswith("BORRADOR — no emitido Ministerio de Relaciones Exteriores del Ecuador N.º ________ Nota")
    assert "1. El martes 27 de enero de 2026" in first
    assert "[en disputa: un funcionario / varios funcionarios]" in first
    assert "Quito, 27 January 2026" in last
    assert "Rúbrica y sello" in " ".join(middle)
    assert "Initials and stamp" not in last  # A translation is nothing to be initialled.
    assert f"Annex 1: Video recorded at the door SHA-256 {SHA256}" in last


def test_a_released_note_bears_its_number_and_its_translation_says_what_it_is(content, tmp_path):
    told = pages(typeset.pdf(content, "12/2026", "released"), tmp_path)

    assert not any("DRAFT" in page or "BORRADOR" in page for page in told)
    assert all("12/2026" in page for page in told)
    english = next(page for page in told if "Note Verbale" in page)
    assert "Courtesy translation; the text in Spanish is authoritative" in english
    assert "Traducción" not in told[0]


def test_one_language_alone_is_a_document_of_its_own(content, tmp_path):
    told = pages(typeset.pdf(content, "12/2026", "released", "es"), tmp_path)

    assert not any("Ministry" in page for page in told)


def test_an_example_says_so_on_every_page_in_the_language_of_the_page(tmp_path):
    example = drafted(incident(), example=True)
    told = pages(typeset.pdf(example, "EX-1/2026", "released"), tmp_path)

    assert {page.split()[0] for page in told} == {"EJEMPLO", "EXAMPLE"}


@pytest.mark.parametrize(
    ("form", "stands"),
    [("note_verbale", "Rúbrica y sello"), ("signed_note", "Firma"), ("letter", "Firma"), ("statement", "")],
)
def test_what_is_signed_depends_on_the_form(form, stands, tmp_path):
    told = " ".join(pages(typeset.pdf(drafted(incident(), form=form, courtesy=()), "1", "released"), tmp_path))

    assert [one for one in ("Rúbrica y sello", "Firma") if one in told] == ([stands] if stands else [])


def test_the_same_version_gives_the_same_bytes(content):
    assert typeset.pdf(content, "1", "released") == typeset.pdf(content, "1", "released")
    assert word.docx(content, "1", "released") == word.docx(content, "1", "released")


def test_a_pdf_is_tagged_for_a_screen_reader_and_bears_the_date_of_the_note(content, tmp_path):
    (tmp_path / "note.pdf").write_bytes(typeset.pdf(content, "1", "released"))
    argv = ["pdfinfo", "-isodates", tmp_path / "note.pdf"]
    about = subprocess.run(argv, capture_output=True, text=True, check=True).stdout

    assert "Tagged:          yes" in about
    assert "2026-01-27T00:00:00Z" in about
    assert "Title:           Nota verbal N.º 1" in about


def test_every_value_is_a_control_that_bears_its_key_and_cannot_be_taken_away(content):
    body = docx.Document(io.BytesIO(word.docx(content, "", "draft"))).element.body
    controls = [one.find(qn("w:sdtPr")) for one in body.iter(qn("w:sdt"))]
    marked = [key for language in ("es", "en") for one in content.paragraphs for key in keys(one.text[language])]

    assert [one.find(qn("w:tag")).get(qn("w:val")) for one in controls] == marked
    assert {one.find(qn("w:lock")).get(qn("w:val")) for one in controls} == {"sdtLocked"}
    rule = next(one for one in controls if one.find(qn("w:tag")).get(qn("w:val")) == "vccr-31-3")
    assert rule.find(qn("w:alias")).get(qn("w:val")) == "vccr-31-3 · arguable · A"


def test_a_word_file_names_the_version_it_was_made_from_and_nothing_of_who_made_it(content):
    data = word.docx(content, "", "draft")
    about = docx.Document(io.BytesIO(data)).core_properties

    assert (about.identifier, about.language, about.author) == (digest(content), "es", "")
    assert about.modified.date().isoformat() == content.date
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert {one.date_time for one in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_word_says_draft_and_example_above_each_language(content):
    document = docx.Document(io.BytesIO(word.docx(drafted(incident(), example=True), "", "draft")))

    assert [one.header.paragraphs[0].text for one in document.sections] == [
        "EJEMPLO · BORRADOR — no emitido",
        "EXAMPLE · DRAFT — not released",
    ]


def grown(lines):
    """A note in Spanish, longer by so many paragraphs of one line."""
    note = hand_made(courtesy=())
    *told, closing = note.paragraphs
    more = (Paragraph(f"free-{number}", "free", {"es": f"Párrafo {number}."}, numbered=True) for number in range(lines))
    return replace(note, paragraphs=(*told, *more, closing))


def test_courtesy_date_seal_and_addressee_stand_with_the_paragraphs_before_them_wherever_the_page_ends(tmp_path):
    for lines in range(18, 36):
        told = pages(typeset.pdf(grown(lines), "1", "released"), tmp_path)
        (page,) = (one for one in told if "reitera a la Embajada las seguridades" in one)
        ends = (
            f"Párrafo {lines - 2}.",
            f"Párrafo {lines - 1}.",
            "Quito, 29",
            "Embajada de los Estados Unidos de América",
        )
        assert all(one in page for one in ends), (lines, page)


def test_word_is_told_the_same(content):
    lines = docx.Document(io.BytesIO(word.docx(grown(20), "", "draft"))).paragraphs
    kept = [one.text.strip() for one in lines if one.paragraph_format.keep_with_next]

    assert kept[:2] == ["Párrafo 18.", "Párrafo 19."]
    assert kept[3:] == ["Quito, 29 de enero de 2026", "Rúbrica y sello", "Anexos"]
