"""A record to test on: two recipients at headquarters, their identities, an incident's stream."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pyrage
import pytest
from django.conf import settings
from django.db import transaction
from tests.ledger.verifying import (  # noqa: F401 - fixtures
    authorities,
    folder,
    good,
    later,
    parts,
    remembering,
    story,
    trusting,
)

from inviolable.ledger import actions

NOW = datetime(2026, 1, 27, 17, 0, tzinfo=UTC)
OFFICER = {"role": "officer", "id": "user-7"}


@pytest.fixture
def now() -> datetime:
    """Eleven in Minneapolis on 27 January 2026."""
    return NOW


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home of this test's own for keys, objects and configuration; the database is the test's."""
    place = tmp_path / "home"
    place.mkdir(mode=0o700)
    monkeypatch.setattr(settings, "HOME", place)
    return place


@pytest.fixture
def identities(db, home) -> list[pyrage.x25519.Identity]:
    """What two people at headquarters keep; everything is sealed to both."""
    both = [pyrage.x25519.Identity.generate() for _ in range(2)]
    for name, identity in zip(("duty officer", "recovery"), both, strict=True):
        actions.add_recipient(str(identity.to_public()), name, actor=OFFICER, now=NOW)
    return both


@pytest.fixture
def stream() -> str:
    """An incident's stream."""
    return f"incident/{uuid4()}"


@pytest.fixture
def write(db, home, stream):
    """Appends small entries to the incident's stream, one a second."""

    def append(count: int = 1, to: str = stream):
        with transaction.atomic():
            return [
                actions.append(
                    to,
                    "field.disclosed",
                    {"commitments": [f"c{n}"], "to": "the court", "reason": "asked"},
                    actor=OFFICER,
                    now=NOW + timedelta(seconds=n),
                )
                for n in range(count)
            ]

    return append
