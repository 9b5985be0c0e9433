"""The one-page brief: what the minister's office takes along, with nothing in it that nobody verified."""

from io import BytesIO
from unittest.mock import ANY

import docx
import pytest
from pypdf import PdfReader
from tests.incidents.conftest import NOW, OFFICER

from inviolable.incidents.actions import assign, claim, confirm, done
from inviolable.ledger.moments import Happened

REF = "minneapolis"
BRIEF = f"/incidents/{REF}/brief"
WHO = {"actor": OFFICER, "now": NOW}

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(incident):
    """Reports from the desk, the consul and the press: some of it confirmed, some of it contested, some only said."""
    desk = claim(REF, "actor", "officer", voice="reception", source="report", happened=Happened.at(NOW), **WHO)
    confirm(REF, "actor", "officer", claims=[desk], **WHO)
    said = claim(REF, "agency", "ICE", voice="press", **WHO)
    claim(REF, "words_spoken", "CANARY open the door", voice="press", **WHO)
    confirm(REF, "agency", "ICE", claims=[said], **WHO)
    confirm(REF, "agency", "another agency", why="the vest on the video", **WHO)
    assign(REF, "Fetch the video", "officer", due=NOW, **WHO)
    task = assign(REF, "Call the embassy", "duty_officer", **WHO)
    done(REF, task, result="the embassy knows", **WHO)
    return incident


def pdf(client, language="en") -> PdfReader:
    answer = client.get(f"{BRIEF}.pdf?lang={language}")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/pdf"
    return PdfReader(BytesIO(answer.content))


def words(client, language="en") -> str:
    return " ".join(" ".join(page.extract_text() for page in pdf(client, language).pages).split())


def test_it_states_what_was_verified_with_its_source_and_names_the_rest_as_not_known(reader, told):
    text = words(reader("minister_office"))
    verified, rest = text.split("Not known")
    assert "reception: report" in verified
    assert "CANARY" not in text, "somebody said so; nobody verified it"
    assert "contested: agency ICE (press) / another agency" in rest
    assert "agency" not in verified
    assert "ask: " in rest
    assert "Task done: the embassy knows" in rest
    assert "Fetch the video" in rest.split("What is next")[1]


def test_word_says_the_same_in_the_other_language(reader, told):
    client = reader("minister_office")
    answer = client.get(f"{BRIEF}.docx?lang=es")
    document = docx.Document(BytesIO(answer.content))
    assert document.core_properties.language == "es"
    headings = [one.text for one in document.paragraphs if one.style.name == "Heading 2"]
    assert headings == ["¿Pueden entrar?", "Verificado", "No se sabe", "Qué se hizo", "Qué sigue"]
    assert any("Fetch the video" in one.text for one in document.paragraphs)
    assert "¿Pueden entrar?" in words(client, "es")


def test_it_stays_one_page_and_says_what_it_leaves_out(reader, told):
    for number in range(60):
        assign(REF, f"Task {number}: {'long words ' * 20}", "officer", **WHO)
    read = pdf(reader())
    assert len(read.pages) == 1
    assert "more, in the record" in read.pages[0].extract_text()


def test_a_mark_of_a_drill_and_a_character_no_font_has(reader, told):
    confirm(REF, "crowd", "\N{FIRE}", **WHO)
    assert "[U+1F525]" in words(reader())


def test_what_is_no_form_or_language_is_not_there(reader, told):
    client = reader()
    assert client.get(f"{BRIEF}.odt").status_code == 404
    assert client.get(f"{BRIEF}.pdf?lang=xx").status_code == 404


def test_an_example_says_so_on_the_brief(reader, tell):
    from inviolable.incidents.models import Incident

    tell()
    Incident.objects.update(example=True)
    answer = reader().get("/incidents/minneapolis-2026/brief.pdf?lang=en")
    assert "EXAMPLE" in PdfReader(BytesIO(answer.content)).pages[0].extract_text()
    assert answer.headers["Content-Disposition"] == ANY
