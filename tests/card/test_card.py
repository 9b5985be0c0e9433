"""What a lieutenant reads at the door within fifteen seconds, and that nothing else can be read there (scenario 33)."""

import re
from html import unescape

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.card.conftest import ASKED, POST, last
from tests.outbox.conftest import NOW

from inviolable.alarm.actions import raise_alarm
from inviolable.card import actions
from inviolable.card.standing import CLAIMS, Standing, standing_of
from inviolable.ledger.actions import SYSTEM
from inviolable.posts.actions import describe_post
from inviolable.posts.models import Person, Post

pytestmark = pytest.mark.django_db
#: What the page may look at: the post, whether this is an example, its own counts, the record it writes into.
TABLES = {"posts_post", "posts_installation", "card_counted"}


def words_of(answer) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


def described(post: str, **more: str) -> None:
    old = Post.objects.get(slug=post)
    plain = ("name", "head", "status", "city", "telephone", "sending", "receiving", "host_language", "time_zone")
    told = {name: getattr(old, name) for name in plain} | {"class": old.post_class, "mission": old.mission} | more
    describe_post(post, told, actor=SYSTEM, now=NOW)


def test_scenario_33_fifteen_seconds_for_the_lieutenant(door):
    """He scans the code: what the place is, who may consent, the number, how to ask; nobody asks who he is."""
    answer = door.opens()
    assert answer.status_code == 200
    said = words_of(answer)
    for words in (
        "EXAMPLE Consulate of Ecuador, Minneapolis",
        "This is a consular post.",
        "without consent",
        "VCCR 31(2)",
        "Vienna Convention on Consular Relations",
        "the head of post",
        "the ambassador, or who acts as head of the mission",
        "+1 612 555 0100",
        "+1 202 555 0100",
        "It is not permission",
    ):
        assert words in said, words
    assert 'href="tel:+16125550100"' in answer.content.decode()
    assert "foreign soil" not in said.lower()
    assert "not yet reviewed" not in said.lower()


def test_it_weighs_less_than_30_kb_with_everything_that_it_loads(door):
    page = door.opens().content
    parts = re.findall(r'(?:src|href)="(/static/[^"]+)"', page.decode())
    client = door.stranger()
    loaded = [b"".join(client.get(part)) for part in parts]
    assert len(parts) == 2
    assert all(loaded)
    assert b"<script" not in page
    assert b"style=" not in page
    assert len(page) + sum(map(len, loaded)) < 30_000


def test_it_is_in_the_host_language_first_and_in_the_others_by_a_link(door):
    described(POST, host_language="es")
    assert b'<html lang="es">' in door.opens().content
    assert "Esta es una oficina consular" in words_of(door.opens())
    assert b'<html lang="en">' in door.opens(lang="en").content
    described(POST, host_language="de")
    assert b'<html lang="en">' in door.opens().content, "until somebody has written it in German"
    assert b'<html lang="en">' in door.opens(lang="x").content
    browser = door.stranger().get(f"/card/{POST}/", headers={"accept-language": "es"})
    assert b'<html lang="en">' in browser.content, "the door's language, not that of somebody's telephone"


def test_hostile_12_an_honorary_consul_claims_no_more_than_is_so(door):
    described(POST, head="honorary")
    said = words_of(door.opens())
    assert "VCCR 61" in said
    assert "archives" in said
    assert "does not make its rooms inviolable" in said
    assert "31(2)" not in said


