"""Who can see an incident, that every reading of what is sealed is an entry, and that no list of people goes out."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from tests.web.test_access import every_address

from inviolable.alarm.actions import raise_alarm
from inviolable.alarm.terms import DURESS
from inviolable.cli.serve import fill_with_example
from inviolable.incidents.lookup import find_incident
from inviolable.incidents.models import Incident
from inviolable.ledger import canonical
from inviolable.ledger.actions import SYSTEM
from inviolable.ledger.models import Entry
from inviolable.posts.actions import let_in, make_token
from inviolable.posts.models import Contact, Person, User
from inviolable.posts.roles import Role, Scope, can
from inviolable.web.access import WHO_MAY

pytestmark = pytest.mark.django_db
AGE = b"age-encryption.org/v1"


@pytest.fixture
def example(db, tmp_path, settings) -> Incident:
    """The worked example, with its incident."""
    settings.HOME = tmp_path
    return find_incident(fill_with_example()[1])


def as_role(role: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(role=role))
    return client


def told(role: str, reference: str) -> str:
    page = as_role(role).get(reverse("readership", args=[reference])).content.decode()
    return re.sub(r"(<[^>]+>|\s)+", " ", page)


def exhibit_of(incident: Incident) -> str:
    row = Entry.objects.filter(stream=incident.stream, kind="exhibit.received").order_by("seq")[0]
    return canonical.decode(bytes(row.line))["body"]["exhibit"]


def openings() -> list[dict]:
    return [canonical.decode(bytes(one.line)) for one in Entry.objects.filter(kind="exhibit.opened").order_by("pk")]


def test_the_page_says_who_reads_it_what_opens_it_and_who_was_handed_what(example):
    let_in("example-press", False)
    for name, scope in (("siren-in-quito", Scope.ALARMS_READ), ("map-of-posts", Scope.POSTS_READ)):
        make_token(name, [scope], 30, actor=SYSTEM, now=timezone.now())
    page = told("auditor", example.reference)
    assert "example-legal" in page
    assert "example-press" not in page, "who is switched off reads nothing"
    assert "example-device" not in page
    assert "siren-in-quito" in page
    assert "map-of-posts" not in page, "it is told of no alarm"
    assert "Nobody yet." in page

    fetch = reverse("incidents:fetch-exhibit", args=[example.reference, exhibit_of(example)])
    whole(as_role("legal").post(fetch, {"reason": "the court asked", "what": "file"}))
    page = told("auditor", example.reference)
    assert "the court asked" in page
    assert "Nobody yet." not in page


def test_from_whom_it_is_hidden_is_said(example):
    """An alarm under duress: nobody at the post is shown it."""
    alarm = raise_alarm("minneapolis", "entry", way=DURESS, actor=SYSTEM, now=timezone.now())
    hidden = Incident.objects.get(stream=alarm.stream).reference
    assert "not shown to" not in told("duty_officer", example.reference)
    page = told("duty_officer", hidden)
    assert "not shown to: example-head-of-post" in page
    assert "not shown to: example-duty-officer" not in page


def addresses(incident: Incident) -> Iterator[tuple[str, str]]:
    """Each address with the example's own things in its blanks, so that it answers with what there is."""
    blanks = {"reference": incident.reference, "exhibit": exhibit_of(incident)}
    for name, sample in every_address().items():
        found = []
        for given in (blanks, {"reference": incident.reference}, {"slug": "minneapolis"}):
            with suppress(NoReverseMatch):
                found.append(reverse(name, kwargs=given))
        yield name, found[0] if found else sample


def whole(answer: HttpResponse) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


@pytest.mark.long
def test_what_is_sealed_is_handed_out_with_an_entry_and_never_without(example):
    """Every address, GET and POST: whatever answers with sealed bytes has left an entry of who asked.

    That roles open no more than their rows, test_access.py tries.
    """
    handed = []
    everywhere = [one for one in addresses(example) if one[0] not in ("sign-out", "incidents:erase-exhibit")]
    for role in (Role.LEGAL, Role.HEAD_OF_POST, Role.RECEPTION):
        user, client = User.objects.get(role=role), as_role(role)
        for name, address in everywhere:
            for ask in (client.get, client.post):
                before = len(openings())
                answer = whole(ask(address, {"reason": "the court asked", "what": "file"}))
                if answer.startswith(AGE):
                    handed.append((name, role))
                    assert len(openings()) == before + 1, (name, role)
                    assert openings()[-1]["actor"] == user.actor
                    assert openings()[-1]["body"]["reason"] == "the court asked"
                    assert can(user, "fetch", "exhibit"), (name, role)
    assert handed == [("incidents:fetch-exhibit", role) for role in (Role.LEGAL, Role.HEAD_OF_POST)]


@pytest.mark.long
def test_no_address_hands_out_a_list_of_people(example):
    """Every file that a page or the API hands out: no name and no number of anybody of the staff is in it."""
    for person in Person.objects.all():
        person.name = f"Name of {person.id}"  # The example's own names are roles, which stand in texts.
        person.save()
    people = {one.name for one in Person.objects.all()} | {one.address for one in Contact.objects.all()}
    assert len(people) > 10
    made = timezone.now() - timedelta(minutes=1)
    secret = make_token("reader", [str(one) for one in Scope], 30, actor=SYSTEM, now=made)[1]
    files = set()
    for role in (Role.ADMINISTRATOR, Role.LEGAL, Role.RECEPTION):
        client = as_role(role)
        for name, address in addresses(example):
            headers = {"Authorization": f"Bearer {secret}"} if isinstance(WHO_MAY[name], dict) else {}
            answer = client.get(address, headers=headers)
            if answer.status_code == 200 and not answer.headers["Content-Type"].startswith("text/html"):
                files.add(name)
                body = whole(answer)
                assert not [one for one in people if one.encode() in body], (name, role)
    assert {"incidents:law-json", "posts:api-list", "alarm:api-list"} <= files
