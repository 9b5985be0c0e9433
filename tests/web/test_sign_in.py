"""Coming in: by a link made at the machine, or by name and password. There is no third way and no default."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user
from django.test import Client
from django.utils import timezone

from inviolable.posts.actions import add_user
from inviolable.posts.models import User
from inviolable.web.links import LIFETIME, find_link, make_link, use_link
from inviolable.web.models import SignInLink

pytestmark = pytest.mark.django_db
HERE = {"host": "localhost:8000"}


@pytest.fixture
def ana() -> User:
    return add_user("Ana", "legal", now=timezone.now(), password="correct horse battery")


@pytest.fixture
def link(ana) -> str:
    return f"/sign-in/link/{make_link(ana, now=timezone.now())}/"


def signed_in(client: Client) -> str:
    return get_user(client).get_username()


def test_a_link_asks_first_and_signs_in_once(client, link):
    asked = client.get(link, headers=HERE)
    assert b"Ana" in asked.content
    assert signed_in(client) == ""
    assert client.post(link, headers=HERE).headers["Location"] == "/"
    assert signed_in(client) == "Ana"

    thief = Client()
    assert thief.post(link, headers=HERE).status_code == 410
    assert thief.get(link, headers=HERE).status_code == 410
    assert signed_in(thief) == ""


def test_looking_at_a_link_does_not_use_it_up(client, link):
    for _ in range(3):
        client.get(link, headers=HERE)
        client.head(link, headers=HERE)
    assert client.post(link, headers=HERE).status_code == 302


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"REMOTE_ADDR": "192.0.2.7"},
        {"REMOTE_ADDR": "2001:db8::7"},
        {"REMOTE_ADDR": ""},
        {"headers": {"host": "testserver"}},
        {"headers": HERE | {"x-forwarded-for": "192.0.2.7"}},
        {"headers": HERE | {"forwarded": "for=192.0.2.7"}},
        {"headers": HERE | {"via": "1.1 proxy"}},
        {"headers": HERE | {"x-forwarded-server": "proxy"}},
        {"headers": HERE | {"x_forwarded_for": "192.0.2.7"}},
        {"headers": HERE | {"x-client-ip": "192.0.2.7"}},
        {"headers": HERE | {"x-real-ip": "192.0.2.7"}},
        {"headers": HERE | {"cf-ray": "1"}},
        {"headers": HERE | {"true-client-ip": ""}},
        {"inviolable.proxied": True},
    ],
)
def test_a_link_is_refused_from_anywhere_else_and_not_used_up(client, link, elsewhere):
    request = {"headers": HERE} | elsewhere
    assert client.get(link, **request).status_code == 403
    assert client.post(link, **request).status_code == 403
    assert signed_in(client) == ""
    assert client.post(link, headers=HERE).status_code == 302


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST:1"])
def test_this_machine_has_several_names(client, link, host):
    assert client.get(link, headers={"host": host}, REMOTE_ADDR="::1").status_code == 200


def test_a_link_is_good_for_a_day(ana):
    now = timezone.now()
    token = make_link(ana, now=now)
    assert find_link(token, now=now + LIFETIME - timedelta(seconds=1))
    assert use_link(token, now=now + LIFETIME) is None


def test_a_newer_link_replaces_the_older(ana):
    now = timezone.now()
    first, second = make_link(ana, now=now), make_link(ana, now=now)
    assert use_link(first, now=now) is None
    assert use_link(second, now=now) == ana


def test_the_database_does_not_hold_the_link_itself(link):
    token = link.split("/")[-2]
    assert token not in str(SignInLink.objects.values())


def test_a_link_for_somebody_switched_off_is_no_good(client, ana, link):
    User.objects.update(is_active=False)
    assert client.post(link, headers=HERE).status_code == 410


def test_name_and_password(client, ana):
    assert client.post("/sign-in/", {"username": "Ana", "password": "wrong"}).status_code == 422
    done = client.post("/sign-in/", {"username": "Ana", "password": "correct horse battery", "next": "/?x=1"})
    assert done.headers["Location"] == "/?x=1"
    assert signed_in(client) == "Ana"


@pytest.mark.parametrize("trap", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_signing_in_never_leads_to_another_site(client, ana, trap):
    done = client.post("/sign-in/", {"username": "Ana", "password": "correct horse battery", "next": trap})
    assert done.headers["Location"] == "/"


def test_a_person_without_password_cannot_sign_in_by_guessing(client):
    add_user("Eva", "press", now=timezone.now())
    for guess in ("", "Eva", "None", "!"):
        assert client.post("/sign-in/", {"username": "Eva", "password": guess}).status_code == 422


def test_passwords_are_kept_as_scrypt(ana):
    assert ana.password.startswith("scrypt$")


def test_a_form_from_elsewhere_is_refused_in_words(link):
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(link, headers=HERE)
    assert answer.status_code == 403
    assert b"The form could not be checked" in answer.content


def test_signing_out_ends_the_session(client, ana):
    client.force_login(ana)
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/").headers["Location"] == "/sign-in/"
    assert client.get("/").status_code == 302
