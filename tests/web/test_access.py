"""Every address has a row, and the row is what happens."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from uuid import UUID

import pytest
from django.conf import settings
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, include, path, reverse

from inviolable.ledger.actions import SYSTEM
from inviolable.posts.actions import add_user, make_token, revoke_token
from inviolable.posts.models import Token
from inviolable.posts.roles import EVERY_PERSON, EVERY_ROLE, Role, Scope
from inviolable.web import access, urls

NOW = datetime(2026, 1, 27, 17, 0, tzinfo=UTC)
# Something that fits each kind of blank in an address; who may open it does not depend on what is there.
# Which rows are of people, and which of programs.
PEOPLES = [name for name, who in access.WHO_MAY.items() if not isinstance(who, dict)]
PROGRAMS = {name: who for name, who in access.WHO_MAY.items() if isinstance(who, dict)}
SAMPLES = {"int": 1, "path": "x/y", "slug": "x", "str": "x", "uuid": UUID(int=0)}


def patterns(resolver: URLResolver, spaces: tuple[str, ...] = ()) -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, (*spaces, pattern.namespace) if pattern.namespace else spaces)
        else:
            assert pattern.name, f"{pattern.pattern} has no name"
            yield ":".join((*spaces, pattern.name)), pattern


@cache
def every_address(reference: str = "x") -> dict[str, str]:
    """The name of every address, with one real address of that name. reference: of the incident that it is about."""
    kinds = {type(kind): SAMPLES[name] for name, kind in _converters().items()}
    found = {}
    for name, pattern in patterns(get_resolver("inviolable.web.urls")):
        blanks = {key: kinds[type(kind)] for key, kind in pattern.pattern.converters.items()}
        found[name] = reverse(name, kwargs=blanks | {"reference": reference} if "reference" in blanks else blanks)
    return found


def _converters():
    from django.urls.converters import DEFAULT_CONVERTERS

    return {name: kind for name, kind in DEFAULT_CONVERTERS.items() if name in SAMPLES}


def test_every_address_has_a_row_and_every_row_an_address():
    assert set(every_address()) == set(access.WHO_MAY)


def test_every_row_names_known_roles():
    for name in PEOPLES:
        who = access.WHO_MAY[name]
        assert who == access.ANYONE or (isinstance(who, frozenset) and who <= EVERY_ROLE), name
    for name, scopes in PROGRAMS.items():
        assert scopes, name
        assert set(scopes.values()) <= set(Scope), name


def test_what_a_stranger_may_open_is_a_short_list():
    assert {name for name, who in access.WHO_MAY.items() if who == access.ANYONE} == {
        "account_login",
        "alarm:answer",
        "alarm:confirm",
        "api",
        "beacon",
        "card:addresses",
        "card:ask",
        "card:card",
        "card:emergency",
        "door:clip",
        "door:clip-give",
        "door:clip-open",
        "door:enrol",
        "door:heads",
        "door:log",
        "door:page",
        "door:say",
        "door:segment",
        "door:worker",
        "healthz",
        "language",
        "log-checkpoint",
        "mfa_authenticate",
        "mfa_login_webauthn",
        "openid_connect_callback",
        "openid_connect_login",
        "outbox:in",
        "outbox:push-worker",
        "sign-in",
        "sign-in-link",
        "sign-out",
        "verify",
        "witness-add-checkpoint",
    }


@pytest.mark.django_db
@pytest.mark.parametrize("name", PEOPLES)
def test_each_role_opens_exactly_its_rows(client, name):
    address = every_address()[name]
    for role in Role:
        client.force_login(add_user(role, role, now=NOW))
        for method in ("get", "post"):
            answer = getattr(client, method)(address, headers={"host": "localhost"})
            allowed = access.WHO_MAY[name] == access.ANYONE or role in access.WHO_MAY[name]
            if allowed:
                assert answer.status_code != 403, (role, method)
                assert not answer.headers.get("Location", "").startswith("/sign-in/?next="), (role, method)
            else:
                assert answer.status_code == 403, (role, method)


@pytest.mark.django_db
@pytest.mark.parametrize("name", PEOPLES)
def test_a_stranger_is_sent_to_sign_in(client, name):
    answer = client.get(every_address()[name], headers={"host": "localhost"})
    if access.WHO_MAY[name] == access.ANYONE:
        assert answer.status_code != 302
    else:
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/sign-in/?next=/")


@pytest.mark.django_db
def test_somebody_switched_off_is_a_stranger_from_then_on(client):
    user = add_user("somebody", "legal", now=NOW)
    client.force_login(user)
    assert client.get("/").status_code == 200
    user.is_active = False
    user.save()
    assert client.get("/").status_code == 302


def ask(method: str, name: str, secret: str, session=None) -> HttpResponse:
    """As a program asks: with a token, and nothing that a view would take."""
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    return (session or Client()).generic(method, every_address()[name], headers=headers)


@pytest.fixture
def tokens(db, tmp_path, monkeypatch):
    """Makes tokens with these scopes, two days ago; gives their secret."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    monkeypatch.setattr(settings, "HOME", home)

    def secret(*scopes: str, days: int = 30) -> str:
        made = datetime.now(UTC) - timedelta(days=2)
        return make_token(f"t-{Token.objects.count()}", scopes, days, actor=SYSTEM, now=made)[1]

    return secret


