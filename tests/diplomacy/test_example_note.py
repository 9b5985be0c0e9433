"""The worked example's note: the event of 27 January 2026 as the ministry could protest it, both languages at once."""

import re
from datetime import UTC, datetime

import pytest
from django.test import Client
from pyrage.x25519 import Identity
from tests.diplomacy.knock import ADDRESSED
from tests.incidents.conftest import OFFICER

from inviolable.diplomacy.content import dumps, loads
from inviolable.diplomacy.drafting.answers import answers
from inviolable.diplomacy.drafting.draft import draft
from inviolable.diplomacy.paper import typeset, word
from inviolable.diplomacy.words.marks import BLANK, fill, plain
from inviolable.diplomacy.words.phrases import LANGUAGES
from inviolable.diplomacy.words.wording import wording
from inviolable.incidents.case import case_of
from inviolable.incidents.example import REFERENCE, load_example, load_exhibits
from inviolable.incidents.exhibiting import annex_words, exhibit_lines
from inviolable.incidents.lookup import incident_state
from inviolable.incidents.wording import in_each_language
from inviolable.ledger.actions import add_recipient
from inviolable.posts.actions import load_example_users
from inviolable.posts.example import load_example_posts
from inviolable.posts.models import User
from inviolable.sources.example import load_example_sources
from inviolable.sources.shelf import shelf_of

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def content(settings, tmp_path):
    settings.HOME = tmp_path
    load_example_users(now=NOW)
    for name in ("duty officer", "recovery"):
        add_recipient(str(Identity.generate().to_public()), name, actor=OFFICER, now=NOW)
    load_example(NOW)
    load_example_sources(NOW)  # Three newspapers and what they make of it: nothing of theirs is quoted by itself.
    state = incident_state(REFERENCE)
    finding = state.findings[-1]
    return draft(state, "1", case_of(state), finding.answer, found=finding.seq, example=True, **ADDRESSED)


def test_it_says_attempt_asks_for_no_repetition_and_waits_for_what_is_contested_and_who_was_threatened(content):
    english, spanish = (plain(content, language) for language in ("en", "es"))

    assert "an attempted entry without consent" in english["act_attempt"]
    assert "ninguna oficina del Ecuador en los Estados Unidos de América" in spanish["non_repetition"]
    assert "«If you touch me, I will grab you»" in spanish["assault_words_of"]
    pieces = (piece for one in content.paragraphs for piece in fill(one.text["en"], content.values, "en"))
    assert [piece.key for piece in pieces if piece.kind == BLANK] == ["officers", "person"]


def test_what_the_other_side_said_is_told_as_said_with_the_day_on_which_it_was_said(content):
    told = [text for name, text in plain(content, "en").items() if name.startswith("statement-")]

    denied = "In a statement of Wednesday 28 January 2026 (Department of Homeland Security) it was said that there"
    admitted = "In a statement of Thursday 29 January 2026 (ICE, as reported by AFP) it was said that ICE officers were"
    assert [one[: len(begins)] for one, begins in zip(told, (denied, admitted), strict=True)] == [denied, admitted]
    assert ["takes note of these statements" in one for one in told] == [False, True], "once for all of them"


def test_it_quotes_what_was_said_word_for_word_and_no_report_of_it_and_its_own_ministry_in_spanish(content):
    """What the press records of shared/ have as a quotation, and nothing else, is in quotation marks."""
    verbatim = {"If you touch me, I will grab you"}
    for language, marks in (("en", "“([^”]*)”"), ("es", "«([^»]*)»")):
        quoted = {said for text in plain(content, language).values() for said in re.findall(marks, text)}
        assert {said for said in quoted if not said.startswith("[____")} == verbatim

    state, tables = incident_state(REFERENCE), {one: wording(one) for one in LANGUAGES}
    ours = next(offer for offer, called in answers(state, tables, "es") if "un agente" in called)
    told = draft(state, "1", case_of(state), state.findings[-1].answer, example=True, offers=[ours], **ADDRESSED)
    said = plain(told, "es")[ours.paragraph.id]
    assert said.endswith("declaró su Ministerio de Relaciones Exteriores: «un agente del ICE intentó ingresar».")


def test_an_annex_is_called_what_it_is_to_another_state_and_not_how_it_is_filed_here(content):
    state = incident_state(REFERENCE)
    bulletin, paper_es, _paper_en = (one.last.exhibit for one in shelf_of(state).sources.values())

    assert in_each_language(lambda: annex_words(state, bulletin)) == {
        "es": "Comunicado de prensa del 27 de enero de 2026, Cancillería del Ecuador",
        "en": "Press release of 27 January 2026, Ecuador's foreign ministry",
    }
    assert (
        in_each_language(lambda: annex_words(state, paper_es))["en"]
        == "Article of 28 January 2026, EJEMPLO: un periódico"
    )


def test_a_video_is_of_the_day_on_which_it_was_filmed_and_from_whom_is_told_in_each_language(content):
    load_exhibits(NOW)
    state = incident_state(REFERENCE)
    clip = list(state.exhibits)[-1]

    assert in_each_language(lambda: annex_words(state, clip)) == {
        "es": "Vídeo, 27 de enero de 2026",
        "en": "Video, 27 January 2026",
    }
    told = in_each_language(lambda: exhibit_lines(state)[clip])
    assert "a passer-by" in told["en"]
    assert "una persona que pasaba" in told["es"]


def test_every_fact_names_its_entry_and_every_rule_the_entry_of_its_finding(content):
    found = {value.seq for value in content.values.values() if value.cites}

    assert len(found) == 1
    assert content.values["entered"].claims
    opening = {key for key, value in content.values.items() if value.state == "confirmed" and not value.seq}
    assert opening == {"day", "time", "place", "head", "status"}


@pytest.mark.parametrize("role", ["officer", "head_of_post"])
@pytest.mark.parametrize(("form", "organ"), [("note_verbale", "ministry"), ("letter", "minneapolis")])
def test_whoever_of_the_post_signs_in_to_the_example_may_draft_its_notes(content, role, form, organ):
    load_example_posts(NOW)
    client = Client()
    client.force_login(User.objects.get(role=role))
    told = {"form": form, "organ": organ, "language": "es", "courtesy": "on", "place": "Minneapolis", "part": "1"}
    told |= {"date": "2026-11-22", "addressee_es": "Policía", "addressee_en": "Police"}
    answer = client.post(f"/incidents/{REFERENCE}/notes/draft/", told)
    assert answer.status_code == 302, answer.content.decode()


def test_it_is_kept_printed_and_written_for_word(content):
    assert loads(dumps(content)) == content
    assert typeset.pdf(content, "EX-1/2026", "released").startswith(b"%PDF-1.7")
    assert word.docx(content, "EX-1/2026", "released").startswith(b"PK")
