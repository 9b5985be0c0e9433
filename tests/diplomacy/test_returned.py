"""A note fetched as Word, edited and brought back: each value compared with its fact, free text by paragraph."""

import io
import zipfile
from copy import deepcopy
from dataclasses import replace

import docx
import pytest
from docx.oxml.ns import qn
from tests.diplomacy.knock import STOPPED, drafted, incident
from tests.sources.documents import word_with

from inviolable.diplomacy.paper import word
from inviolable.diplomacy.paper.returned import read
from inviolable.diplomacy.paper.word_file import NotReturned, opened
from inviolable.diplomacy.words.marks import plain
from inviolable.ledger.sandbox import sandbox_works

pytestmark = pytest.mark.skipif(not sandbox_works(), reason="no sandbox works here: install bubblewrap")

#: How many came is contested, and nobody says which authority they were of.
STATE = incident({key: value for key, value in STOPPED.items() if key != "agency"} | {"officers": ["one", "several"]})


@pytest.fixture
def content():
    return drafted(STATE)


class Edited:
    """A note in the hands of somebody with Word."""

    def __init__(self, content):
        self.file = docx.Document(io.BytesIO(word.docx(content, "", "draft")))

    def paragraph(self, words):
        """The first paragraph with these words, those in controls included."""
        return next(one for one in self.file.element.body.iter(qn("w:p")) if words in "".join(one.itertext()))

    def control(self, tag, among=0):
        every = [one for one in self.file.element.body.iter(qn("w:sdt")) if _tag(one).get(qn("w:val")) == tag]
        return every[among]

    def type(self, element, words):
        """Put other words in place of those of a paragraph's run or of a control."""
        first, *rest = element.iter(qn("w:t"))
        first.text = words
        for one in rest:
            one.getparent().remove(one)

    def saved(self):
        written = io.BytesIO()
        self.file.save(written)
        return written.getvalue()


def _tag(control):
    return control.find(f"{qn('w:sdtPr')}/{qn('w:tag')}")


def test_what_nobody_touched_comes_back_as_it_was(content):
    told = read(word.docx(content, "", "draft"), content)

    assert told.content == content
    assert (told.changes, told.controls_changed, told.controls_removed, told.beside) == ((), (), (), ())


def test_free_text_that_was_changed_is_told_by_paragraph_and_language(content):
    edited = Edited(content)
    protest = edited.paragraph("protesta por estos hechos")
    edited.type(protest, "El Gobierno de Ecuador protesta.")
    told = read(edited.saved(), content)

    (change,) = told.changes
    assert (change.how, change.paragraph, change.language) == ("changed", "protest", "es")
    assert "enérgica" in change.was
    assert change.now == "El Gobierno de Ecuador protesta."
    assert plain(told.content, "es")["protest"] == "El Gobierno de Ecuador protesta."
    assert plain(told.content, "en") == plain(content, "en")


def test_a_fact_typed_over_is_told_and_stays_what_was_confirmed(content):
    edited = Edited(content)
    edited.type(edited.control("time"), "hacia las 12:30")
    told = read(edited.saved(), content)

    (control,) = told.controls_changed
    assert (control.key, control.language, control.state) == ("time", "es", "confirmed")
    assert control.was.startswith("hacia las 11:00")
    assert control.now == "hacia las 12:30"
    assert told.content == content


def test_a_blank_that_was_filled_stands_as_it_was_typed(content):
    edited = Edited(content)
    edited.type(edited.control("officers"), "al menos un funcionario")
    told = read(edited.saved(), content)

    (control,) = told.controls_changed
    assert (control.key, control.state) == ("officers", "contested")
    assert "al menos un funcionario de [____ de qué autoridad eran]" in plain(told.content, "es")["came"]
    assert "[contested: one officer / several officers]" in plain(told.content, "en")["came"]


