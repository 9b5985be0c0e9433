"""Spanish and English from the first page."""

import subprocess
import sys
from datetime import UTC, datetime

import pytest
from django.test import Client

from inviolable.posts.actions import add_user
from inviolable.posts.models import User

NOW = datetime(2026, 1, 27, 17, 0, tzinfo=UTC)


def test_no_spanish_word_is_missing_doubtful_or_left_over(root):
    done = subprocess.run([sys.executable, root / "tools/messages.py", "check"], capture_output=True, text=True)
    assert done.stderr == ""
    assert done.returncode == 0


@pytest.mark.django_db
@pytest.mark.parametrize(("wish", "word"), [("es-EC,es;q=0.9", "Contraseña"), ("en", "Password"), ("qu", "Password")])
def test_a_stranger_reads_what_the_browser_asks_for(client, wish, word):
    assert word in client.get("/sign-in/", headers={"accept-language": wish}).content.decode()


@pytest.mark.django_db
def test_a_strangers_choice_is_kept_in_a_cookie(client):
    assert client.post("/language/", {"language": "es", "next": "/sign-in/"}).headers["Location"] == "/sign-in/"
    assert '<html lang="es">' in client.get("/sign-in/").content.decode()


@pytest.mark.django_db
def test_a_users_choice_follows_to_another_browser(client):
    ana = add_user("Ana", "legal", now=NOW, password="correct horse battery")
    client.force_login(ana)
    client.post("/language/", {"language": "es"})
    assert User.objects.get(name="Ana").language == "es"

    elsewhere = Client(headers={"accept-language": "en"})
    elsewhere.post("/sign-in/", {"username": "Ana", "password": "correct horse battery"})
    assert "Asesoría jurídica" in elsewhere.get("/").content.decode()


@pytest.mark.django_db
def test_what_a_stranger_chose_becomes_the_users_first_choice(client):
    add_user("Ana", "legal", now=NOW, password="correct horse battery")
    client.post("/language/", {"language": "es"})
    client.post("/sign-in/", {"username": "Ana", "password": "correct horse battery"})
    assert User.objects.get(name="Ana").language == "es"


@pytest.mark.django_db
def test_an_unknown_language_changes_nothing(client):
    assert client.post("/language/", {"language": "xx"}).status_code == 400
    assert client.cookies.get("django_language") is None


@pytest.mark.django_db
def test_switching_never_leads_to_another_site(client):
    assert client.post("/language/", {"language": "es", "next": "https://evil.example/"}).headers["Location"] == "/"
