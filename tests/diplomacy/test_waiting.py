"""A note waits for nobody unseen: whose step is next reads it on their first page and in the list, and has a letter."""

import pytest
from django.test import Client
from tests.counsel.conftest import words_of
from tests.diplomacy.conftest import REF
from tests.incidents.conftest import NOW
from tests.questions import questions

from inviolable.counsel import clocks
from inviolable.diplomacy.life import actions
from inviolable.diplomacy.life.series import release
from inviolable.diplomacy.life.waiting import unwanted, waiting
from inviolable.outbox.loop import words_of as letter
from inviolable.outbox.models import Message
from inviolable.posts.actions import add_user
from inviolable.posts.example import load_example_posts
from inviolable.posts.models import Contact, Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(identities):
    """By role: who signs in, each of them one of the staff."""
    load_example_posts(NOW)
    names = {"officer": "minneapolis-deputy", "legal": "quito-legal", "minister_office": "quito-cabinet"}
    found = {role: add_user(role, role, now=NOW, person=person) for role, person in names.items()}
    return found | {"other": add_user("other", "legal", now=NOW, person="quito-legal-2")}


def waits(user, page: str = "/", language: str = "en") -> str:
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    return words_of(client.get(page).content.decode())


def written_to() -> set[str]:
    """Who has a letter that is still to go."""
    letters = list(Message.objects.filter(template="note", state="waiting"))
    gone = unwanted(letters)
    return {one.person for one in letters if one.id not in gone}


def test_each_step_is_asked_of_whoever_takes_it_on_their_page_and_by_a_letter(ready, people):
    note = actions.draft(REF, ready, actor=people["officer"].actor, now=NOW)
    assert written_to() == set()
    assert "A note that you drafted is not submitted yet" in waits(people["officer"])
    assert "you drafted" not in waits(people["legal"])
    actions.submit(REF, note, actor=people["officer"].actor, now=NOW)
    assert "A note waits for your approval since 27 January 2026, 12:00 (UTC−05:00), 17:00 UTC" in waits(
        people["legal"]
    )
    assert "Una nota espera" in waits(people["legal"], language="es")
    assert "A note waits" not in waits(people["minister_office"]), "not yet"
    assert "A note waits" not in waits(people["officer"])
    listed = waits(people["officer"], f"/incidents/{REF}/notes/")
    assert "waits for Legal adviser since 27 January 2026, 11:00 (UTC−06:00), 17:00 UTC" in listed
    assert written_to() == {"quito-legal", "quito-legal-2"}

    actions.look_at(note, 1, actor=people["legal"].actor, now=NOW)
    actions.approve(REF, note, 1, actor=people["legal"].actor, now=NOW)
    assert "A note waits" not in waits(people["legal"]) + waits(people["other"])
    assert "A note waits for your approval" in waits(people["minister_office"])
    assert written_to() == {"quito-cabinet", "quito-cabinet-2"}, "what waits no more is not written about"

    actions.send_back(REF, note, "shorter", actor=people["minister_office"].actor, now=NOW)
    assert "A note that you wrote was sent back" in waits(people["officer"])
    assert written_to() == {"minneapolis-deputy"}


def test_approved_it_waits_for_whoever_may_release_it_and_wrote_none_of_it(ready, people):
    note = actions.draft(REF, ready, actor=people["legal"].actor, now=NOW)
    actions.submit(REF, note, actor=people["legal"].actor, now=NOW)
    actions.look_at(note, 1, actor=people["other"].actor, now=NOW)
    actions.approve(REF, note, 1, actor=people["other"].actor, now=NOW)
    actions.look_at(note, 1, actor=people["minister_office"].actor, now=NOW)
    actions.approve(REF, note, 1, actor=people["minister_office"].actor, now=NOW)
    assert "waits to be released" in waits(people["minister_office"])
    assert "waits to be released" not in waits(people["legal"]), "they wrote it"
    assert written_to() == {"quito-cabinet", "quito-cabinet-2", "quito-legal-2"}
    release(REF, note, actor=people["minister_office"].actor, now=NOW)
    assert written_to() == set()
    assert "released" not in waits(people["minister_office"])
    assert "nobody has delivered it since" in waits(people["officer"], f"/incidents/{REF}/notes/")


def test_a_letter_says_what_is_asked_and_nothing_of_what_happened(ready, people):
    note = actions.draft(REF, ready, actor=people["officer"].actor, now=NOW)
    actions.submit(REF, note, actor=people["officer"].actor, now=NOW)
    message = Message.objects.get(template="note", person="quito-legal")
    assert message.channel == "mail", "nobody's telephone rings for it"
    person = Person.objects.get(id="quito-legal")
    said = letter(message, person, True, NOW)
    assert said.subject == f"EXAMPLE · Una nota espera su aprobación · {REF}"
    assert f"/incidents/{REF}/notes/{note}/" in said.body
    assert "consul" not in f"{said.subject}{said.body}{said.short}".casefold()
    person.language = "en"
    assert "A note waits for your approval: Note verbale" in letter(message, person, False, NOW).body


def test_whom_nothing_reaches_reads_it_on_their_page(ready, people):
    Contact.objects.all().delete()
    note = actions.draft(REF, ready, actor=people["officer"].actor, now=NOW)
    actions.submit(REF, note, actor=people["officer"].actor, now=NOW)
    assert written_to() == set()
    assert "A note waits for your approval" in waits(people["legal"])


def test_law_that_holds_a_note_up_waits_for_whoever_reviews_it(ready, people, home):
    actions.draft(REF, ready, actor=people["officer"].actor, now=NOW)
    assert "waits for your review" not in waits(people["legal"]), "all of it is reviewed"
    signed = (home / "sign-offs.jsonl").read_text("utf-8")
    (home / "sign-offs.jsonl").unlink()
    assert "A note rests on law that waits for your review" in waits(people["legal"])
    assert "Una nota se apoya en derecho que espera su revisión" in waits(people["legal"], language="es")
    assert "waits for your review" not in waits(people["officer"])
    (home / "sign-offs.jsonl").write_text(signed, "utf-8")
    assert "waits for your review" not in waits(people["legal"])


def test_five_notes_ask_the_database_no_more_than_one(ready, people):
    asked = []
    for number in range(1, 6):
        note = actions.draft(REF, ready, actor=people["officer"].actor, now=NOW)
        actions.submit(REF, note, actor=people["officer"].actor, now=NOW)
        if number in (1, 5):
            with clocks.page():
                assert len(list(waiting(people["legal"], NOW))) == number
                asked.append(questions(lambda: list(waiting(people["legal"], NOW))))
    assert asked[0] == asked[1]
