"""The example's ministry, a lieutenant at the door of Minneapolis with a telephone, and staff who sign in."""

from dataclasses import dataclass

import pytest
from django.test import Client
from tests.alarm.conftest import Clock, clock, home, phones  # noqa: F401

from inviolable.ledger.models import Entry
from inviolable.outbox import loop
from inviolable.posts.actions import add_user
from inviolable.web import clock as web_clock

POST = "minneapolis"
ASKED = {"agency": "City police", "what": "enter", "number": "+1 612 555 0199", "text": "A warrant"}


@dataclass
class Door:
    """What happens at the door of a post."""

    clock: Clock

    def stranger(self) -> Client:
        """A browser that nobody has signed in to, whose forms are checked as in use."""
        return Client(HTTP_HOST="localhost")

    def opens(self, post: str = POST, **more):
        return self.stranger().get(f"/card/{post}/", more)

    def asks(self, post: str = POST, **told: str):
        return self.stranger().post(f"/card/{post}/ask", ASKED | told)

    def comes(self, service: str = "fire", post: str = POST):
        return self.stranger().post(f"/card/{post}/emergency", {"service": service})

    def signed_in(self, role: str, person: str = "") -> Client:
        client = Client(HTTP_HOST="localhost")
        client.force_login(add_user(f"{role} {person}", role, now=self.clock.now, person=person))
        return client

    def send(self) -> None:
        """What is queued goes out."""
        loop.turn("test", self.clock)

    def kinds(self, post: str = POST) -> list[str]:
        return list(Entry.objects.filter(stream=f"post/{post}").order_by("seq").values_list("kind", flat=True))


@pytest.fixture
def door(phones, clock, monkeypatch):  # noqa: F811
    monkeypatch.setattr(web_clock.timezone, "now", lambda: clock.now)
    return Door(clock)


def last(kind: str) -> dict:
    """The body of the newest entry of a kind."""
    import json

    return json.loads(bytes(Entry.objects.filter(kind=kind).order_by("-id").first().line))["body"]