def test_a_value_that_was_taken_out_is_a_finding(content):
    edited = Edited(content)
    control = edited.control("vccr-31-3", among=1)
    control.getparent().remove(control)
    told = read(edited.saved(), content)

    (gone,) = told.controls_removed
    assert (gone.paragraph, gone.language, gone.key) == ("rule-vccr-31-3", "en", "vccr-31-3")
    assert "article 31(3)" in gone.was
    assert "[[vccr-31-3]]" not in next(one for one in told.content.paragraphs if one.id == gone.paragraph).text["en"]


def test_a_paragraph_that_was_deleted_takes_its_values_along(content):
    edited = Edited(content)
    for words in ("Se perturbó la tranquilidad", "The peace of the post was disturbed"):
        paragraph = edited.paragraph(words)
        paragraph.getparent().remove(paragraph)
    told = read(edited.saved(), content)

    assert [(one.how, one.paragraph, one.language) for one in told.changes] == [
        ("removed", "disturbed", "es"),
        ("removed", "disturbed", "en"),
    ]
    assert {one.key for one in told.controls_removed} == {"disturbed", "work_stopped", "nationals_present"}
    assert "disturbed" not in {one.id for one in told.content.paragraphs}


def test_a_paragraph_that_was_written_stands_where_it_was_written(content):
    edited = Edited(content)
    before = next(one for one in edited.file.paragraphs if one.text.startswith("Esta conducta"))
    before.insert_paragraph_before("El agente vestía de civil.", style="Normal")
    told = read(edited.saved(), content)

    (change,) = told.changes
    assert (change.how, change.language, change.now) == ("added", "es", "El agente vestía de civil.")
    order = [one.id for one in told.content.paragraphs]
    assert order[order.index(change.paragraph) + 1] == "attribution"
    assert change.paragraph not in plain(told.content, "en")


def test_a_paragraph_that_was_copied_with_its_bookmark_comes_back_as_another_one_and_keeps_its_facts(content):
    edited = Edited(content)
    came = edited.paragraph("hora local")
    came.getparent().insert(list(came.getparent()).index(came) + 1, deepcopy(came))

    told = read(edited.saved(), content)
    [change] = told.changes
    old = next(one for one in content.paragraphs if one.id == "came")
    new = next(one for one in told.content.paragraphs if one.id == change.paragraph)
    assert (change.how, change.language, new.text["es"]) == ("added", "es", old.text["es"])
    assert "hora local" in change.now
    places = [one.id for one in told.content.paragraphs]
    assert places.index(new.id) == places.index("came") + 1
    assert len(places) == len(content.paragraphs) + 1


def test_a_copy_that_says_something_else_says_it_and_what_is_copied_from_the_frame_is_not_lost(content):
    edited = Edited(content)
    came, protest = edited.paragraph("hora local"), edited.paragraph("protesta por estos hechos")
    copied, head = deepcopy(came), deepcopy(edited.file.paragraphs[0]._p)
    edited.type(copied, "Y así otra vez.")
    protest.addnext(copied)
    copied.addnext(head)

    told = read(edited.saved(), content)
    assert [(one.how, one.now) for one in told.changes if one.language == "es"] == [
        ("added", "Y así otra vez."),
        ("added", edited.file.paragraphs[0].text),
    ]


def test_paragraphs_that_changed_places_are_told(content):
    edited = Edited(content)
    first, second = edited.paragraph("Se amenazó"), edited.paragraph("Se perturbó la tranquilidad")
    second.addnext(first)
    told = read(edited.saved(), content)

    assert [one.how for one in told.changes] == ["moved"]
    order = [one.id for one in told.content.paragraphs]
    assert order.index("disturbed") < order.index("assault")


def test_what_was_inserted_with_changes_tracked_counts_and_what_was_deleted_does_not(content):
    edited = Edited(content)
    run = next(edited.paragraph("protesta por estos hechos").iter(qn("w:r")))
    inserted = docx.oxml.parse_xml(f"<w:ins {docx.oxml.ns.nsdecls('w')}><w:r><w:t>Y protesta.</w:t></w:r></w:ins>")
    deleted = docx.oxml.parse_xml(f"<w:del {docx.oxml.ns.nsdecls('w')}><w:r><w:delText>No.</w:delText></w:r></w:del>")
    run.addnext(inserted)
    run.addnext(deleted)
    told = read(edited.saved(), content)

    assert plain(told.content, "es")["protest"].endswith("por estos hechos.Y protesta.")


