"""The one-page brief: what the minister's office takes along, with nothing in it that nobody verified."""

import re
import shutil
import subprocess
from datetime import timedelta
from io import BytesIO
from unittest.mock import ANY

import docx
import pytest
from pypdf import PdfReader
from tests.incidents.conftest import NOW, OFFICER

from inviolable.documents.pdf import CannotTypeset
from inviolable.documents.sheet import Line, Section, Sheet, one_page
from inviolable.incidents.actions import assign, done, open_incident
from inviolable.incidents.brief import brief
from inviolable.incidents.example import REFERENCE as EXAMPLE
from inviolable.incidents.example import load_example
from inviolable.incidents.facts import claim, confirm
from inviolable.incidents.lookup import whole
from inviolable.incidents.short import sayings
from inviolable.ledger.moments import Happened, written

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


def test_it_begins_with_what_happened_the_law_the_note_and_what_is_to_be_decided(reader, told):
    confirm(REF, "entered", "no", why="the clip", **WHO)
    short = words(reader("minister_office")).split("In short")[1].split("Verified")[0]
    happened, rest = short.split("The law:")
    assert "27 January 2026, 11:00 (UTC−06:00)" in happened.replace("\N{NO-BREAK SPACE}", " ")
    assert "which agency came is contested (ICE / another agency). The line was not crossed; whether" in happened
    assert "whether anybody was threatened is not known." in happened
    confirm(REF, "work_stopped", "yes", why="they closed", **WHO)
    short = words(reader("minister_office")).split("In short")[1].split("The law:")[0]
    assert "is not known. The work of the post was stopped or hindered." in short, "a third sentence: what came of it"
    assert "wait for facts" in rest
    assert rest.index("The note: No note was drafted.") < rest.index(
        "To be decided: Whether a note of protest goes out"
    )


def test_the_law_alleges_what_a_note_would_and_says_which_facts_are_missing(reader, told):
    for fact in ("nationals_present", "attempted"):
        confirm(REF, fact, "yes", why="the clip", **WHO)
    confirm(REF, "access_blocked", "no", why="they came and went", **WHO)
    assert "36(1)(a)" not in words(reader("minister_office")).split("Verified")[0], "nobody was kept away"
    confirm(REF, "access_blocked", "yes", why="others could not come in", **WHO)
    assert "Arguable, facts are missing: Access of nationals to the post (VCCR 36(1)(a))" in words(reader()), (
        "contested"
    )


def test_it_says_on_whose_account_each_fact_rests(reader, told):
    both = [claim(REF, "attempted", "yes", voice=one, **WHO) for one in ("the consulate", "ICE spokesperson")]
    confirm(REF, "attempted", "yes", claims=both, **WHO)
    alone = claim(REF, "disturbed", "yes", voice="the consulate", **WHO)
    confirm(REF, "disturbed", "yes", claims=[alone], **WHO)
    seen = claim(REF, "work_stopped", "yes", voice="a neighbour", **WHO)
    confirm(REF, "work_stopped", "yes", claims=[seen], **WHO)
    verified, rest = words(reader()).split("Verified: two accounts or more")[1].split("Confirmed on one account")
    one = rest.split("Not known")[0]
    assert "they tried to enter" in verified
    assert "our own account: the peace of the post was disturbed" in one
    assert "our own account: police or another authority" in one, "reception says so, and nobody else"
    assert "one source: the work of the post was stopped" in one
    assert "CANARY" not in verified + rest, "somebody said so; nobody verified it"
    assert "agency" not in verified


def test_what_is_contested_or_unknown_is_named_so_is_what_was_done_and_comes_next(reader, told):
    rest = words(reader("minister_office")).split("Not known")[1]
    assert "contested: Agency ICE (press) / another agency" in rest
    assert "ask: " in rest
    assert "Call the embassy: the embassy knows" in rest
    assert "Fetch the video" in rest.split("What is next")[1]


