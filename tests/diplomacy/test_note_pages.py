"""The pages of notes: a note is drafted, read, changed, approved, released and delivered by people of several roles."""

import re
from datetime import UTC, datetime
from html import unescape
from io import BytesIO
from uuid import uuid4

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfReader
from tests.counsel.conftest import words_of
from tests.diplomacy.conftest import REF, exhibit
from tests.incidents.conftest import NOW, OFFICER
from tests.sources.documents import PAGE, with_picture, word_with

from inviolable.diplomacy import content, shown
from inviolable.diplomacy.file import note_files
from inviolable.diplomacy.life import actions
from inviolable.diplomacy.life.actions import content_of
from inviolable.diplomacy.pages import acting_views, drafting_views, silence
from inviolable.incidents.actions import add_part
from inviolable.incidents.facts import claim, confirm, withdraw
from inviolable.incidents.lookup import incident_state
from inviolable.incidents.models import Incident
from inviolable.incidents.searching import found_in
from inviolable.ledger.sandbox import sandbox_works
from inviolable.posts.models import Post, User

HOME = f"/incidents/{REF}/notes/"
ASKED = {"form": "note_verbale", "organ": "ministry", "language": "es", "courtesy": "on", "place": "Quito"}
ASKED |= {"date": datetime.now(UTC).date().isoformat(), "part": "1"}

pytestmark = pytest.mark.django_db
needs_sandbox = pytest.mark.skipif(not sandbox_works(), reason="no sandbox works here: apt-get install bubblewrap")


def get(client, page: str = "") -> str:
    answer = client.get(HOME + page)
    assert answer.status_code == 200, page
    return answer.content.decode()


def post(client, page: str, status: int = 302, **given: object) -> str:
    """The page that was refused, or where it leads."""
    answer = client.post(HOME + page, given)
    said = unescape(answer.content.decode())
    assert answer.status_code == status, words_of(said)
    return said if status != 302 else answer.headers["Location"]


def first_of(page: str) -> str:
    """What the page of a released note says first: how it stands with the other side."""
    return page.split('id="stands">')[1].split("</p>", maxsplit=1)[0]


def step(client, note: str, do: str, status: int = 302, **more: object) -> str:
    return post(client, f"{note}/step/", status, do=do, version=last(note), **more)


def last(note: str) -> int:
    return note_files(incident_state(REF).timeline)[note].last.number


def drafted(client, **changed: str) -> str:
    return post(client, "draft/", **{**ASKED, **changed}).rstrip("/").rpartition("/")[2]


def test_the_first_draft_asks_what_the_ministry_is_called_in_full_until_its_home_says_so(ready, reader, home):
    officer, full = (
        reader("officer"),
        "Ministerio de Relaciones Exteriores y Movilidad Humana de la República del Ecuador",
    )
    assert "Set it in notes/organs.toml" in words_of(get(officer, "draft/"))
    given = content_of(drafted(officer, sender_es=full), 1)
    assert given.sender["es"] == full
    assert full in given.paragraphs[0].text["es"]
    assert given.sender["en"] == "Ministry of Foreign Affairs of Ecuador", "left empty, it is what the organ is called"
    (home / "notes").mkdir()
    (home / "notes" / "organs.toml").write_text(f'[ministry]\nsender = {{ es = "{full}", en = "Ministry" }}\n')
    assert "sender_es" not in get(officer, "draft/")
    assert content_of(drafted(officer), 1).sender["es"] == full


def test_from_the_facts_to_a_receipt_by_four_people(ready, reader):
    officer, legal, minister = reader("officer"), reader("legal"), reader("minister_office")
    note = drafted(officer)
    page = words_of(get(officer, f"{note}/"))
    assert "Nothing stops it" in page
    assert "Embajada de los Estados Unidos" in page
    step(officer, note, "submit")
    assert "It waits for: Legal adviser" in words_of(get(officer, f"{note}/"))
    get(legal, f"{note}/")
    step(legal, note, "approve")
    step(minister, note, "approve", 422)  # Nobody approves what they have not looked at.
    get(minister, f"{note}/")
    step(minister, note, "approve")
    step(minister, note, "release")
    page = words_of(get(officer, f"{note}/"))
    assert "1/2026" in page
    assert "Nobody has delivered it yet" in page
    pdf = officer.get(f"{HOME}{note}/note.pdf")
    assert pdf.content.startswith(b"%PDF")
    assert officer.get(f"{HOME}{note}/note.pdf").content == pdf.content
    ours = note_files(incident_state(REF).timeline)[note].released.body["exhibits"][0]
    assert ours not in get(officer, f"{note}/deliver/")
    stamped = exhibit(b"The same with their stamp.")
    post(officer, f"{note}/deliver/", 422, way="by_hand", outcome="received", to="desk", place="Quito")
    post(officer, f"{note}/deliver/", way="by_hand", outcome="handed_over", to="duty desk", place="Quito")
    assert first_of(page := get(officer, f"{note}/")).startswith("handed over; nothing came back yet (")
    assert f'<a class="button" href="{HOME}{note}/deliver/">' in page
    post(officer, f"{note}/deliver/", way="by_hand", outcome="received", proof=stamped)
    assert first_of(page := get(officer, f"{note}/")).startswith("received, and they say so (")
    assert f'<a class="button secondary" href="{HOME}{note}/deliver/">' in page, "with proof, nothing is left to record"
    assert "1/2026" in get(officer)


