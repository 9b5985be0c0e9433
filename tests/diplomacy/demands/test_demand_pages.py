"""The pages of demands, as people use them: by age, of one incident, a reply, and that it happened again."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.utils.translation import override
from tests.counsel.conftest import words_of
from tests.diplomacy.demands.conftest import COUNSELLOR, NUMBER, OUT, REF, content, deliver, release
from tests.questions import questions

from inviolable.diplomacy.demands import actions, lookup, reminders, replies
from inviolable.diplomacy.demands.actions import open_demands
from inviolable.diplomacy.demands.book import Book, book
from inviolable.diplomacy.demands.models import Assurance, Demand
from inviolable.diplomacy.terms import Paragraph
from inviolable.incidents.actions import open_incident
from inviolable.incidents.desk import at_desk
from inviolable.incidents.exhibiting import exhibit_lines
from inviolable.incidents.lookup import find_incident, incident_state
from inviolable.ledger import exhibits
from inviolable.ledger.exhibits import About
from inviolable.ledger.models import Entry
from inviolable.ledger.moments import Happened
from inviolable.ledger.sandbox import sandbox_works
from inviolable.posts.models import Post
from inviolable.posts.terms import MINISTRY
from inviolable.sources.terms import pasted
from inviolable.web import clock

HOME = f"/incidents/{REF}/"
DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def at(monkeypatch):
    """Moves the clock of the web, the only one there is."""

    def move(days: int) -> None:
        monkeypatch.setattr(clock.timezone, "now", lambda: OUT + days * DAY)

    move(40)
    return move


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return words_of(answer.content.decode())


def done(client: Client, address: str, **given: object) -> str:
    answer = client.post(HOME + address, given)
    assert answer.status_code == 302, words_of(answer.content.decode())
    return answer.headers["Location"]


def refused(client: Client, address: str, **given: object) -> str:
    before = Entry.objects.count()
    answer = client.post(HOME + address, given)
    assert answer.status_code == 422, answer.status_code
    assert Entry.objects.count() == before
    said = answer.content.decode()
    assert 'role="alert"' in said
    return words_of(said)


def of_incident(reference: str = REF) -> Book:
    return book(incident_state(reference).timeline)


def names() -> list[str]:
    return list(of_incident().demands)


def test_an_incident_without_a_note_says_how_a_demand_opens(open_at, reader, at):
    open_at("minneapolis", REF)
    assert "A demand opens when a note that makes it is released" in page(reader("auditor"), f"{HOME}demands/")
    assert "No demand is open" in page(reader("auditor"), "/demands/")
    assert "It may have happened before" not in page(reader("auditor"), HOME)


ENGLISH = (
    "Guarantees of non-repetition 40 days",
    "released on 27 January 2026, not delivered",
    "Legal adviser, then Minister's office",
    "Next reminder on 27 April 2026",
    "after 30 days",
)
SPANISH = (
    "Garantías de no repetición 40 días",
    "emitida el 27 de enero de 2026, sin entregar",
    "Próximo recordatorio el 27 de abril de 2026",
    "a los 30 días",
)


@pytest.mark.parametrize(("language", "said"), [("en", ENGLISH), ("es", SPANISH)])
def test_each_demand_says_how_old_it_is_and_who_was_told(incident, reader, at, language, said):
    reminders.remind(OUT + 31 * DAY)
    told = page(reader("legal", language), f"{HOME}demands/")
    for words in said:
        assert words in told, words
    assert NUMBER in told


@pytest.mark.parametrize(("language", "said"), [("en", "Follow up: Guarantees of non-repetition"),
                                                ("es", "Dar seguimiento: Garantías de no repetición")])  # fmt: skip
def test_what_the_other_state_is_to_do_is_for_us_to_follow_up(incident, reader, at, language, said):
    told = page(reader("legal", language), HOME)
    assert f"{said} (" in told
    assert "Solicita que actos" not in told.partition("To be done" if language == "en" else "Por hacer")[2][:1500]


def test_all_demands_stand_by_age_with_the_oldest_first(incident, open_at, reader, at):
    told = reader("minister_office").get("/demands/").content.decode()
    assert told.count('<tr role="row">') == 4
    assert "Demands" in told
    assert NUMBER in told
    assert f"{HOME}demands/#demand-{names()[0]}" in told
    deliver(REF, "note-1", OUT + DAY)
    assert "delivered on 28 January 2026" in page(reader("minister_office"), "/demands/")


def test_a_demand_is_met_with_proof_and_closed_by_legal(incident, identities, reader, at):
    deliver(REF, "note-1", OUT)
    counsellor, lawyer = reader("duty_officer"), reader("legal")
    done(counsellor, "replies/add/", **reply_given())
    [reply] = of_incident().replies
    name = names()[0]
    said = refused(counsellor, "demands/met/", demand=name, proof="", why="they wrote")
    assert "What proves it?" in said
    done(counsellor, f"replies/{reply}/link/", sentence=2, demand=name, says="meets")
    assert "Sentence 2 of the reply of the embassy" in page(counsellor, f"{HOME}demands/met/?demand={name}")
    done(counsellor, "demands/met/", demand=name, proof=f"reply/{reply}/2", why="it explains")
    assert counsellor.post(f"{HOME}demands/decide/", {"demand": name}).status_code == 403
    assert "somebody says that this demand is met" in page(lawyer, "/")
    refused(lawyer, "demands/decide/", demand=name, decision="agree", why="")
    done(lawyer, "demands/decide/", demand=name, decision="agree", why="it does")
    told = page(lawyer, f"{HOME}demands/")
    assert "Explanation met after 40 days" in told
    assert "sentence 2 of the reply of the embassy" in told
    assert "1 was met, with proof" in page(lawyer, "/demands/")
    assert "somebody says that this demand is met" not in page(lawyer, "/")


def reply_given(**changed: object) -> dict[str, object]:
    told = {"note": "note-1", "sender": "the embassy", "number": "2026-17", "came": "2026-02-16T10:00", "zone": "UTC"}
    words = "The facts are under review. It was a mistake. The Government assures that it will not happen again."
    return {**told, "words": words, **changed}


def test_legal_may_say_no_and_somebody_else_may_be_given_it(incident, identities, reader, at):
    lawyer, name = reader("legal"), names()[0]
    actions.own(REF, name, "press", "legal", "", actor=COUNSELLOR, now=OUT)
    assert 'value="press" selected' in lawyer.get(f"{HOME}demands/own/?demand={name}").content.decode()
    done(lawyer, "demands/own/", demand=name, to="duty_officer", superior="minister_office", why="rotation")
    assert of_incident().demands[name].to == "duty_officer"
    assert "what proves" not in refused(lawyer, "demands/decide/", demand=name, decision="keep", why="no proof")
    refused(lawyer, "demands/own/", demand="nothing", to="legal", superior="legal", why="")


# ---- replies -----------------------------------------------------------------------------------


def test_a_reply_is_read_sentence_by_sentence_and_a_person_marks_the_assurance(incident, identities, reader, at):
    client = reader("head_of_post", "es")
    place = done(client, "replies/add/", **reply_given())
    told = page(client, place)
    for words in ("Respuesta de the embassy, 2026-17", "It was a mistake.", "Decir qué hace"):
        assert words in told
    link = place.removeprefix(HOME) + "link/"
    assert done(client, link, sentence=3, assurance="yes").endswith("#sentence-3")
    done(client, link, sentence=1, demand=names()[1], says="evades")
    assert "Instrucciones a los organismos: la elude" in page(client, place)
    assert "already" in refused(client, link, sentence=3, assurance="yes")
    for wrong in ({"sentence": 9, "demand": names()[0], "says": "meets"}, {"sentence": 1, "demand": "x", "says": "no"}):
        refused(client, link, **wrong)
    told = page(client, f"{HOME}demands/")
    assert "“The Government assures that it will not happen again.”" in told
    assert "1 seguridad" in told


def test_an_assurance_is_taken_back_by_another_entry(incident, identities, reader, at):
    at(30)
    client = reader("duty_officer")
    place = done(client, "replies/add/", **reply_given())
    reply = place.removeprefix(HOME)
    before = Entry.objects.count()
    for value, marked in (("yes", 1), ("no", 0), ("yes", 1)):
        assert client.post(f"{place}link/", {"sentence": 2, "assurance": value}).status_code == 302, reply
        assert len(of_incident().assurances) == marked
        assert Assurance.objects.count() == marked
    assert Entry.objects.count() == before + 3, "it adds, and deletes nothing"
    assert "Not an assurance after all" in page(client, f"{HOME}timeline/")


def test_a_reply_keeps_the_clock_of_the_place_where_it_came(incident, identities, reader, at):
    at(30)
    client = reader("duty_officer")
    done(client, "replies/add/", **reply_given(came="2026-02-15T21:27", zone="America/Guayaquil"))
    told = page(client, f"{HOME}demands/").replace("\N{NO-BREAK SPACE}", " ")
    assert "15 February 2026, 21:27 (UTC−05:00), 16 February 2026, 02:27 UTC" in told


def test_a_demand_is_read_in_the_readers_language_where_the_note_has_it(incident, reader, at):
    at(1)
    both = {"es": "Solicita una explicación.", "en": "It requests an explanation."}
    made = replace(content("explanation"), paragraphs=(Paragraph("one", "demands", both, "explanation"),))
    with transaction.atomic():
        open_demands(at_desk(REF, COUNSELLOR, OUT), "note-1", made, {"one": both["es"]})
    for language, says in both.items():
        answer = reader().get(f"{HOME}demands/", headers={"accept-language": language})
        told = words_of(answer.content.decode())
        assert says in told
        assert not any(other in told for other in both.values() if other != says), "one language a line"
        with override(language):
            assert Demand.objects.get(what=both["es"]).said == says


def test_a_reply_is_not_older_than_the_delivery_and_the_ministrys_clock_is_near(incident, identities, reader, at):
    deliver(REF, "note-1", OUT + 10 * DAY)
    Post.objects.filter(slug=MINISTRY).update(time_zone="America/Guayaquil")
    client = reader("duty_officer")
    given = reply_given(came=f"{OUT + 9 * DAY:%Y-%m-%dT%H:%M}", zone="UTC")
    assert "That is before the note was delivered" in refused(client, "replies/add/", **given)
    clocks = client.get(f"{HOME}replies/add/").content.decode().split('name="zone"')[1]
    assert "America/Guayaquil" in "".join(clocks.split('value="')[1:4])
    assert 'value="America/Guayaquil" selected' in clocks, "it came to the ministry"
    done(client, "replies/add/", **given | {"came": f"{OUT + 11 * DAY:%Y-%m-%dT%H:%M}"})


def test_a_reply_that_is_wrong_is_not_taken(incident, identities, reader, at):
    client = reader("duty_officer")
    for wrong, said in (
        ({"note": "note-9"}, "To which note?"),
        ({"sender": ""}, "From whom?"),
        ({"came": "2026-12-01T10:00"}, "That has not come yet."),
        ({"came": "2026-01-26T10:00"}, "before the note went out"),
        ({"came": "yesterday"}, "When did it come?"),
        ({"words": ""}, "Choose a file, or give its text."),
    ):
        assert said in refused(client, "replies/add/", **reply_given(**wrong))
    assert reader("press").post(f"{HOME}replies/add/", reply_given()).status_code == 403
    nothing = "/replies/00000000-0000-0000-0000-000000000000/"
    assert client.get(HOME.rstrip("/") + nothing).status_code == 404


@pytest.mark.skipif(not sandbox_works(), reason="no sandbox works here: apt-get install bubblewrap")
def test_a_paper_is_sealed_and_read_in_the_sandbox(incident, identities, reader, at):
    client = reader("duty_officer")
    paper = SimpleUploadedFile("reply.txt", b"The facts are under review. It was a mistake.", "text/plain")
    place = done(client, "replies/add/", **reply_given(words="", file=paper))
    assert "It was a mistake." in page(client, place)
    [reply] = of_incident().replies.values()
    assert reply.exhibit in incident_state(REF).exhibits


# ---- it happened again -------------------------------------------------------------------------


@pytest.fixture
def second(incident, identities, open_at):
    deliver(REF, "note-1", OUT)
    came = OUT + 20 * DAY
    text = pasted("The facts are under review. The Government assures that instructions were given.")
    reply = replies.take_reply(REF, "note-1", "the embassy", came, text, actor=COUNSELLOR, now=came)
    replies.mark_assurance(REF, reply, 2, actor=COUNSELLOR, now=came)
    return open_at("chicago", "chicago", OUT + 45 * DAY)


def test_the_page_of_a_new_incident_says_that_it_happened_before(second, reader, at):
    at(46)
    client = reader("duty_officer")
    told = page(client, "/incidents/chicago/")
    assert "It may have happened before" in told
    assert "Confirmed, it would be repetition 1." in told
    assert "Guarantees of non-repetition" in told
    assert "since 27 January 2026, 45 days before" in told
    assert "The Government assures that instructions were given." in told
    assert "Say what it repeats" in told
    assert "Say what it repeats" not in page(reader("press"), "/incidents/chicago/")


def test_what_waits_to_be_confirmed_is_something_to_do(second, reader, at):
    at(46)
    asked = "A person is to say whether it repeats what was demanded or promised before"
    client = reader("duty_officer")
    told = page(client, "/incidents/chicago/")
    assert asked in told
    assert "Nothing is left to be done." not in told
    chosen = re.findall(r'name="chosen" value="([^"]+)"', client.get("/incidents/chicago/demands/").content.decode())
    client.post("/incidents/chicago/demands/again/", {"chosen": chosen})
    assert asked not in page(client, "/incidents/chicago/")


def test_an_earlier_incident_in_the_same_state_is_seen_though_no_note_was_delivered(incident, open_at, reader, at):
    at(1)
    open_at("chicago", "chicago", OUT - timedelta(hours=1))
    told = page(reader("duty_officer"), "/incidents/chicago/")
    assert "It may have happened before" not in told, "nobody over there had been told"
    assert "same State, same rule: Attempted entry, minneapolis 27 January 2026, 11:00 (UTC−06:00)" in told
    assert "VCCR 31(2)" in told.split("same State, same rule:")[1]
    open_at("miami", "drill", OUT, status="exercise")
    assert "Earlier in the same State" not in page(reader("duty_officer"), "/incidents/drill/"), "no drill repeats it"
    assert "Earlier in the same State" not in page(reader("duty_officer"), HOME), "that one came later"


def test_a_person_confirms_it_and_both_incidents_count_it(second, reader, at):
    at(46)
    client = reader("duty_officer")
    asked = client.get("/incidents/chicago/demands/").content.decode()
    chosen = re.findall(r'name="chosen" value="([^"]+)"', asked)
    assert len(chosen) == 4
    assert "(minneapolis, since 27 January 2026)" in asked
    assert "Confirm that it happened again" not in page(reader("press"), "/incidents/chicago/demands/")
    answer = client.post("/incidents/chicago/demands/again/", {"chosen": chosen})
    assert answer.status_code == 302
    assert "It happened again: repetition 1" in page(client, "/incidents/chicago/")
    assert "It happened again 1 time:" in page(client, f"{HOME}demands/")
    for wrong in (chosen, [], ["nothing"]):
        assert client.post("/incidents/chicago/demands/again/", {"chosen": wrong}).status_code == 422


def test_whoever_is_not_shown_an_incident_is_not_told_that_it_was_repeated(second, reader, at, monkeypatch):
    """As of an alarm under duress."""
    at(46)
    names = [one.id for one in lookup.repeats(incident_state("chicago"))]
    actions.match("chicago", names, actor=COUNSELLOR, now=OUT + 46 * DAY)
    monkeypatch.setattr("inviolable.incidents.lookup._HIDING", [lambda user: {second.stream}])
    assert "It happened again 1 time" not in page(reader("press"), f"{HOME}demands/")
    monkeypatch.setattr("inviolable.incidents.lookup._HIDING", [lambda user: {find_incident(REF).stream}])
    assert "happened" not in page(reader("press"), "/incidents/chicago/").replace("Happened", "").split("Latest")[0]
    assert "No demand is open" in page(reader("press"), "/demands/")


def test_firmer_wording_is_offered_in_both_languages_and_nothing_takes_it(second, reader, at):
    at(46)
    before = Entry.objects.count()
    told = unescape(reader("legal").get("/incidents/chicago/demands/").content.decode())
    assert (
        f"Attention is drawn to note {NUMBER}, which the competent authorities have had since 27 January 2026" in told
    )
    assert f"Se señala a la atención la nota {NUMBER}, que obra en poder" in told
    assert "“The Government assures that instructions were given.”" in told
    assert "[[" not in told
    assert Entry.objects.count() == before


def test_the_ladder_and_the_forums_say_what_may_come_next(second, reader, at):
    at(46)
    lawyer = reader("legal")
    told = page(lawyer, f"{HOME}demands/")
    assert "Why it may be time: no answer for 46 days" in told
    assert "signed note to be thought of next" in told
    assert "Reference is made to note" in told
    assert "withdrew by letter of 7 March 2005" in told, (
        "the Protocol binds the United States no more, so no clock runs"
    )
    done(lawyer, "demands/rung/", rung="summons", why="the chargé was summoned", note="note-1", at="", zone="UTC")
    assert "public statement to be thought of next" in page(lawyer, f"{HOME}demands/")
    refused(lawyer, "demands/rung/", rung="war", why="", note="", at="", zone="UTC")
    done(lawyer, "demands/dispute/", note="note-1", why="it says so in point 7", at="", zone="UTC")
    assert "A dispute was notified on 14 March 2026" in page(lawyer, f"{HOME}demands/")


def test_two_months_run_where_both_states_are_bound_by_the_protocol(identities, reader, at):
    """Mexico and Spain are; VCCR-OP II and III."""
    open_incident(
        "madrid",
        "Attempted entry",
        post={"class": "consulate", "head": "career", "status": "open"},
        occurred="2026-01-27T11:00+01:00",
        sending="MX",
        receiving="ES",
        actor=COUNSELLOR,
        now=OUT,
    )
    with transaction.atomic():
        release(at_desk("madrid", COUNSELLOR, OUT), "note-1", NUMBER, "explanation")
    deliver("madrid", "note-1", OUT)
    lawyer = reader("legal")
    assert "Two months begin when one State tells the other" in page(lawyer, "/incidents/madrid/demands/")
    actions.notify_dispute("madrid", "note-1", "point 7", actor=COUNSELLOR, now=OUT, happened=Happened.at(OUT))
    told = page(lawyer, "/incidents/madrid/demands/")
    assert "Until 27 March 2026 both States may agree on arbitration or conciliation" in told
    at(60)
    told = page(reader("legal"), "/incidents/madrid/demands/")
    assert "The two months ended on 27 March 2026: either State may apply to the Court." in told


def test_thirty_demands_and_exhibits_ask_the_database_no_more_than_one(incident, identities, reader, tmp_path):
    client, asked = reader("auditor"), []
    paper = tmp_path / "paper.txt"
    for number in range(1, 31):
        with transaction.atomic():
            release(at_desk(REF, COUNSELLOR, OUT), f"more-{number}", f"{NUMBER}{number}", "explanation")
        paper.write_text(f"paper {number}")
        exhibits.receive_file(paper, incident.stream, About("C"), actor=COUNSELLOR, now=OUT)
        if number in (1, 30):
            pages = [questions(client.get, one) for one in ("/demands/", f"{HOME}demands/")]
            asked.append([questions(exhibit_lines, incident_state(REF)), *pages])
    assert asked[0] == asked[1]