def test_whether_they_may_enter_is_asked_only_while_an_alarm_is_open(reader, told):
    assert "May they enter?" not in words(reader())
    plan = {"steps": [], "format": "2", "what": "an alarm", "do": {}}
    body = {"alarm": "a-1", "post": "minneapolis", "danger": "attempted_entry", "way": "desk"} | plan
    state = whole(told.stream).state.copy()
    item = {"seq": len(state.timeline), "kind": "alarm.raised", "body": body, "actor": dict(OFFICER)}
    state.take(item | {"happened": Happened.at(NOW).as_entry(), "recorded": written(NOW)})
    opinions = [(part, None) for part in state.parts]
    assert brief(told, state, opinions, "en", NOW, None).sections[0].heading == "May they enter?"


def test_both_languages_say_the_same_facts_cut_alike(reader, told):
    for number in range(40):
        assign(REF, f"Task {number}: {'long words ' * 12}", "officer", **WHO)
    client, counts = reader(), []
    for language in ("es", "en"):
        lines = docx.Document(BytesIO(client.get(f"{BRIEF}.docx?lang={language}").content)).paragraphs
        counts.append([(one.style.name, "…" in one.text[:2]) for one in lines])
    assert counts[0] == counts[1]
    assert any(cut for _style, cut in counts[0]), "it had to be cut, or this shows nothing"
    assert set(sayings("es")) == set(sayings("en"))
    for fact, lines in sayings("es").items():
        assert set(lines) == set(sayings("en")[fact]), fact


def test_a_language_that_cannot_be_set_withholds_no_other(home):
    """In one of them what is never cut fills more than the page; whoever asks for that one is told so."""
    door = [Section("May they enter?", (Line("No."),) * many, whole=True) for many in (1, 99)]
    short, long = (Sheet("Brief", "Inviolable", "", "", (one,), "page", "of", "%d more") for one in door)
    made, _pdf = one_page({"es": long, "en": short}, "en", NOW)
    assert made.sections == short.sections
    with pytest.raises(CannotTypeset):
        one_page({"es": long, "en": short}, "es", NOW)


def test_word_says_the_same_in_the_other_language(reader, told):
    client = reader("minister_office")
    answer = client.get(f"{BRIEF}.docx?lang=es")
    document = docx.Document(BytesIO(answer.content))
    assert document.core_properties.language == "es"
    headings = [one.text for one in document.paragraphs if one.style.name == "Heading 2"]
    assert headings == [
        "En breve",
        "Verificado: dos o más versiones independientes",
        "Confirmado según una sola versión",
        "No se sabe",
        "Qué se hizo",
        "Qué sigue",
    ]
    assert any("Fetch the video" in one.text for one in document.paragraphs)
    assert "Por decidir" in words(client, "es")


def test_it_stays_one_page_and_says_what_it_leaves_out(reader, told):
    for number in range(60):
        assign(REF, f"Task {number}: {'long words ' * 20}", "officer", **WHO)
    read = pdf(reader())
    assert len(read.pages) == 1
    assert "more, in the record" in read.pages[0].extract_text()