def test_where_one_person_does_what_two_were_to_do_the_page_says_so(ready, reader):
    officer, legal, minister, other = (reader(role) for role in ("officer", "legal", *["minister_office"] * 2))
    note = drafted(officer)
    step(officer, note, "submit")
    both = "may release it as well: somebody else should, where there is one."
    for one in (legal, minister):
        assert f"Whoever approves it as Minister's office {both}" in first_read(get(one, f"{note}/"))
        step(one, note, "approve")
    told = first_read(get(other, f"{note}/"))
    assert re.search(rf"Minister's office \(.+?\) approved it and {both}", told)
    assert "Whoever approves" not in told
    step(minister, note, "release")
    page = words_of(get(officer, f"{note}/"))
    assert "both approved and released it: the last two steps are one person's." in page
    alone = User.objects.filter(role="minister_office").earliest("id").actor
    stamped = exhibit(b"The same with their stamp.", alone)
    recorded = "One person's word: whoever released it recorded that it was received."
    added = "One person's word: whoever released it added the stamped copy or receipt."
    for one, says in ((minister, {recorded, added}), (officer, {added})):
        post(one, f"{note}/deliver/", way="by_hand", outcome="received", proof=stamped, to="duty desk", place="Quito")
        page = words_of(get(officer, f"{note}/").partition('id="next"')[0])
        assert {said for said in (recorded, added) if said in page} == says, "above the note, of what counts now"
    post(officer, f"{note}/deliver/", way="by_hand", outcome="received", proof=exhibit(b"Another copy, by her."))
    page = words_of(get(officer, f"{note}/").partition('id="next"')[0])
    assert "received, and they say so" in page
    assert "One person's word" not in page


@pytest.mark.parametrize(
    ("language", "came", "ours", "adds"),
    [
        ("en", "PDF document; received on 27 January 2026 from: the embassy; added by: Consular officer",
         "our note 1/2026 (PDF)", "Reception, Consular officer, Head of post, Duty officer"),
        ("es", "documento PDF; se recibió el 27 de enero de 2026 de: the embassy; lo añadió: Funcionario consular",
         "nuestra nota 1/2026 (PDF)", "Recepción, Funcionario consular, Jefatura de la oficina consular, Oficial"),
    ],
)  # fmt: skip
def test_exhibits_are_offered_as_what_they_are_and_our_own_note_is_no_gift(ready, reader, language, came, ours, adds):
    given = exhibit(b"What a passer-by filmed.")
    officer, legal, minister = (reader(role, language) for role in ("officer", "legal", "minister_office"))
    assert came in words_of(get(officer, "draft/"))
    note = drafted(officer, annexes=given)
    word = {
        "en": "PDF document, received on 27 January 2026",
        "es": "Documento PDF (se recibió el 27 de enero de 2026)",
    }
    assert content_of(note, 1).annexes[0].words == word, "the paper says by itself which annex it is"
    step(officer, note, "submit")
    for one in (legal, minister):
        get(one, f"{note}/")
        step(one, note, "approve")
    step(minister, note, "release")
    listed = words_of(officer.get(f"/incidents/{REF}/exhibits/").content.decode())
    assert ours in listed
    assert listed.count("grade C" if language == "en" else "grado C") == 1, "the passer-by's alone"
    kept = note_files(incident_state(REF).timeline)[note].released.body["exhibits"][0]
    page = words_of(officer.get(f"/incidents/{REF}/exhibits/{kept}/").content.decode())
    assert {"en": "made here: our own note", "es": "hecha aquí: nuestra propia nota"}[language] in page
    form = get(officer, f"{note}/deliver/")
    assert f'href="/incidents/{REF}/exhibits/add/"' in form
    assert adds in words_of(form)
    exhibit(b"The same with their stamp.")
    assert "; ".join(came.split("; ")[:2]) in words_of(get(officer, f"{note}/deliver/"))


def test_whoever_wrote_it_reads_on_its_page_who_takes_the_next_step(ready, reader):
    legal, minister = reader("legal"), reader("minister_office")
    note = drafted(legal)
    step(legal, note, "submit")
    assert "Somebody who wrote none takes the next step: Minister's office" in words_of(get(legal, f"{note}/"))
    get(minister, f"{note}/")
    step(minister, note, "approve")
    page = get(legal, f"{note}/")
    assert 'value="release"' not in page
    assert "who wrote none takes the next step" in page
    step(minister, note, "release")


@pytest.mark.parametrize("language", ["es", "en"])
def test_a_draft_of_what_is_not_settled_says_where_it_stops_and_who_may_mend_it(tell, identities, reader, language):
    tell()
    officer, legal = reader("officer", language), reader("legal", language)
    note = drafted(officer)
    page = get(officer, f"{note}/")
    assert '<mark class="blank">[en disputa: un funcionario / varios funcionarios]</mark>' in page
    assert 'id="p-came" class="stopped"' in page
    stops = page[page.index('id="stops"') : page.index('id="next"')]
    place = {"es": "Párrafo 1 (hechos)", "en": "Paragraph 1 (facts)"}[language]
    mender = {"es": "Funcionario consular", "en": "Consular officer"}[language]
    withdraw = {"es": "Retirar lo que está mal", "en": "Withdraw what is wrong"}[language]
    assert f'<a href="#p-came">{place}</a> <q lang="es">El ' in stops
    assert f'<a href="/incidents/{REF}/facts/?part=1#contested">{withdraw}</a>' in stops
    assert {"es": "Revisar y firmar", "en": "Review and sign"}[language] in stops, "its law is not reviewed"
    assert f'href="{HOME}{note}/law/"' not in stops, "an officer signs no law"
    theirs = get(legal, f"{note}/")
    assert theirs.count(f'href="{HOME}{note}/law/"') == 1, "what is put right at one place stands once"
    assert mender not in stops, "whoever may do it is not told who may"
    assert mender in theirs[theirs.index('id="stops"') : theirs.index('id="next"')]
    for code in ("came", "recall", "rules"):
        assert f">{code}" not in page
    assert f"<legend>{place}" in get(officer, f"{note}/edit/")

    said = step(officer, note, "submit", 422)
    assert place in words_of(said)
    assert "things stop it" in said if language == "en" else "cosas la detienen" in said
    assert 'name="do" required' not in said, "no form but the one that was there"
    assert "came:" not in said
    assert 'href="#id_came' not in get(legal, f"{note}/").replace(f"{note}/edit/#id_came", "")