@pytest.mark.parametrize(
    ("how", "where"),
    [
        ("table", "table"),
        ("table within", "table"),
        ("text box", "box"),
        ("watermark", "box"),
        ("header", "header"),
        ("footer", "footer"),
        ("footnotes", "footnotes"),
        ("endnotes", "endnotes"),
    ],
)
def test_what_was_written_where_a_note_has_no_words_is_told_and_not_lost(content, how, where):
    """Somebody who wrote it into a table believes that it is in the note."""
    told = read(word_with("The archives were opened.", how, word.docx(content, "", "draft")), content)
    assert told.beside == ((where, "The archives were opened."),)
    assert told.content == content


def test_what_was_changed_or_written_around_the_paragraphs_is_told(content):
    edited = Edited(content)
    edited.type(edited.file.paragraphs[0]._p, "Ministerio de Relaciones Interiores")
    edited.file.add_paragraph("Written at the end.")
    told = read(edited.saved(), content)
    assert told.beside == (("frame", "Ministerio de Relaciones Interiores"), ("frame", "Written at the end."))
    assert told.content == content


def test_words_under_a_tag_of_another_program_are_a_paragraph_like_any(content):
    edited = Edited(content)
    tagged = docx.oxml.parse_xml(
        f"<w:customXml {docx.oxml.ns.nsdecls('w')} w:element='x'><w:p><w:r><w:t>Also this.</w:t></w:r></w:p>"
        "</w:customXml>"
    )
    edited.paragraph("protesta por estos hechos").addnext(tagged)
    told = read(edited.saved(), content)
    assert ([one.now for one in told.changes], told.beside) == (["Also this."], ())


def test_a_file_made_from_another_version_is_refused(content):
    other = replace(content, date="2026-01-28")
    with pytest.raises(NotReturned, match="another version"):
        read(word.docx(other, "", "draft"), content)


def _zip(name, data):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(name, data)
    return made.getvalue()


BOMB = _zip("word/document.xml", b" " * 30_000_000)
ENTITIES = _zip("word/document.xml", b'<!DOCTYPE a [<!ENTITY b "b">]><a>&b;</a>')


@pytest.mark.parametrize("data", [b"", b"not a file", _zip("a", b"b"), BOMB, ENTITIES])
def test_what_is_no_word_file_is_refused_in_the_sandbox(data):
    with pytest.raises(NotReturned, match=r"no readable Word file\. Save it as \.docx"):
        opened(data)


def test_a_word_file_of_something_else_is_no_note(content):
    written = io.BytesIO()
    docx.Document().save(written)
    with pytest.raises(NotReturned, match="No paragraph of this note"):
        read(written.getvalue(), content)


def test_a_new_paragraph_takes_a_name_that_is_free(content):
    from inviolable.diplomacy.paper.returned import compared
    from inviolable.diplomacy.paper.word_file import opened as read_file
    from inviolable.diplomacy.terms import Paragraph

    second = replace(content, paragraphs=(*content.paragraphs, Paragraph("free-2", "free", {"es": "A", "en": "A"})))
    edited = Edited(second)
    last = edited.paragraph("A")
    new = edited.file.add_paragraph("Another one.")._p
    last.addnext(new)
    back = compared(read_file(edited.saved()), second).content
    names = [one.id for one in back.paragraphs]
    assert len(set(names)) == len(names)


def test_a_bookmark_of_no_paragraph_is_no_place_for_another(content):
    from inviolable.diplomacy.paper.returned import _rows
    from inviolable.diplomacy.paper.word_file import opened as read_file

    file = read_file(Edited(content).saved())
    mark = replace(file.paragraphs[0], bookmarks=("p_es_9999",), pieces=(("x", "", ""),))
    stray = replace(file.paragraphs[0], bookmarks=(), pieces=(("y", "", ""),))
    assert _rows(replace(file, paragraphs=(mark, stray)), content) == ([], ["x", "y"])
