"""The ministry's own account, against a provider that runs: who is let in, who is not, and that nobody is asked unless
the home says so."""

import re
from datetime import UTC, datetime
from html import unescape
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, build_opener

import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.contrib.auth import get_user
from django.test import Client
from tests.provider import Provider

from inviolable.ledger.models import Entry
from inviolable.posts.actions import add_user, let_in
from inviolable.posts.models import Installation, User
from inviolable.web.doctor import examine
from inviolable.web.provider import BadProvider, provider_of
from inviolable.web.sign_in import uid_of

NOW = datetime(2026, 1, 27, 17, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def home(tmp_path, settings):
    settings.HOME = tmp_path
    return tmp_path


@pytest.fixture
def provider(home):
    with Provider() as running:
        (home / "sign-in.toml").write_text(running.toml)
        yield running


@pytest.fixture
def ana(db) -> User:
    return add_user("Ana", "legal", now=NOW)


class Stay(HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def go_there(client: Client, **choices: str) -> str:
    """Press the button: the address that the browser is sent on to."""
    page = client.post("/sign-in/provider/", choices)
    assert page.status_code == 200
    return unescape(re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', page.content.decode())[1])


def come_back(client: Client, address: str):
    """Sign in over there, and follow its redirect to us."""
    with pytest.raises(HTTPError) as redirect:
        build_opener(Stay).open(address)
    with redirect.value as answer:
        back = answer.headers["Location"]
    assert back.startswith("http://testserver/sign-in/provider/back/?")
    return client.get(back.removeprefix("http://testserver"))


def signed_in(client: Client) -> str:
    return get_user(client).get_username()


def test_the_first_time_the_name_says_who_it_is_and_from_then_on_the_identifier(client, provider, ana):
    assert b"Sign in with Ministry account" in client.get("/sign-in/").content
    done = come_back(client, go_there(client, next="/incidents/", shared="on"))
    assert done.headers["Location"] == "/incidents/"
    assert signed_in(client) == "Ana"
    assert client.session.get_expire_at_browser_close(), "what was chosen before is kept"

    provider.name = "Ana María"  # She is called otherwise over there; she is who she was.
    other = Client()
    come_back(other, go_there(other))
    assert signed_in(other) == "Ana"
    assert [one.kind for one in Entry.objects.filter(kind__startswith="way.")] == ["way.added"], (
        "and it is recorded once"
    )


def test_what_it_says_of_a_person_is_not_kept(client, provider, ana):
    for _ in range(2):
        come_back(client, go_there(client))
    known = ("provider", uid_of(provider.issuer, "sub-1"), {})
    assert list(SocialAccount.objects.values_list("provider", "uid", "extra_data")) == [known]
    assert not SocialToken.objects.exists()
    assert "ana@example.org" not in str(client.session.items())


def test_a_name_that_was_given_to_somebody_else_lets_nobody_in(client, provider, ana):
    come_back(client, go_there(client))
    provider.sub = "sub-2"
    thief = Client()
    refused = come_back(thief, go_there(thief))
    assert refused.status_code == 403
    assert b"somebody else is" in refused.content
    assert signed_in(thief) == ""


def test_the_same_identifier_from_another_provider_is_somebody_else(client, home, provider, ana):
    come_back(client, go_there(client))
    with Provider() as another:
        (home / "sign-in.toml").write_text(another.toml)
        assert (another.sub, another.issuer != provider.issuer) == (provider.sub, True)
        stranger = Client()
        assert come_back(stranger, go_there(stranger)).status_code == 403
        assert signed_in(stranger) == ""
    (home / "sign-in.toml").write_text(provider.toml)
    again = Client()
    come_back(again, go_there(again))
    assert signed_in(again) == "Ana"


@pytest.mark.parametrize("name", ["Eva", "", "ana", "Ana ", "%"])
def test_nobody_is_made_by_coming(client, provider, ana, name):
    provider.name = name
    assert come_back(client, go_there(client)).status_code == 403
    assert signed_in(client) == ""
    assert User.objects.count() == 1


def test_somebody_switched_off_is_not_let_in(client, provider, ana):
    come_back(client, go_there(client))
    let_in("Ana", False)
    other = Client()
    assert come_back(other, go_there(other)).status_code == 403
    assert signed_in(other) == ""


@pytest.mark.parametrize(
    "wrong",
    [
        {"refuses": True},
        {"issuer": "https://id.example.org"},
        {"userinfo": {"sub": "sub-2"}},
        {"id_token": {"aud": "another"}},
        {"id_token": {"iss": "https://id.example.org"}},
        {"id_token": {"exp": 1}},
    ],
    ids=str,
)
def test_an_answer_that_is_not_sound_lets_nobody_in(client, provider, ana, wrong):
    provider.wrong = wrong
    refused = come_back(client, go_there(client))
    assert refused.status_code == 422
    assert b"did not say who you are" in refused.content
    assert signed_in(client) == ""


def test_an_answer_to_a_question_that_this_browser_did_not_ask_lets_nobody_in(client, provider, ana):
    theirs = go_there(Client())
    assert come_back(client, theirs).status_code == 422
    assert signed_in(client) == ""


def test_a_provider_that_does_not_answer_keeps_the_other_ways_open(client, home, ana):
    with Provider() as gone:
        (home / "sign-in.toml").write_text(gone.toml)
    answer = client.post("/sign-in/provider/")
    assert answer.status_code == 502
    assert b"does not answer" in answer.content
    assert b"Password" in answer.content


def test_without_configuration_nobody_is_asked_and_there_is_nothing_to_press(client, home, ana):
    assert b"provider" not in client.get("/sign-in/").content
    assert client.post("/sign-in/provider/").status_code == 404
    assert client.get("/sign-in/provider/back/?code=1&state=1").status_code == 404


def test_an_example_asks_nobody_beyond_this_machine(client, home, provider, ana):
    Installation.objects.create(example=True, since=NOW)
    assert b"Ministry account" in client.get("/sign-in/").content
    (home / "sign-in.toml").write_text(provider.toml.replace(provider.issuer, "https://id.example.org"))
    assert b"Ministry account" not in client.get("/sign-in/").content
    assert client.post("/sign-in/provider/").status_code == 404


RIGHT = '[provider]\nname = "M"\nissuer = "https://id.example.org"\nclient_id = "i"\nclient_secret = "s"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[provider", "cannot be read"),
        ("[other]\n", r"unknown \[other\]"),
        ('provider = "x"\n', r"write \[provider\]"),
        (RIGHT.replace("https:", "http:"), "expected https://"),
        (RIGHT.replace("https://id.example.org", "id.example.org"), "expected https://"),
        (RIGHT.replace('client_id = "i"\n', ""), "has no client_id"),
        (RIGHT + "port = 1\n", "has no port; allowed: name, issuer"),
        (RIGHT.replace('"s"', '""'), "expected a text in quotes"),
    ],
)
def test_a_configuration_with_a_fault_says_where_and_locks_nobody_out(client, home, ana, text, said):
    (home / "sign-in.toml").write_text(text)
    with pytest.raises(BadProvider, match=said):
        provider_of(home)
    assert [one.state for one in examine(NOW) if one.name == "sign-in"] == ["red"]
    assert client.get("/sign-in/").status_code == 200


def test_a_sound_configuration(home):
    (home / "sign-in.toml").write_text(RIGHT)
    assert provider_of(home).claim == "preferred_username"