def test_what_may_not_be_edited_by_who_reads_is_told_without_a_link(tell, identities, reader):
    tell()
    note = drafted(reader("legal"))
    post(client := reader("legal"), f"{note}/edit/", **fields(get(client, f"{note}/edit/")) | {"protest-en": "___"})
    assert f"{note}/edit/#id_protest-es" in get(client, f"{note}/")
    page = get(reader("auditor"), f"{note}/")
    assert f"{note}/edit/" not in page
    assert "Edit the paragraph" in page


def test_the_page_of_a_note_shows_who_writes_to_whom_and_where_as_it_is_printed(ready, reader):
    officer = reader("officer")
    page = words_of(get(officer, f"{drafted(officer)}/"))
    for said in (
        "Sender (Spanish) Ministerio de Relaciones Exteriores",
        "Addressee (English) Embassy of the United States",
        "Place and date (Spanish) Quito, ",
    ):
        assert said in page


def test_paragraphs_are_changed_by_hand_and_others_see_what(ready, reader):
    officer, legal = reader("officer"), reader("legal")
    note = drafted(officer)
    get(legal, f"{note}/")
    form = fields(get(officer, f"{note}/edit/"))
    form |= {"protest-en": "The Government of Ecuador protests.", "why": "shorter"}
    form |= {"new-es": "Solicita además una reunión.", "new-en": "It also requests a meeting."}
    post(officer, f"{note}/edit/", **form)
    page = get(legal, f"{note}/")
    assert "What changed since you looked last, at version 1" in page
    assert "<del>formally and firmly " in page
    assert "It also requests a meeting." in page
    assert "shorter" in page
    again = fields(get(officer, f"{note}/edit/")) | {"base": "1", "protest-en": "Other."}
    assert "somebody else" in post(officer, f"{note}/edit/", 422, **again)
    wrong = fields(get(officer, f"{note}/edit/")) | {"protest-en": "By [[nobody]]."}
    assert "is no fact of this note" in post(officer, f"{note}/edit/", 422, **wrong)


def test_a_sign_that_no_font_has_over_a_letter_stops_a_note_whose_draft_is_still_printed(ready, reader):
    officer = reader("officer")
    note = drafted(officer)
    form = fields(get(officer, f"{note}/edit/")) | {"protest-en": "The Government of Ecuador protests\u20dd."}
    post(officer, f"{note}/edit/", **form)
    assert "(U+0073 U+20DD)" in words_of(get(officer, f"{note}/"))
    paper = PdfReader(BytesIO(officer.get(f"{HOME}{note}/note.pdf").content))
    assert any("The Government of Ecuador protests[U+20DD]." in page.extract_text() for page in paper.pages)


def test_what_asks_for_something_is_made_a_demand_where_paragraphs_are_edited(ready, reader):
    officer = reader("officer")
    note = drafted(officer)
    asks = {"new-es": "Exige que se le informe.", "new-en": "It demands to be informed.", "why": "we want to know"}
    post(officer, f"{note}/edit/", **fields(get(officer, f"{note}/edit/")) | asks)
    assert "“it demands” opens no demand. Edit the paragraphs" in words_of(get(officer, f"{note}/"))
    page = get(officer, f"{note}/edit/")
    post(officer, f"{note}/edit/", **fields(page) | {"demand-free-1": "explanation", "why": "it is one"})
    assert "opens no demand" not in words_of(get(officer, f"{note}/"))
    content = actions.content_of(note, 3)
    assert [(one.demand, one.block) for one in content.paragraphs if one.id == "free-1"] == [("explanation", "demands")]


def test_what_the_other_state_said_is_chosen_where_a_note_is_drafted(ready, reader):
    officer = reader("officer")
    voice = {"voice": "ICE spokesperson", "source": "a statement to the press"}
    claim(REF, "entered", "no", raw="At no time did anybody enter it", **voice, actor=OFFICER, now=NOW)
    page = get(officer, "draft/")
    (key,) = re.findall(r'name="statements" value="([^"]+)"[^>]* checked', page)
    assert "ICE spokesperson: “At no time did anybody enter it”" in unescape(page)
    with_it = get(officer, f"{drafted(officer, statements=key)}/")
    assert "A statement of" in with_it
    assert "A statement of" not in get(officer, f"{drafted(officer)}/")


