"""The example's ministry, a clock that a test moves, and phones that write down what they get and when."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.db.models import Min
from tests.ministry import found_ministry
from tests.outbox.conftest import NOW, Clock

from inviolable.alarm import actions
from inviolable.alarm.models import Alarm, Escalation
from inviolable.outbox import loop
from inviolable.outbox.channels.terms import Refusal, Text
from inviolable.outbox.models import Message
from inviolable.posts.models import Contact

DESK = {"role": "reception", "id": "minneapolis-desk"}


@dataclass
class Phones:
    """What everybody got, and when. dead: addresses that nothing reaches; silent: ways that nothing goes out by."""

    clock: Clock
    got: list[tuple[datetime, str, str, Text]] = field(default_factory=list)
    dead: set[str] = field(default_factory=set)
    silent: set[str] = field(default_factory=set)

    def channel(self, way: str):
        def send(_home, address: str, text: Text, _example: bool) -> str:
            if address in self.dead or way in self.silent:
                raise Refusal("dead", f"{address} is dead")
            self.got.append((self.clock.now, way, address, text))
            return "taken"

        return send

    def of(self, person: str) -> list[tuple[int, str]]:
        """What one person got: seconds after NOW, and by which way."""
        mine = {(contact.channel, contact.address) for contact in Contact.objects.filter(person=person)}
        return sorted(
            (round((at - NOW).total_seconds()), way) for at, way, address, _ in self.got if (way, address) in mine
        )

    def everybody(self) -> dict[str, list[tuple[int, str]]]:
        """What everybody got who got anything."""
        people = Contact.objects.values_list("person", flat=True).distinct()
        return {person: got for person in people if (got := self.of(person))}

    def rang(self, person: str) -> list[int]:
        """When somebody's phone rang."""
        return [at for at, way in self.of(person) if way == "voice"]

    def texts(self, person: str) -> list[Text]:
        addresses = {contact.address for contact in Contact.objects.filter(person=person)}
        return [text for _, _, address, text in self.got if address in addresses]


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def home(db, tmp_path, monkeypatch):
    place = tmp_path / "home"
    place.mkdir(mode=0o700)
    monkeypatch.setattr(settings, "HOME", place)
    found_ministry(place, NOW)
    return place


@pytest.fixture
def phones(home, clock, monkeypatch):
    phones = Phones(clock)
    ways = ("voice", "sms", "mail", "push", "webhook", "apprise")
    monkeypatch.setattr(loop, "CHANNELS", {way: phones.channel(way) for way in ways})
    return phones


@pytest.fixture
def night(phones, clock):
    return Night(phones, clock)


@dataclass
class Night:
    """One alarm in a test: raised, waited for, answered."""

    phones: Phones
    clock: Clock
    alarm: str = ""

    def raise_at(self, post: str = "minneapolis", danger: str = "attempted_entry", **more) -> str:
        told = {"way": "page", "actor": DESK, "raiser": "minneapolis-desk", "now": self.clock.now} | more
        self.alarm = actions.raise_alarm(post, danger, **told).id
        loop.turn("test", self.clock)
        return self.alarm

    def wait(self, seconds: int) -> None:
        """Let time pass; the loops look at each moment at which something is due, as they do every quarter second."""
        end = self.clock.now + timedelta(seconds=seconds)
        self.look()
        while (due := self.next_due()) and due <= end:
            self.clock.now = due
            self.look()
        self.clock.now = end

    def look(self) -> None:
        actions.tick(self.clock.now)
        loop.turn("test", self.clock)

    def next_due(self) -> datetime | None:
        steps = Escalation.objects.filter(alarm__ended=None, due__gt=self.clock.now).aggregate(at=Min("due"))["at"]
        messages = Message.objects.filter(state="waiting", due__gt=self.clock.now).aggregate(at=Min("due"))["at"]
        return min(filter(None, (steps, messages)), default=None)

    def over(self, why: str = "over") -> Alarm:
        actions.stand_down(self.alarm, why, actor=DESK, now=self.clock.now)
        loop.turn("test", self.clock)
        return Alarm.objects.get(id=self.alarm)

    def has(self, person: str, role: str, way: str = "link") -> None:
        actions.acknowledge(self.alarm, role, person, way=way, actor={"role": role, "id": person}, now=self.clock.now)
        loop.turn("test", self.clock)

    def cannot(self, person: str, role: str, why: str = "on a plane") -> None:
        actions.decline(
            self.alarm, role, person, why, way="link", actor={"role": role, "id": person}, now=self.clock.now
        )
        loop.turn("test", self.clock)
