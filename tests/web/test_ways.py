"""How somebody signs in: codes after the password, what may be changed when, what the record says, shared machines."""

import re
from datetime import timedelta
from importlib import import_module

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.auth import get_user
from django.contrib.sessions.models import Session
from django.core.cache import cache, caches
from django.core.cache.backends import locmem
from django.test import Client
from django.utils import timezone

from inviolable.ledger import canonical
from inviolable.ledger.models import Entry
from inviolable.posts.actions import add_user
from inviolable.posts.models import User
from inviolable.web.links import make_link
from inviolable.web.models import Remembered
from inviolable.web.ways import take_away

pytestmark = pytest.mark.django_db
HERE = {"host": "localhost:8000"}
PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def home(tmp_path, settings):
    settings.HOME = tmp_path
    cache.clear()
    return tmp_path


@pytest.fixture
def ana(db) -> User:
    return add_user("Ana", "legal", now=timezone.now(), password=PASSWORD)


def by_password(client: Client, **more: str):
    return client.post("/sign-in/", {"username": "Ana", "password": PASSWORD} | more)


def signed_in(client: Client) -> str:
    return get_user(client).get_username()


def code_at(secret: str, steps: int = 0) -> str:
    """RFC 6238, section 4.2, of so many half minutes from now."""
    return format_hotp_value(hotp_value(secret, int(timezone.now().timestamp()) // 30 + steps))


@pytest.fixture
def secret(ana) -> str:
    """Ana has an app make codes."""
    client = Client()
    by_password(client)
    page = client.get("/you/codes/add/").content.decode()
    secret = re.search(r"<code>(\w{32})</code>", page)[1]
    assert "<svg" in page
    assert client.post("/you/codes/add/", {"code": code_at(secret, -1)}).headers["Location"] == "/you/"
    return secret


def ways() -> list[tuple[str, str, str]]:
    """What the record says: (kind, way, who did it)."""
    rows = Entry.objects.filter(kind__startswith="way.").order_by("pk")
    told = [canonical.decode(bytes(row.line)) for row in rows]
    return [(one["kind"], one["body"]["way"], one["actor"]["role"]) for one in told]


def test_after_the_password_a_code_is_asked_for(client, secret):
    asked = by_password(client, next="/incidents/")
    assert asked.headers["Location"] == "/sign-in/second-step/"
    assert signed_in(client) == "", "the password alone lets nobody in"
    assert client.get("/incidents/").status_code == 302
    assert client.post("/sign-in/second-step/", {"code": "000000"}).status_code == 422
    assert signed_in(client) == ""
    done = client.post("/sign-in/second-step/", {"code": code_at(secret)})
    assert done.headers["Location"] == "/incidents/"
    assert signed_in(client) == "Ana"


def test_a_code_works_once(client, secret):
    code = code_at(secret)
    by_password(client)
    client.post("/sign-in/second-step/", {"code": code})
    seen = Client()
    by_password(seen)
    assert seen.post("/sign-in/second-step/", {"code": code}).status_code == 422
    assert signed_in(seen) == ""


def test_nor_does_it_work_again_in_another_process(client, secret):
    """A server with several processes: each has a memory of its own, and this one's is empty."""
    code = code_at(secret)
    by_password(client)
    client.post("/sign-in/second-step/", {"code": code})
    assert signed_in(client) == "Ana"
    caches.close_all()
    locmem._caches.clear()
    seen = Client()
    by_password(seen)
    assert seen.post("/sign-in/second-step/", {"code": code}).status_code == 422
    assert signed_in(seen) == ""
    assert Remembered.objects.filter(cache_key__contains=code).exists(), "the database knows, and tells every process"


def test_guessing_codes_ends_soon_and_passwords_of_others_are_not_locked_by_it(client, secret):
    by_password(client)
    for guess in range(5):
        client.post("/sign-in/second-step/", {"code": f"{guess:06}"})
    assert client.post("/sign-in/second-step/", {"code": code_at(secret)}).status_code == 422
    assert signed_in(client) == ""
    add_user("Eva", "press", now=timezone.now(), password=PASSWORD)
    other = Client()
    other.post("/sign-in/", {"username": "Eva", "password": PASSWORD})
    assert signed_in(other) == "Eva"


def test_the_second_step_has_no_beginning_of_its_own(client, secret):
    for method in (client.get, client.post):
        assert method("/sign-in/second-step/").status_code == 400
    assert client.post("/sign-in/second-step/", {"code": code_at(secret)}).status_code == 400
    assert signed_in(client) == ""


def test_a_link_made_at_the_server_needs_no_code(client, secret, ana):
    """Whoever lost the telephone gets in again so, and takes the codes away."""
    link = f"/sign-in/link/{make_link(ana, now=timezone.now())}/"
    client.post(link, headers=HERE)
    assert signed_in(client) == "Ana"
    assert client.post("/you/codes/remove/").headers["Location"] == "/you/"
    assert not Authenticator.objects.exists()
    assert ways() == [("way.added", "code", "legal"), ("way.removed", "code", "legal")]
    assert by_password(Client()).headers["Location"] == "/"


def test_what_makes_codes_lies_encrypted_in_the_database(secret):
    assert secret not in str(list(Authenticator.objects.values_list("data", flat=True)))


def test_whoever_lost_everything_begins_again_at_the_server(client, secret, ana):
    """What `inviolable user reset` does; somebody who found the telephone is out."""
    by_password(client)
    client.post("/sign-in/second-step/", {"code": code_at(secret)})
    other = Client()
    other.force_login(add_user("Eva", "press", now=timezone.now()))
    assert take_away(ana) == 1
    assert signed_in(client) == ""
    assert signed_in(other) == "Eva"
    assert ways()[-1] == ("way.removed", "code", "system")


CHANGES = ["/you/codes/add/", "/you/passkeys/add/"]


@pytest.mark.parametrize("page", CHANGES)
def test_a_screen_left_alone_changes_nothing(client, ana, page):
    by_password(client)
    assert client.get(page).status_code == 200
    session = client.session
    session["signed in"] -= 15 * 60
    session.save()
    for method in (client.get, client.post):
        asked = method(page)
        assert asked.status_code == 302
        assert asked.headers["Location"].startswith("/sign-in/again/?next=%2Fyou%2F")
    again = client.get(asked.headers["Location"])
    assert b"sign in once more" in again.content
    assert by_password(client, next=page).headers["Location"] == page
    assert client.get(page).status_code == 200


def test_codes_that_are_there_cannot_be_taken_away_by_a_screen_left_alone(client, secret):
    by_password(client)
    client.post("/sign-in/second-step/", {"code": code_at(secret)})
    session = client.session
    session["signed in"] -= 15 * 60
    session.save()
    assert client.post("/you/codes/remove/").status_code == 302
    assert Authenticator.objects.count() == 1


def test_one_person_removes_nothing_of_another(client, ana):
    theirs = Authenticator.objects.create(
        user=add_user("Eva", "press", now=timezone.now()), type="webauthn", data={"name": "x", "credential": {}}
    )
    by_password(client)
    assert client.post(f"/you/passkeys/{theirs.pk}/remove/").status_code == 404
    assert Authenticator.objects.count() == 1


@pytest.mark.parametrize("credential", ["", "{", "{}", "[]", '"x"', "null", '{"response": {"userHandle": 1}}'])
def test_what_is_no_passkey_lets_nobody_in(client, ana, credential):
    client.get("/sign-in/passkey/")
    assert client.post("/sign-in/passkey/", {"credential": credential}).status_code == 422
    assert signed_in(client) == ""
    by_password(client)
    client.get("/you/passkeys/add/")
    assert client.post("/you/passkeys/add/", {"credential": credential, "passwordless": "on"}).status_code == 422
    assert not Authenticator.objects.exists()


def test_on_a_machine_of_ones_own_one_stays_signed_in_for_half_a_day(client, ana):
    answer = by_password(client)
    assert answer.cookies["sessionid"]["max-age"] == 12 * 60 * 60
    assert lasts(client) > timedelta(hours=11)
    assert b"data-idle" not in client.get("/").content


def test_on_a_shared_machine_the_session_ends_with_the_browser_and_after_a_quarter_of_an_hour(client, ana):
    answer = by_password(client, shared="on")
    assert answer.cookies["sessionid"]["max-age"] == "", "the browser forgets it when it is closed"
    assert lasts(client) <= timedelta(minutes=15)
    assert b'data-idle="900"' in client.get("/").content
    Session.objects.update(expire_date=timezone.now())
    assert client.get("/").status_code == 302
    assert client.post("/sign-out/").headers["Location"] == "/sign-in/", "and its page lands where one signs in"


def lasts(client: Client) -> timedelta:
    return Session.objects.get(pk=client.session.session_key).expire_date - timezone.now()


def test_who_goes_from_page_to_page_stays_and_what_a_page_fetches_by_itself_does_not_count(client, ana):
    by_password(client, shared="on")
    near = timezone.now() + timedelta(minutes=1)

    def after(visit) -> timedelta:
        Session.objects.update(expire_date=near)
        visit()
        return lasts(client)

    assert after(lambda: client.get("/", headers={"Sec-Fetch-Mode": "cors"})) < timedelta(minutes=2)
    assert after(lambda: client.get("/")) < timedelta(minutes=2)
    assert after(lambda: client.get("/", headers={"Sec-Fetch-Mode": "navigate"})) > timedelta(minutes=14)
    assert after(lambda: client.post("/sign-in/still-here/")) > timedelta(minutes=14)


def test_the_choice_outlives_the_second_step(client, secret):
    by_password(client, shared="on")
    done = client.post("/sign-in/second-step/", {"code": code_at(secret)})
    assert done.cookies["sessionid"]["max-age"] == ""
    assert lasts(client) <= timedelta(minutes=15)


def test_the_session_has_another_name_after_signing_in(client, ana):
    """Whoever planted one in this browser has nothing of it."""
    client.get("/sign-in/passkey/")
    before = client.session.session_key
    by_password(client)
    assert client.session.session_key != before
    store = import_module("inviolable.web.sessions").SessionStore
    assert not store().exists(before)