@pytest.mark.parametrize("language", ["es", "en"])
def test_whoever_edits_reads_what_facts_say_and_numbers_as_on_paper(ready, reader, language):
    client = reader("officer", language)
    note = drafted(client)
    page = unescape(get(client, f"{note}/edit/"))
    assert "[[day]]" not in page
    assert "El [[martes 27 de enero de 2026]], [[hacia las 11:00" in page
    assert {"es": "<legend>Párrafo 11 a) (exigencias)", "en": "<legend>Paragraph 11 a) (demands)"}[language] in page
    assert {"es": "opcional", "en": "optional"}[language] not in page
    form = fields(get(client, f"{note}/edit/"))
    came = form["came-es"].replace("[[Inmigración", "agentes de [[Inmigración")
    post(client, f"{note}/edit/", **form | {"came-es": came, "why": "who they were"})
    said = next(one for one in content_of(note, 2).paragraphs if one.id == "came").text["es"]
    assert "agentes de [[agency]]" in said, "what stands in brackets is bound to its fact still"
    same = next(one for one in content_of(note, 1).paragraphs if one.id == "disturbed").text
    assert next(one for one in content_of(note, 2).paragraphs if one.id == "disturbed").text == same


def test_a_translation_that_a_person_writes_stands_beside_the_words_and_is_no_quotation_of_theirs(ready, reader):
    officer = reader("officer")
    voice = {"voice": "ICE spokesperson", "source": "a statement to the press"}
    claim(REF, "entered", "no", raw="At no time did anybody enter it", **voice, actor=OFFICER, now=NOW)
    key = re.findall(r'name="statements" value="([^"]+)"', get(officer, "draft/"))[0]
    note = drafted(officer, statements=key)
    page = unescape(get(officer, f"{note}/"))
    assert "[____ traducción]" in page
    assert "A blank is left: traducción. Write it where the paragraphs are edited. Edit the paragraph" in words_of(page)
    edit = get(officer, f"{note}/edit/")
    form = fields(edit)
    (blank,) = [name for name in form if name.startswith("value-")]
    assert f'{note}/edit/#id_{blank}"' in page, "the link leads to the box"
    assert re.search(r"Paragraph \d+ \(\w+\): traducción At no time did anybody enter it \(ICE\)", words_of(edit))
    ours = "En ningún momento entró nadie en la oficina"
    post(officer, f"{note}/edit/", **form | {blank: ours, "why": "translated"})
    page = unescape(get(officer, f"{note}/"))
    assert "Nothing stops it" in words_of(page)
    assert f"(traducción propia: «{ours}»)" in words_of(page).replace("« ", "«").replace(" »", "»")
    assert fields(get(officer, f"{note}/edit/"))[blank] == ours
    for do in ("refresh", "redraft"):
        step(officer, note, do)
        assert ours in get(officer, f"{note}/"), "they are of the same words"


def test_a_statement_that_was_ticked_stands_in_the_note_or_the_form_says_why_not(ready, reader):
    officer = reader("officer")
    voice = {"voice": "ICE spokesperson", "source": "a statement to the press"}
    add_part(REF, "The street", occurred="2026-01-27", place="the street", actor=OFFICER, now=NOW)
    other = next(name for name in incident_state(REF).parts if name != "1")
    chased = "A person pursued in the street fled into the building"
    claim(REF, "pursuit", "yes", raw=chased, part=other, **voice, actor=OFFICER, now=NOW)
    page = get(officer, "draft/")
    (key,) = re.findall(r'name="statements" value="([^"]+)"', page)
    assert f'value="{key}" checked' not in page
    assert "checked" not in page.partition(f'value="{key}"')[2].partition(">")[0], "it is of another part"
    assert chased in get(officer, f"{drafted(officer, statements=key)}/")
    told = {"voice": "Press", "raw": "Nobody was pursued on that day at all"}
    seen = claim(REF, "pursuit", "no", part=other, **told, actor=OFFICER, now=NOW)
    confirm(REF, "pursuit", "no", claims=[seen], part=other, actor=OFFICER, now=NOW)
    (answer,) = re.findall(r'name="answered" value="([^"]+)"', get(officer, "draft/"))
    assert "Choose the statement that this answers" in post(officer, "draft/", 422, **ASKED, answered=answer)
    assert "Nobody was pursued" in get(officer, f"{drafted(officer, statements=key, answered=answer)}/")
    press = reader("press")
    said = post(press, "draft/", 422, **{**ASKED, "form": "statement", "statements": key})
    assert "quote nothing that the other State said" in said


@pytest.mark.parametrize(
    ("language", "ambassador", "said"),
    [
        ("en", "Ambassador of Ecuador in Washington", "It answers with what the file itself contests"),
        ("es", "Embajador del Ecuador en Washington", "Responde con lo que el propio expediente tiene en disputa"),
    ],
)
def test_whoever_chooses_or_approves_an_answer_reads_whose_account_is_otherwise(
    ready, reader, language, ambassador, said
):
    officer, legal, who = reader("officer", language), reader("legal", language), {"actor": OFFICER, "now": NOW}
    ours = claim(REF, "knowledge", "yes", voice="Staff of the consulate", raw="This is the consulate", **who)
    other = claim(REF, "knowledge", "no", voice="Ambassador of Ecuador in Washington", raw="Perhaps a mistake", **who)
    claim(REF, "knowledge", "no", voice="ICE spokesperson", raw="They did not know what it was", **who)
    confirm(REF, "knowledge", "yes", claims=[ours], **who)
    confirm(REF, "knowledge", "no", claims=[other], **who)
    page = get(officer, "draft/")
    assert ambassador in words_of(page)
    (key,) = re.findall(r'name="statements" value="([^"]+)"', page)
    (answer,) = re.findall(r'name="answered" value="([^"]+)"', page)
    note = drafted(officer, statements=key, answered=answer)
    blanks = re.findall(r'name="value-([^"]+):translation-es"', get(officer, f"{note}/edit/"))
    assert blanks == [key, answer], "in the order of the note"
    page = get(legal, f"{note}/")
    assert f'<a href="#p-{answer}">' in page
    assert re.search(f"{said}:.+ {ambassador}\\.", words_of(page))
    assert said not in get(legal, f"{drafted(officer, statements=key)}/")


