"""What every page carries, whoever looks."""

import re
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.test import override_settings
from django.urls import path

from inviolable.posts.actions import add_user, load_example_users
from inviolable.web import urls
from inviolable.web.access import WHO_MAY

NOW = datetime(2026, 1, 27, 17, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_nothing_inline_is_allowed_and_nothing_from_elsewhere(client):
    policy = client.get("/sign-in/").headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.django_db
@pytest.mark.parametrize("where", ["/", "/sign-in/", "/healthz", "/nothing-here", "/static/web/inviolable.css"])
def test_every_answer_carries_the_headers(client, where):
    answer = client.get(where)
    answer.close()
    headers = answer.headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Content-Security-Policy" in headers


@pytest.mark.django_db
def test_a_page_is_kept_by_no_cache(client):
    client.force_login(add_user("Ana", "legal", now=NOW))
    assert client.get("/").headers["Cache-Control"] == "private, no-store"


def test_no_template_holds_an_inline_script_or_style(root):
    for template in (root / "src").rglob("templates/**/*.html"):
        text = template.read_text("utf-8")
        assert not re.search(r"<style|<script(?![^>]* src=)|\sstyle=|\son[a-z]+=|javascript:|https?://", text), template


@pytest.mark.django_db
def test_an_example_says_so_on_every_page(client):
    users = load_example_users(now=NOW)
    pages = ["/sign-in/", "/nothing-here", "/"]
    client.force_login(users[0])
    for page in pages:
        assert "EXAMPLE" in client.get(page).content.decode(), page


@pytest.mark.django_db
def test_a_real_home_never_says_example(client):
    client.force_login(add_user("Ana", "legal", now=NOW))
    assert "EXAMPLE" not in client.get("/").content.decode()


class Broken:
    """A page with a fault in it."""

    urlpatterns = [path("broken/", lambda request: 1 / 0, name="healthz"), *urls.urlpatterns]


@pytest.mark.django_db
@override_settings(ROOT_URLCONF=Broken)
def test_a_fault_of_ours_is_said_kindly_and_shows_nothing(client):
    client.raise_request_exception = False
    answer = client.get("/broken/")
    assert answer.status_code == 500
    assert b"It is not your fault" in answer.content
    assert b"No es culpa suya" in answer.content
    assert b"ZeroDivision" not in answer.content
    assert "Content-Security-Policy" in answer.headers


@pytest.mark.django_db
def test_home_says_who_one_is_and_where(client):
    client.force_login(add_user("Ana", "duty_officer", now=NOW))
    page = client.get("/").content.decode()
    assert "Duty officer" in page
    assert "This machine only." in page
    assert ("SQLite" if connection.vendor == "sqlite" else "PostgreSQL") in page


@pytest.mark.django_db
def test_the_menu_holds_only_what_exists_and_may_be_opened(client):
    client.force_login(add_user("Ana", "legal", now=NOW))
    page = client.get("/").content.decode()
    for name, words in (("incidents:list", "Incidents"), ("counsel:ask", "Ask the law"), ("counsel:law", "Law book")):
        assert (words in page) == (name in WHO_MAY)


@pytest.mark.django_db
def test_healthz_is_well(client):
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "web": "ok", "database": "ok"}


@pytest.mark.django_db
def test_healthz_says_which_part_is_not_well(client):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE posts_user RENAME TO posts_user_gone")
        answer = client.get("/healthz")
        transaction.set_rollback(True)
    assert answer.status_code == 503
    assert answer.json() == {"status": "failing", "web": "ok", "database": "failing"}


@pytest.mark.parametrize("tag", ["V", "V~", "A", "M"])
def test_an_evidence_tag_is_said_in_words_too(tag):
    assert re.search(rf">{tag}<span class=\"unseen\">: \w+", render_to_string("web/parts/evidence.html", {"tag": tag}))


@pytest.mark.django_db
def test_a_commit_waits_for_the_disk():
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SHOW synchronous_commit")
            assert cursor.fetchone() == ("on",)
            return
        assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert cursor.execute("PRAGMA synchronous").fetchone() == (2,)
        assert cursor.execute("PRAGMA foreign_keys").fetchone() == (1,)
    # Two writers queue for the lock when they begin, instead of one failing half-way.
    assert connection.transaction_mode == "IMMEDIATE"
