"""Asking grants nothing and calls nobody; whoever floods it fills neither a telephone nor the record."""

import json
import re

import pytest
from tests.card.conftest import ASKED, POST, last
from tests.card.test_card import words_of

from inviolable.card import actions
from inviolable.card.models import Asked
from inviolable.ledger.models import Entry
from inviolable.outbox.models import Message
from inviolable.posts.consent import Holding
from inviolable.posts.models import HeldRole, Post

pytestmark = pytest.mark.django_db
DESK = f"/posts/{POST}/card/"


def reference_in(answer) -> str:
    return re.search(r"Q-[2-9A-Z]{4}-[2-9A-Z]{4}", answer.content.decode())[0]


def test_a_request_gives_a_reference_and_no_permission(door):
    answer = door.asks()
    assert answer.status_code == 201
    asked = Asked.objects.get()
    assert reference_in(answer) == asked.reference
    said = words_of(answer)
    assert "This is not permission. Nobody may come in until we have called you back" in said
    assert last("card.asked") == {
        "request": asked.reference, "post": POST, "what": "enter", "words": asked.digest,
    }  # fmt: skip
    assert not Message.objects.exists(), "nobody is called"


def test_what_a_stranger_wrote_is_in_the_database_only_encrypted_and_in_no_entry(door):
    door.asks(agency="Zanzibar Rangers", text="Juana Perez is in there")
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT words FROM card_asked")
        kept = str(cursor.fetchall())
    lines = b"".join(bytes(line) for line in Entry.objects.values_list("line", flat=True)).decode()
    for word in ("Zanzibar", "Juana", "555 0199"):
        assert word not in kept
        assert word not in lines


@pytest.mark.parametrize(
    ("told", "marked"),
    [
        ({"agency": ""}, "agency"),
        ({"agency": "x" * 101}, "agency"),
        ({"what": "arrest"}, "what"),
        ({"number": "call me"}, "number"),
        ({"text": "x" * 501}, "text"),
    ],
)
def test_what_is_wrong_is_marked_and_nothing_is_typed_again(door, told, marked):
    answer = door.asks(**told)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert f'id="id_{marked}_error"' in page
    assert 'aria-invalid="true"' in page
    assert not Asked.objects.exists()
    assert ASKED["text"] in page or "text" in told


def test_a_line_cannot_turn_itself_around(door):
    door.asks(agency="police\u202e\t\n gov")
    assert Asked.objects.get().said[0]["agency"] == "police gov"


def test_requests_of_one_agency_within_ten_minutes_are_one(door):
    first = reference_in(door.asks())
    assert reference_in(door.asks(agency="  CITY  police ", number="+1 612 555 0177")) == first
    assert reference_in(door.asks(agency="Sheriff")) != first
    asked = Asked.objects.get(reference=first)
    assert (asked.times, [one["number"] for one in asked.said]) == (2, ["+1 612 555 0199", "+1 612 555 0177"])
    door.clock.forward(minutes=10)
    assert reference_in(door.asks()) != first


def test_a_thousand_requests_page_nobody_and_do_not_fill_the_record(door):
    """The same agency a thousand times, then a thousand agencies."""
    before = Entry.objects.count()
    post = Post.objects.get(slug=POST)
    for number in range(1_000):
        actions.ask(post, ASKED | {"text": str(number)}, now=door.clock.now)
    assert Entry.objects.count() == before + 1
    assert (Asked.objects.get().times, len(Asked.objects.get().said)) == (1_000, actions.KEPT)
    refused = 0
    for number in range(1_000):
        try:
            actions.ask(post, ASKED | {"agency": f"agency {number}"}, now=door.clock.now)
        except actions.TooMany:
            refused += 1
    assert refused == 1_000 - (actions.MOST_AT_POST - 1)
    assert Entry.objects.count() == before + actions.MOST_AT_POST
    assert not Message.objects.exists()
    door.send()


def test_too_many_is_said_in_plain_words_with_the_number_and_passes(door, monkeypatch):
    monkeypatch.setattr(actions, "MOST_AT_POST", 1)
    door.asks()
    answer = door.asks(agency="Sheriff")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "600")
    assert "Your request was not taken" in words_of(answer)
    assert "Please call this number instead: +1 612 555 0100" in words_of(answer)
    assert door.asks("chicago").status_code == 201, "another post is asked all the same"
    door.clock.forward(minutes=10)
    assert door.asks(agency="Sheriff").status_code == 201


def test_all_posts_together_have_a_limit_too(door, monkeypatch):
    monkeypatch.setattr(actions, "MOST", 2)
    assert [door.asks(post).status_code for post in (POST, "chicago", "miami")] == [201, 201, 429]