def test_whoever_approves_reads_first_what_is_by_hand_who_wrote_it_and_who_reviewed_the_law(ready, reader):
    Post.objects.create(slug="ministry", post_class="ministry", city="Quito", time_zone="America/Guayaquil")
    officer, legal = reader("officer"), reader("legal")
    voice = {"voice": "ICE spokesperson", "source": "a statement to the press"}
    claim(REF, "entered", "no", raw="At no time did anybody enter it", **voice, actor=OFFICER, now=NOW)
    key = re.findall(r'name="statements" value="([^"]+)"', get(officer, "draft/"))[0]
    note = drafted(officer, statements=key)
    assert "Nothing in it is written by hand" in first_read(get(officer, f"{note}/"))
    form = fields(get(officer, f"{note}/edit/"))
    (blank,) = (name for name in form if name.endswith(":translation-es"))
    changed = {
        blank: "En ningún momento entró nadie",
        "protest-es": "El Gobierno del Ecuador protesta.",
        "new-es": "Las solicitudes de la nota anterior siguen sin respuesta.",
        "why": "shorter",
    }
    post(officer, f"{note}/edit/", **form | changed)
    told = first_read(page := get(legal, f"{note}/"))
    assert re.search(r"Paragraph \d+ \(free text\): written by hand", told), "what is in no brackets and nobody offered"
    assert re.search(r"Paragraph \d+ \(protest\): written by hand", told)
    assert re.search(r"Paragraph \d+ \(facts\): a blank that a person filled", told)
    assert '<a href="#p-protest">' in page
    assert re.search(r"Written by: Consular officer \(.+?\): drafted, changed here Paragraph", told)
    assert re.search(r"Law reviewed by Legal adviser \([^)]+\), on 29 January 2026: ARSIWA 4, ", told)
    assert '<a href="#p-recall">VCCR 31(2)</a>' in page
    step(officer, note, "refresh")
    assert "(protest): written by hand" in first_read(get(legal, f"{note}/")), "facts taken anew hide no hand"
    step(officer, note, "redraft")
    assert "(protest): written by hand" not in first_read(get(legal, f"{note}/"))


def test_whoever_approves_reads_which_sender_addressee_and_place_a_person_typed(ready, reader):
    Post.objects.create(slug="ministry", post_class="ministry", city="Quito", time_zone="America/Guayaquil")
    officer, legal = reader("officer"), reader("legal")
    said = "Ministry of Foreign Affairs and Human Mobility"
    note = drafted(officer, sender_en=said, addressee_en="Embassy of the United States in Quito", place="Guayaquil")
    told = first_read(get(legal, f"{note}/"))
    assert f"Sender “{said}”: written by hand" in told
    assert "Addressee “Embassy of the United States in Quito”: written by hand" in told
    assert told.count("Place “Guayaquil”: written by hand") == 1, "in both languages the same"
    assert "Ministerio de Relaciones" not in told, "what this home gives is nobody's hand"
    assert "Nothing in it is written by hand" not in told

    theirs = {"sender_en": "Embassy of the United States of America in Quito"}
    assert "no organ of the State that sends it" in post(officer, "draft/", 422, **ASKED | theirs)


def test_a_paragraph_that_cannot_be_filled_is_left_out_from_where_its_blank_is(ready, reader):
    officer = reader("officer")
    withdraw(REF, "person", "employee", "nobody saw who", actor=OFFICER, now=NOW)
    note = drafted(officer)
    page = get(officer, f"{note}/")
    assert f'/{note}/edit/#id_out-assault">Leave the paragraph out</a>' in page
    form = fields(edit := get(officer, f"{note}/edit/"))
    assert 'id="id_out-assault"' in edit
    kept = {name: value for name, value in form.items() if not name.startswith("out-")}
    post(officer, f"{note}/edit/", **kept | {"out-assault": "on", "why": "nobody knows whom"})
    assert "assault" not in {one.id for one in content_of(note, 2).paragraphs}
    assert "Paragraph 2 (facts) of the version before: taken out" in first_read(page := get(officer, f"{note}/"))
    assert "Nothing stops it" in words_of(page)


def first_read(page: str) -> str:
    """The list above a note."""
    told = page.partition('aria-labelledby="hands">')[2].partition("</section>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", "", told)).split())


