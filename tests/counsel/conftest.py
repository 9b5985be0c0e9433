"""A home of its own for every test, filled with the example's cases, and people to look at it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
from django.test import Client

from inviolable.counsel.example import load_example_cases
from inviolable.posts.actions import add_user
from inviolable.posts.models import User

NOW = datetime(2026, 1, 29, 17, 0, tzinfo=UTC)


@pytest.fixture
def home(settings, tmp_path) -> Path:
    settings.HOME = tmp_path
    load_example_cases(tmp_path)
    return tmp_path


@pytest.fixture
def reader(db, home) -> Callable[..., Client]:
    """Somebody signed in with a role, reading in a language."""

    def sign_in(role: str = "officer", language: str = "en") -> Client:
        client = Client(headers={"accept-language": language})
        client.force_login(add_user(f"{role} {User.objects.count()}", role, now=NOW, language=language))
        return client

    return sign_in


def words_of(page: str) -> str:
    """What a page says, without its marks."""
    text = re.sub(r"<[^>]+>", " ", page.partition("<main")[2])
    return re.sub(r"\s+", " ", unescape(text))