def test_verified_through_a_number_that_we_hold_the_roster_is_told(door, phones):
    """Scenario 33: it rings the roster; names, numbers and words of the stranger stay on the page."""
    reference = reference_in(door.asks())
    officer = door.signed_in("officer", "minneapolis-deputy")
    assert "City police" in words_of(officer.get(DESK))
    told = {"request": reference, "verify": "yes", "through": "Switchboard of the police, our directory"}
    assert officer.post(f"{DESK}decide/", told).status_code == 302
    body = last("card.verified")
    assert (body["request"], body["times"], body["through"]) == (reference, 1, told["through"])
    assert body["words"] == Asked.objects.get().digest
    door.send()
    got = phones.everybody()
    assert {"minneapolis-head", "quito-duty-1"} <= set(got)
    text = "".join(f"{one.subject} {one.body} {one.short}" for *_, one in phones.got)
    assert reference in text
    assert "Con esto nadie ha consentido" in text
    assert DESK in text
    for word in ("City police", "555 0199", "warrant"):
        assert word not in text
    assert officer.post(f"{DESK}decide/", told).status_code == 422, "decided once"


def test_a_number_without_where_we_have_it_from_verifies_nobody(door):
    reference = reference_in(door.asks())
    head = door.signed_in("head_of_post", "minneapolis-head")
    for through in ("", "  ", "+1 (612) 555-0199"):
        told = {"request": reference, "verify": "yes", "through": through}
        assert head.post(f"{DESK}decide/", told).status_code == 422
    assert not Message.objects.exists()


def test_a_refused_request_tells_nobody(door):
    reference = reference_in(door.asks())
    duty = door.signed_in("duty_officer")
    assert duty.post(f"{DESK}decide/", {"request": reference, "refuse": "yes"}).status_code == 422
    assert duty.post(f"{DESK}decide/", {"request": reference, "refuse": "yes", "why": "a joke"}).status_code == 302
    assert last("card.refused")["why"] == "a joke"
    assert not Message.objects.exists()
    assert "Nothing waits for you" in words_of(duty.get(DESK))


def test_officers_decide_what_is_asked_at_their_own_post(door):
    reference = reference_in(door.asks())
    told = {"request": reference, "refuse": "yes", "why": "a grudge"}
    assert door.signed_in("officer", "chicago-head").post(f"{DESK}decide/", told).status_code == 422
    assert door.signed_in("officer", "chicago-head-2").post("/posts/chicago/card/decide/", told).status_code == 404
    assert Asked.objects.get().state == "open"


def test_fire_and_ambulance_are_told_to_the_roster_at_once_and_once(door, phones):
    """Scenario 12: the crew comes; whoever may consent hears of it in the same moment. No form is waited for."""
    answer = door.comes("ambulance")
    said = words_of(answer)
    assert "Those who may consent and the officer on duty are told" in said
    assert "Do not wait for this page: ring at the door and call." in said
    assert "This page by itself lets nobody in." in said
    for _ in range(20):
        assert "are told" in words_of(door.comes("fire"))
    door.send()
    assert {"minneapolis-head", "quito-duty-1"} <= set(phones.everybody())
    assert phones.rang("quito-duty-1") == [0], "once, not twenty times"
    assert any("Ambulancia" in text.subject for *_, text in phones.got)
    assert last("card.emergency_announced") == {"post": POST, "service": "ambulance"}
    door.clock.forward(minutes=10)
    door.comes("fire")
    assert last("card.emergency_announced")["others"] == 20
    door.send()
    assert phones.rang("quito-duty-1") == [0, 600]


def test_where_nobody_can_be_told_the_page_says_to_call(door):
    HeldRole.objects.all().delete()
    said = words_of(door.comes())
    assert "Nobody could be told from here: please call" in said
    assert "+1 612 555 0100" in said
    assert door.comes("police").status_code == 422, "nobody else comes by this lane"


def test_nothing_that_a_stranger_does_makes_anybody_consent(door):
    """No entry of this room gives a role, an answer or a consent."""
    before = {held.pk for held in HeldRole.objects.all()}
    door.opens()
    door.asks()
    door.comes()
    kinds = set(door.kinds()) - {"post.described", "role.given"}
    assert kinds == {"card.visited", "card.asked", "card.emergency_announced", "message.queued"}
    assert {held.pk for held in HeldRole.objects.all()} == before
    assert all(isinstance(held.as_holding(), Holding) for held in HeldRole.objects.all())


def test_the_digest_binds_the_words(door):
    door.asks()
    asked = Asked.objects.get()
    before = asked.digest
    words = json.loads(asked.words)
    words["said"][0]["what"] = "speak"
    asked.words = json.dumps(words)
    assert asked.digest != before