def test_what_it_says_nothing_of_for_want_of_a_fact_is_told_before_it_is_approved(ready, reader, monkeypatch):
    officer, minister = reader("officer"), reader("minister_office")
    who = {"actor": OFFICER, "now": NOW}
    asked, silent = "Is that person a national", "It says nothing of VCCR 40"
    assert silent not in first_read(get(officer, f"{drafted(officer)}/")), "an employee was threatened"
    withdraw(REF, "person", "employee", "she heads the section", **who)
    confirm(REF, "person", "officer", **who)
    note = drafted(officer)
    page = get(officer, f"{note}/")
    assert f"{silent} (" in first_read(page)
    assert asked in first_read(page)
    assert "VCCR 37" not in first_read(page), "nothing of what it is about happened"
    assert first_read(page).count("It says nothing of") == 1
    [address] = re.findall(rf'<a href="([^"]+)">{asked}', page)
    answer = officer.get(unescape(address))
    claim_page = officer.get(answer.headers["Location"]).content.decode()
    assert asked in words_of(claim_page)
    assert asked in first_read(read := get(minister, f"{note}/"))
    assert f">{asked}" not in read, "whoever confirms no facts is led nowhere"
    monkeypatch.setattr(silence, "MOST", 0)
    more = get(minister, f"{note}/")
    assert "1 more of which it says nothing" in first_read(more)
    assert f'href="/incidents/{REF}/law/?part=1"' in more
    monkeypatch.undo()

    confirm(REF, "person_local", "no", **who)
    read = first_read(get(minister, f"{note}/"))
    assert asked not in read
    assert "VCCR 40" in read.partition("though the facts bear it out.")[0], "until it is drafted again"
    assert silent not in first_read(get(minister, f"{drafted(officer)}/"))


def test_a_note_of_the_ministry_is_released_by_people_of_the_ministry_and_approvals_bear_a_name_and_an_hour(
    ready, reader
):
    officer, legal, minister, head = (reader(role) for role in ("officer", "legal", "minister_office", "head_of_post"))
    note = drafted(officer)
    step(officer, note, "submit")
    for one in (legal, minister):
        get(one, f"{note}/")
        step(one, note, "approve")
    page = words_of(get(officer, f"{note}/"))
    assert "takes the next step: Legal adviser, Minister's office." in page
    assert re.search(r"Legal adviser: approved Legal adviser \(no\. \d+\) · \d+ \w+ 20\d\d, \d\d:\d\d \(", page)
    page = get(head, f"{note}/")
    assert 'value="release"' not in page
    assert 'value="send_back"' not in page
    assert "decided on by people of the ministry" in step(head, note, "release", 422)
    step(minister, note, "release")


def test_whoever_is_refused_because_another_released_it_meanwhile_reads_that_it_is_released(ready, reader, monkeypatch):
    officer, legal, minister = (reader(role) for role in ("officer", "legal", "minister_office"))
    note, now_released = drafted(officer), acting_views.release
    step(officer, note, "submit")
    for one in (legal, minister):
        get(one, f"{note}/")
        step(one, note, "approve")

    def second(*told, **by):
        now_released(*told, **{**by, "actor": User.objects.get(role="legal").actor})
        now_released(*told, **by)

    monkeypatch.setattr(acting_views, "release", second)
    page = step(minister, note, "release", 422)
    assert "approved, not released" not in page
    assert f"Note verbale {note_files(incident_state(REF).timeline)[note].number}" in words_of(page)
    assert 'value="release"' not in page


def test_what_changed_is_folded_once_it_was_seen(ready, reader):
    officer, legal = reader("officer"), reader("legal")
    note = drafted(officer)
    get(legal, f"{note}/")
    post(officer, f"{note}/edit/", **fields(get(officer, f"{note}/edit/")) | {"protest-en": "It protests."})
    assert "What changed since you looked last, at version 1" in get(legal, f"{note}/")
    page = get(legal, f"{note}/")
    assert "What changed since you looked last" not in page
    assert "What version 2, which you have seen, changed since version 1" in page
    assert "changed since" not in get(officer, f"{note}/"), "nobody is told what they wrote themselves"


def test_the_form_of_a_delivery_asks_for_no_more_than_it_needs_and_says_at_the_field_what_is_missing(ready, reader):
    officer, legal, minister = (reader(role) for role in ("officer", "legal", "minister_office"))
    note = drafted(officer)
    step(officer, note, "submit")
    for one in (legal, minister):
        get(one, f"{note}/")
        step(one, note, "approve")
    step(minister, note, "release")
    page = words_of(get(officer, f"{note}/deliver/"))
    for name in ("To whom", "Where?", "Stamped copy or receipt"):
        assert f"{name} (optional)" not in page
    assert "you send it yourself, and record here that you did" in page
    said = post(officer, f"{note}/deliver/", 422, way="by_hand", outcome="handed_over")
    assert 'id="id_to_error"' in said
    assert 'id="id_place_error"' in said
    said = post(officer, f"{note}/deliver/", 422, way="email", outcome="received", to="the desk")
    assert 'id="id_proof_error"' in said
    post(officer, f"{note}/deliver/", way="email", outcome="handed_over", to="the desk")