def test_a_program_does_what_its_scope_says_and_nothing_else(tokens):
    """Each address for programs, each method: all other scopes together are refused, and so is every other method."""
    each = {scope: tokens(scope) for scope in Scope}
    others = {scope: tokens(*(set(Scope) - {scope})) for scope in Scope}
    for name, scopes in PROGRAMS.items():
        for method in ("GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS"):
            needed = scopes.get("GET" if method == "HEAD" else method)
            if needed is None:
                answer = ask(method, name, tokens(*Scope))
                assert (answer.status_code, answer.headers["Allow"]) == (405, ", ".join(scopes)), (name, method)
                continue
            answer = ask(method, name, others[needed])
            assert answer.status_code == 403, (name, method)
            assert f'scope="{needed}"' in answer.headers["WWW-Authenticate"]
            assert ask(method, name, each[needed]).status_code in (200, 404, 415, 422), (name, method)


def test_a_program_without_a_token_in_force_is_a_stranger(tokens):
    """None, one that is none, the start of a right one, one that has ended or was revoked: all the same 401."""
    right, ended, revoked = tokens(*Scope), tokens(*Scope, days=1), tokens(*Scope)
    revoke_token("t-2", actor=SYSTEM, now=NOW)
    wrong = ["", "x", right[:-1], right.upper(), f"{right},{right}", f" {right}", "ñ", "\x00", ended, revoked]
    wrong.append(Token.objects.get(name="t-0").sha256)
    for name, scopes in PROGRAMS.items():
        for method in scopes:
            answers = [ask(method, name, secret) for secret in wrong]
            assert {one.status_code for one in answers} == {401}, (name, method)
            assert len({one.content for one in answers}) == 1, "and nothing tells them apart"
            assert ask(method, name, right).status_code != 401, (name, method)
    for header in ("Basic eDp4", right, f"Token {right}", "Bearer", f"Bearer\t{right}"):
        assert Client().get("/api/v1/posts", headers={"Authorization": header}).status_code == 401, header
    assert Client().get("/api/v1/posts", headers={"Authorization": f"bEARER {right}"}).status_code == 200


def test_a_program_is_let_in_where_that_it_came_cannot_be_written(tokens, monkeypatch):
    """A full disk: whatever the program wants to say is worth more."""

    def full(*_):
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(access, "note_use", full)
    assert ask("GET", "posts:api-list", tokens(*Scope)).status_code == 200


@pytest.mark.parametrize("role", Role)
def test_a_session_opens_no_address_for_programs(tokens, role):
    client = Client()
    client.force_login(add_user(f"a {role}", role, now=NOW))
    for name, scopes in PROGRAMS.items():
        for method in scopes:
            answer = ask(method, name, "", client)
            assert answer.status_code == 401, (name, method)
            assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_token_opens_no_page(tokens):
    secret = tokens(*Scope)
    for name in PEOPLES:
        if access.WHO_MAY[name] != access.ANYONE:
            assert ask("GET", name, secret).status_code == 302, name


class WithoutRow:
    """An address somebody forgot to put into the table, and one that only people may open."""

    urlpatterns = [
        path("forgotten/", lambda request: HttpResponse("secret"), name="forgotten"),
        path("nameless/", lambda request: HttpResponse("secret")),
        path("people/", lambda request: HttpResponse("for people"), name="people"),
        path("", include(urls.urlpatterns)),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("where", ["/forgotten/", "/nameless/"])
@override_settings(ROOT_URLCONF=WithoutRow)
def test_an_address_without_a_row_is_closed_to_everybody(client, where):
    assert client.get(where).status_code == 302
    for role in Role:
        client.force_login(add_user(f"a {role}", role, now=NOW))
        answer = client.get(where)
        assert answer.status_code == 403
        assert b"secret" not in answer.content


@pytest.mark.django_db
@override_settings(ROOT_URLCONF=WithoutRow)
def test_a_row_that_names_roles_keeps_the_others_out(client, monkeypatch):
    monkeypatch.setitem(access.WHO_MAY, "people", EVERY_PERSON)
    client.force_login(add_user("tablet", "device", now=NOW))
    assert client.get("/people/").status_code == 403
    client.force_login(add_user("Ana", "reception", now=NOW))
    assert client.get("/people/").content == b"for people"
