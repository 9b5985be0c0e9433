"""A home for each test of posts."""

import pytest
from django.conf import settings


@pytest.fixture
def home(tmp_path, monkeypatch):
    place = tmp_path / "home"
    place.mkdir(mode=0o700)
    monkeypatch.setattr(settings, "HOME", place)
    return place