@pytest.mark.parametrize(
    ("post_class", "head", "status", "standing", "cite"),
    [
        ("consulate", "career", "open", Standing.CAREER, "VCCR 31(2)"),
        ("vice-consulate", "career_local", "open", Standing.CAREER, "VCCR 31(2)"),
        ("embassy", "career", "open", Standing.MISSION, "VCDR 22(1)"),
        ("consular-section", "career", "open", Standing.MISSION, "VCDR 22(1)"),
        ("honorary-consulate", "", "open", Standing.HONORARY, "VCCR 61"),
        ("consulate", "honorary", "ended", Standing.HONORARY, "VCCR 61"),
        ("consulate", "career", "ended", Standing.ENDED, "VCCR 27(1)(a)"),
        ("embassy", "career", "ended", Standing.MISSION_ENDED, "VCDR 45(a)"),
        ("consulate", "career", "unaccepted", Standing.UNACCEPTED, "VCCR 4(1)"),
        ("consulate", "honorary", "unaccepted", Standing.UNACCEPTED, "VCCR 4(1)"),
    ],
)
def test_the_article_is_that_of_the_place(post_class, head, status, standing, cite):
    assert standing_of(post_class, head, status) == standing
    assert cite in CLAIMS[standing].cites


def test_fire_is_spoken_of_only_where_the_article_speaks_of_it():
    speaking = {standing for standing, claim in CLAIMS.items() if "fire" in str(claim.line)}
    assert speaking == {Standing.CAREER}


def test_nobody_is_named_and_nothing_of_people_is_even_read(door):
    """Finding 12: it cannot tell who is inside, since it does not look."""
    door.opens()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = door.opens()
    read = {table for query in queries for table in re.findall(r'(?:FROM|JOIN|INTO|UPDATE) "(\w+)"', query["sql"])}
    assert read <= TABLES, read
    said = words_of(answer)
    for person in Person.objects.all():
        assert person.name not in said
        assert person.id not in said


def test_an_alarm_and_an_incident_change_nothing_on_it(door):
    before = words_of(door.opens())
    raise_alarm(POST, "entry", way="page", actor=SYSTEM, now=door.clock.now)
    assert words_of(door.opens()) == before


def test_the_ministry_and_what_is_not_there_have_no_card(door):
    assert door.opens("ministry").status_code == 404
    assert door.opens("atlantis").status_code == 404
    assert door.stranger().post("/card/atlantis/ask", ASKED).status_code == 404
    assert door.stranger().get(f"/card/{POST}/ask").status_code == 405


def test_the_example_says_so_on_the_page(door, monkeypatch):
    from inviolable.web import context

    monkeypatch.setattr(context, "is_example", lambda: True)
    assert "This is no real post" in words_of(door.opens())


def test_each_visit_is_recorded_or_counted_and_nothing_of_whoever_came(door):
    """The first of a quarter of an hour is an entry at once; how many others there were is in the next."""
    before = len(door.kinds())
    for _ in range(50):
        door.opens()
    assert door.kinds()[before:] == ["card.visited"]
    assert last("card.visited") == {"post": POST}
    door.clock.forward(minutes=15)
    door.opens()
    assert last("card.visited") == {"post": POST, "others": 49, "others_since": "2026-01-27T17:00:00.000Z"}
    door.stranger().head("/card/chicago/")
    assert "card.visited" not in door.kinds("chicago")
    door.opens("chicago")
    assert last("card.visited") == {"post": "chicago"}


def test_it_is_shown_also_where_nothing_can_be_recorded(door, monkeypatch):
    def full(*_, **__):
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(actions, "visit", full)
    monkeypatch.setattr(actions, "announce", full)
    assert door.opens().status_code == 200
    said = words_of(door.comes())
    assert "Nobody could be told from here: please call" in said
    assert "+1 612 555 0100" in said


def test_forms_need_no_session_and_come_from_the_page_alone(door):
    """A page elsewhere cannot have a thousand browsers send them."""
    client = Client(enforce_csrf_checks=True, HTTP_HOST="localhost")
    assert client.post(f"/card/{POST}/ask", ASKED).status_code == 403
    page = client.get(f"/card/{POST}/").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    assert client.post(f"/card/{POST}/ask", ASKED | {"csrfmiddlewaretoken": token}).status_code == 201
    assert "sessionid" not in client.cookies
