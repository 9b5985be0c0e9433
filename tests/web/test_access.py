"""Every address has a row, and the row is what happens."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import override_settings
from django.urls import URLPattern, URLResolver, get_resolver, include, path, reverse

from inviolable.posts.actions import add_user
from inviolable.posts.roles import EVERY_PERSON, EVERY_ROLE, Role
from inviolable.web import access, urls

NOW = datetime(2026, 1, 27, 17, 0, tzinfo=UTC)
# Something that fits each kind of blank in an address; who may open it does not depend on what is there.
SAMPLES = {"int": 1, "path": "x/y", "slug": "x", "str": "x", "uuid": UUID(int=0)}


def patterns(resolver: URLResolver, spaces: tuple[str, ...] = ()) -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, (*spaces, pattern.namespace) if pattern.namespace else spaces)
        else:
            assert pattern.name, f"{pattern.pattern} has no name"
            yield ":".join((*spaces, pattern.name)), pattern


def every_address() -> dict[str, str]:
    """The name of every address, with one real address of that name."""
    kinds = {type(kind): SAMPLES[name] for name, kind in _converters().items()}
    found = {}
    for name, pattern in patterns(get_resolver("inviolable.web.urls")):
        blanks = {key: kinds[type(kind)] for key, kind in pattern.pattern.converters.items()}
        found[name] = reverse(name, kwargs=blanks)
    return found


def _converters():
    from django.urls.converters import DEFAULT_CONVERTERS

    return {name: kind for name, kind in DEFAULT_CONVERTERS.items() if name in SAMPLES}


def test_every_address_has_a_row_and_every_row_an_address():
    assert set(every_address()) == set(access.WHO_MAY)


def test_every_row_names_known_roles():
    for name, who in access.WHO_MAY.items():
        assert who == access.ANYONE or (isinstance(who, frozenset) and who <= EVERY_ROLE), name


def test_what_a_stranger_may_open_is_a_short_list():
    assert {name for name, who in access.WHO_MAY.items() if who == access.ANYONE} == {
        "alarm:answer",
        "alarm:confirm",
        "beacon",
        "healthz",
        "language",
        "log-checkpoint",
        "outbox:in",
        "outbox:push-worker",
        "sign-in",
        "sign-in-link",
        "verify",
        "witness-add-checkpoint",
    }


@pytest.mark.django_db
@pytest.mark.parametrize("name", access.WHO_MAY)
def test_each_role_opens_exactly_its_rows(client, name):
    address = every_address()[name]
    for role in Role:
        for method in ("get", "post"):
            client.force_login(add_user(f"{role} {method}", role, now=NOW))
            answer = getattr(client, method)(address, headers={"host": "localhost"})
            allowed = access.WHO_MAY[name] == access.ANYONE or role in access.WHO_MAY[name]
            if allowed:
                assert answer.status_code != 403, (role, method)
                assert not answer.headers.get("Location", "").startswith("/sign-in/?next="), (role, method)
            else:
                assert answer.status_code == 403, (role, method)


@pytest.mark.django_db
@pytest.mark.parametrize("name", access.WHO_MAY)
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