def test_what_was_done_towards_the_other_state_is_kept_when_not_all_fits(reader, home):
    """The protest of 27 January, which the minister's office handed over, is older than all that is routine."""
    load_example(NOW)
    for day in range(30):
        later = {"actor": OFFICER, "now": NOW + timedelta(days=day + 1)}
        done(EXAMPLE, assign(EXAMPLE, f"Fetch the video again, {day}", "officer", **later), result="not yet", **later)
    client = reader("minister_office")
    for language, heading, protest, said, last in (
        ("en", "What was done", "Deliver a note of protest", "Delivered the same day", "Fetch the video again, 29"),
        ("es", "Qué se hizo", "Entregar una nota de protesta", "Entregada el mismo día", "Fetch the video again, 29"),
    ):
        answers = [client.get(f"/incidents/{EXAMPLE}/brief.{form}?lang={language}") for form in ("pdf", "docx")]
        read = PdfReader(BytesIO(answers[0].content))
        assert len(read.pages) == 1
        page = " ".join(read.pages[0].extract_text().split())
        lines = [one.text for one in docx.Document(BytesIO(answers[1].content)).paragraphs]
        for text in (page, " ".join(lines)):
            acts = text.split(heading)[1]
            assert acts.index(protest) < acts.index(said) < acts.index(last), "in order of time"
        shown = lines[lines.index(heading) + 1 :]
        left = int(re.search(r"\d+", shown[0])[0])
        kept = sum(": not yet" in one for one in shown) + 1
        assert left + kept == 33, "the protest, two findings, thirty times of fetching"
        assert {"en": "in the timeline", "es": "en la cronología"}[language] in shown[0]
        before = {"en": "None was drafted here. Task done on 27", "es": "Aquí no se redactó ninguna. Tarea"}[language]
        further = {"en": "a further note of protest goes out", "es": "Si sale una nueva nota"}[language]
        assert before in page, "whoever decides knows that it was protested already"
        assert further in page


@pytest.mark.long
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is missing: apt-get install libreoffice")
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_word_file_of_the_example_fits_on_one_page_too(reader, home, tmp_path, language):
    load_example(NOW)
    answer = reader("minister_office").get(f"/incidents/{EXAMPLE}/brief.docx?lang={language}")
    (tmp_path / "brief.docx").write_bytes(answer.content)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    argv = ["soffice", "--headless", profile, "--convert-to", "pdf", "--outdir", tmp_path, tmp_path / "brief.docx"]
    subprocess.run(argv, check=True, capture_output=True)
    assert len(PdfReader(tmp_path / "brief.pdf").pages) == 1


def test_what_was_recorded_late_stands_where_it_happened(reader, told):
    task = assign(REF, "Call the governor", "duty_officer", **WHO)
    done(REF, task, result="by telephone", happened=Happened.at(NOW - timedelta(hours=1)), **WHO)
    acts = words(reader()).split("What was done")[1]
    assert acts.index("Call the governor: by telephone") < acts.index("Call the embassy")


def test_a_mark_of_a_drill_and_a_character_no_font_has(reader, told):
    confirm(REF, "crowd", "\N{FIRE}", **WHO)
    assert "[U+1F525]" in words(reader())


def test_a_sign_that_no_xml_may_hold_breaks_no_word_file(reader, told):
    confirm(REF, "crowd", "many\ufffe", **WHO)
    document = docx.Document(BytesIO(reader().get(f"{BRIEF}.docx").content))
    assert any("many[U+FFFE]" in one.text for one in document.paragraphs)


@pytest.mark.parametrize(
    "title", ["1\ufe0f\u20e3 agent at the door", "s\u20dd \ufffe at the door", "A title of a case file. " * 12]
)
def test_whatever_a_title_or_a_task_holds_brief_and_aftermath_are_made(reader, home, title):
    """The case file's title of 288 letters is longer than a property of a Word file may be."""
    told = {"post": {"class": "consulate"}, "sending": "EC", "receiving": "US", "place": "Minneapolis"}
    open_incident("odd", title, occurred="2026-01-27T11:00-06:00", **told, **WHO)
    assign("odd", "Ask the guard what he saw s\u20dd", "duty_officer", **WHO)
    client = reader("minister_office")
    for paper in ("brief", "after"):
        answer = client.get(f"/incidents/odd/{paper}.pdf?lang=en")
        text = " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages).split())
        assert "27" in text
        assert "[U+0073" not in text
        assert "[U+0031" not in text
        assert "what he saw s[U+20DD]" in text or paper == "after"
        answer = client.get(f"/incidents/odd/{paper}.docx?lang=es")
        assert docx.Document(BytesIO(answer.content)).core_properties.title


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