def fields(page: str) -> dict[str, str]:
    """What a form would send as it stands."""
    found = dict(re.findall(r'<input [^>]*name="([^"]+)"[^>]*?(?: value="([^"]*)")', page))
    for tag in re.findall(r"<input [^>]+>", page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name:
            found[name[1]] = value[1] if value else ""
    found |= dict(re.findall(r'<textarea name="([^"]+)"[^>]*>\n?([^<]*)</textarea>', page))
    return {name: unescape(value) for name, value in found.items() if name != "csrfmiddlewaretoken"}


def test_whoever_is_addressed_instead_is_spoken_to_in_every_paragraph(ready, reader):
    officer = reader("officer")
    note = drafted(officer)
    before = content_of(note, 1)
    form = fields(get(officer, f"{note}/edit/")) | {"addressee-en": "Embassy of the United States at Quito"}
    post(officer, f"{note}/edit/", **form | {"why": "in full"})
    both = zip(before.paragraphs, content_of(note, 2).paragraphs, strict=True)
    told = [(one.text["en"], two.text["en"]) for one, two in both]
    spoken = [after for left, after in told if before.addressee["en"] in left]
    assert len(spoken) > 1
    assert all("Embassy of the United States at Quito" in one for one in spoken)


def test_each_organ_writes_in_its_own_forms(ready, reader):
    client = reader("officer")
    assert "does not write in this form" in post(client, "draft/", 422, **{**ASKED, "form": "letter"})


def test_whoever_approves_reads_which_facts_one_person_alone_entered_and_confirmed(ready, reader):
    legal = reader("legal")
    note = drafted(legal)
    said = words_of(get(legal, f"{note}/")).partition("whoever approves is the second")[2].partition("What is next")[0]
    assert "Did they cross the line?" in said
    again = {"actor": {"role": "duty_officer", "id": "user-8"}, "now": NOW}
    confirm(REF, "entered", "no", why="seen on the film", **again)
    said = words_of(get(legal, f"{note}/")).partition("whoever approves is the second")[2]
    assert "Did they cross the line?" not in said.partition("Version 1")[0]


def test_a_statement_goes_to_the_public(ready, reader):
    client = reader("press")
    note = drafted(client, form="statement")
    assert note_files(incident_state(REF).timeline)[note].channel == "to_the_public"


def test_who_may_not_is_refused(ready, reader):
    officer, press, reception = reader("officer"), reader("press"), reader("reception")
    note = drafted(officer)
    assert press.post(f"{HOME}{note}/step/", {"do": "release", "version": 1}).status_code == 403
    assert reception.get(f"{HOME}{note}/").status_code == 403
    assert reception.get(f"{HOME}{note}/note.pdf").status_code == 403
    assert f"{HOME}{note}/" not in get(reception)
    assert officer.get(f"{HOME}{note}/note.exe").status_code == 404


def test_whoever_works_at_another_post_neither_writes_nor_decides_on_it(ready, reader):
    from inviolable.posts.models import HeldRole, Post, User

    for slug, city in (("minneapolis", "Minneapolis"), ("houston", "Houston")):
        state = incident_state(REF).opened
        told = {"name": slug, "city": city, "post_class": state["post"]["class"], "head": "career", "status": "open"}
        Post.objects.create(slug=slug, receiving="US", sending="EC", **told)
    stranger, legal = reader("officer"), reader("legal")
    assert "works at another post" in post(stranger, "draft/", 422, **ASKED)
    note = drafted(legal)
    assert "works at another post" in step(stranger, note, "submit", 422)
    head = reader("head_of_post")
    assert "by people of the ministry" in step(head, note, "release", 422)
    told = {"role": "officer", "person": "p-1", "post_id": "minneapolis", "document": "EXAMPLE order"}
    HeldRole.objects.create(id=uuid4(), rank=1, since=datetime(2026, 1, 1, tzinfo=UTC), **told)
    User.objects.filter(role="officer").update(person="p-1")
    drafted(stranger)


def test_a_draft_is_not_for_everybodys_eyes(ready, reader):
    officer, press = reader("officer"), reader("press")
    note = drafted(officer)
    for page in ("", "note.pdf", "edit/"):
        assert press.get(f"{HOME}{note}/{page}").status_code == 403
    assert reader("auditor").get(f"{HOME}{note}/").status_code == 200
    own = drafted(press, form="statement")
    assert press.get(f"{HOME}{own}/").status_code == 200


def test_a_sign_that_no_font_has_breaks_no_page(ready, reader):
    client = reader("officer")
    note = drafted(client)
    post(client, f"{note}/edit/", **fields(get(client, f"{note}/edit/")) | {"protest-en": "It protests \U0001f600."})
    assert client.get(f"{HOME}{note}/note.pdf").content.startswith(b"%PDF")
    assert "U+1F600" in get(client, f"{note}/")


def test_a_sign_that_no_xml_may_hold_breaks_no_word_file(ready, reader):
    client = reader("officer")
    note = drafted(client)
    post(client, f"{note}/edit/", **fields(get(client, f"{note}/edit/")) | {"protest-en": "It\ufffeprotests."})
    document = docx.Document(BytesIO(client.get(f"{HOME}{note}/note.docx").content))
    assert any("It[U+FFFE]protests." in one.text for one in document.paragraphs)


def test_any_text_is_checked_pasted_or_in_a_file(ready, reader, monkeypatch):
    client = reader("press")
    bad = "On Monday, 27 January 2026, agents entered the embassy and violated Ecuadorian soil."
    said = words_of(post(client, "check/", 200, language="en", date="2026-01-29", words=bad))
    for name in ("day of the week", "kind of post", "foreign soil", "claim"):
        assert name in said
    good = "The Ministry asks that such acts not be repeated."
    assert "Nothing stops it" in post(client, "check/", 200, language="en", words=good)
    monkeypatch.setattr(drafting_views, "MOST_CHECKED", len(good))
    assert "of its own" not in post(client, "check/", 200, language="en", words=good)
    said = words_of(post(client, "check/", 200, language="en", words=f"{good}{bad}"))
    assert f"Only the first {len(good)} characters were checked; {len(bad)} were not" in said
    assert "What was checked holds nothing that would stop it." in said
    assert "Nothing stops it" not in said
    assert "Paste a text" in post(client, "check/", 422, language="en", words="")


@needs_sandbox
def test_a_file_is_read_in_the_sandbox_and_checked(ready, reader):
    client = reader("press")
    file = SimpleUploadedFile("b.txt", b"They violated the soil of Ecuador.", "text/plain")
    answer = client.post(f"{HOME}check/", {"language": "en", "words": "", "file": file})
    assert "foreign soil" in words_of(answer.content.decode())


@needs_sandbox
def test_a_file_of_ours_is_checked_whole_and_what_of_it_is_not_read_is_said(ready, reader):
    client = reader("press")

    def said(name, data):
        file = SimpleUploadedFile(name, data)
        answer = client.post(f"{HOME}check/", {"language": "en", "words": "", "file": file})
        return words_of(answer.content.decode())

    assert "foreign soil" in said("a.docx", word_with("The premises are foreign soil.", "control"))
    footer = "<footer>The premises are for<b>eign</b> soil.</footer>"
    assert "foreign soil" in said("a.html", PAGE.replace("</body>", f"{footer}</body>").encode())
    picture = said("b.docx", with_picture())
    assert "Not read, and not checked: what is in its pictures" in picture
    assert "Nothing stops it" not in picture


@needs_sandbox
def test_word_and_back_is_compared_and_accepted(ready, reader):
    client = reader("officer")
    note = drafted(client)
    fetched = client.get(f"{HOME}{note}/note.docx").content
    same = client.post(f"{HOME}{note}/back/", {"file": SimpleUploadedFile("n.docx", fetched)})
    assert "Nothing of the text was changed" in same.content.decode()
    footed = SimpleUploadedFile("n.docx", word_with("The archives were opened.", "footnotes", fetched))
    page = words_of(client.post(f"{HOME}{note}/back/", {"file": footed}).content.decode())
    assert "footnote: The archives were opened." in page
    assert "Nothing of the text was changed" not in page
    edited = in_word(fetched, "formally and firmly", "firmly")
    page = client.post(f"{HOME}{note}/back/", {"file": SimpleUploadedFile("n.docx", edited)}).content.decode()
    assert "Accept it as another version" in page
    post(client, f"{note}/accept/", box=fields(page)["box"], why="shorter")
    file = note_files(incident_state(REF).timeline)[note]
    assert (file.last.number, file.last.how) == (2, "word")
    assert "forged" not in post(client, f"{note}/accept/", 422, box=fields(page)["box"] + "x", why="")
    assert "no readable Word file" in post(
        client, f"{note}/back/", 422, file=SimpleUploadedFile("n.docx", b"PK nothing")
    )


def in_word(data: bytes, old: str, new: str) -> bytes:
    """The same file after somebody wrote other words into it."""
    import io
    import zipfile

    told = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(told, "w") as after:
        for name in before.namelist():
            part = before.read(name)
            if name == "word/document.xml":
                assert old.encode() in part
                part = part.replace(old.encode(), new.encode())
            after.writestr(name, part)
    return told.getvalue()


def test_an_oral_demarche_is_recorded_and_listed(ready, reader):
    client = reader("officer")
    post(client, "demarche/", by="head of mission", to="the desk", said="We ask for an explanation.")
    assert "We ask for an explanation." in get(client)
    assert post(client, "demarche/", 422, by="", to="", said="")


def test_the_content_that_is_kept_is_the_one_whose_hash_is_on_the_record(ready, reader):
    note = drafted(reader("officer"))
    kept = content_of(note, 1)
    assert note_files(incident_state(REF).timeline)[note].last.content == content.digest(kept)


def test_why_a_draft_was_changed_sent_back_or_dropped_is_read_by_who_may_read_it(ready, reader):
    """That it was, everybody reads who reads the incident; the reasons say in words what stands in it."""
    officer, legal, press = reader("officer"), reader("legal"), reader("press")
    note = drafted(press)
    changed = {"protest-en": "The Government of Ecuador firmly protests against these acts."}
    told = {**fields(get(press, f"{note}/edit/")), **changed, "why": "the minister wants it harder"}
    post(press, f"{note}/edit/", **told)
    step(press, note, "submit")
    get(legal, f"{note}/")
    step(legal, note, "send_back", why="the consul is named")
    step(press, note, "drop", why="they gave in")
    whys = ("the minister wants it harder", "the consul is named", "they gave in")
    entries = [one.seq for one in incident_state(REF).timeline if one.kind in shown.GUARDED]
    assert len(entries) == 3
    incident = HOME.removesuffix("notes/")
    known = {"officer": officer, "press": press}
    for role, reads in [(one, True) for one in (*known, "auditor")] + [("reception", False), ("administrator", False)]:
        client = known.get(role) or reader(role)
        for page in ("", "timeline/?page=99"):
            told = client.get(incident + page).content.decode()
            assert [one in told for one in whys] == [reads] * 3, (role, page)
            assert "Note changed" in told
        for seq, why in zip(entries, whys, strict=True):
            told = client.get(f"{incident}entries/{seq}/").content.decode()
            assert told.count(why) == (2 if reads else 0), (role, "in words, and byte for byte")
            line = client.get(f"{incident}entries/{seq}/entry.json")
            assert line.status_code == (200 if reads else 403)
        assert not any(one in client.get(f"{incident}after/").content.decode() for one in whys)
    assert not found_in(Incident.objects.all(), "harder"), "nor is it found by a word of it"
    stranger = reader("press")
    assert not any(one in stranger.get(f"{incident}timeline/?page=99").content.decode() for one in whys), (
        "who did not write it"
    )
