"""Help when nothing can be recorded: everybody is called straight from two files (DESIGN.md, law 7).

`straight` in the home says whom to call, encrypted; it is made anew each minute while the database answers. `pressed`
holds the alarms. Whoever looks (a loop, the watchman, the command itself) calls everybody at once and again every two
minutes, until the database takes the alarm: then it is recorded, late, and goes on like any other.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypedDict
from uuid import uuid4

from inviolable.alarm.actions import raise_alarm
from inviolable.alarm.lookup import places_of
from inviolable.alarm.models import Alarm
from inviolable.alarm.pressed import Pressed, clear, keep, lay_down, put, waiting
from inviolable.alarm.terms import DURESS, Danger
from inviolable.ledger.actions import Actor
from inviolable.ledger.keys import BadKey, write_over
from inviolable.ledger.lock import only_one
from inviolable.ledger.moments import Happened, read, written
from inviolable.outbox.channels import CHANNELS, Fault, Text
from inviolable.outbox.loop import worded
from inviolable.posts.actions import Refused, is_example
from inviolable.posts.models import Contact, HeldRole, Person, Post
from inviolable.posts.vault import decrypted, encrypted

NAME, LOCK = "straight", "straight.lock"
#: How often the list is made anew.
FRESH = timedelta(minutes=1)
#: How many messages are handed over at once.
HANDS = 32

_PREPARERS: list[Callable[[Path], None]] = []
logger = logging.getLogger(__name__)


class Place(TypedDict):
    """A post, and everybody who is called about it. own: those of them who hold a role there."""

    name: str
    address: str
    telephone: str
    zone: str
    people: list[str]
    own: list[str]


class Somebody(TypedDict):
    """One of our staff. ways: (channel, address), the first in front."""

    language: str
    zone: str
    ways: list[tuple[str, str]]


class Everybody(TypedDict):
    """Whom to call. made: when the list was."""

    made: str
    example: bool
    places: dict[str, Place]
    people: dict[str, Somebody]


def raise_surely(
    home: Path, post: str, danger: str, *, way: str, actor: Actor, now: datetime, name: str = "", **told: Any
) -> Alarm | Pressed:
    """Raise an alarm as `actions.raise_alarm` does; what cannot be recorded is written down to be called straight.

    Raises Refused for what is no alarm, OSError where it cannot even be written down.
    """
    name = name or str(uuid4())
    try:
        return raise_alarm(post, danger, way=way, actor=actor, now=now, name=name, **told)
    except Refused:
        raise
    except Exception as fault:
        logger.error("an alarm cannot be recorded, so everybody is called straight: %s", type(fault).__name__)
    raiser, exercise, late = told.get("raiser", ""), "yes" if told.get("exercise") else "", told.get("late")
    at = written(late.start if late else now)
    return keep(home, Pressed(name, post, danger, way, actor["role"], actor["id"], raiser, exercise, at))


def prepare(home: Path, now: datetime) -> None:
    """Make the list anew, and have the file for presses there. Raises what the database and the disk raise."""
    lay_down(home)
    (home / LOCK).touch(mode=0o600)
    write_over(home / NAME, encrypted(json.dumps(everybody(now))).encode())
    for preparer in _PREPARERS:
        preparer(home)


def when_prepared(preparer: Callable[[Path], None]) -> None:
    """Have a room above write down, too, what it needs while the database is away."""
    _PREPARERS.append(preparer)


def everybody(now: datetime) -> Everybody:
    """Whoever holds a role now, at each post, its mission and the ministry, with every way that reaches them."""
    standing: dict[str, list[str]] = {}
    for held in (row.as_holding() for row in HeldRole.objects.order_by("since", "rank", "id")):
        if held.holds(now):
            standing.setdefault(held.place, []).append(held.person)
    places = {post.slug: _place(post, standing) for post in Post.objects.all()}
    everyone = {person for people in standing.values() for person in people}
    people: dict[str, Somebody] = {
        person.id: {"language": person.language, "zone": person.time_zone, "ways": []}
        for person in Person.objects.filter(id__in=everyone)
    }
    for way in Contact.objects.filter(person__in=people).order_by("place"):
        people[way.person_id]["ways"].append((way.channel, way.address))
    return {"made": written(now), "example": is_example(), "places": places, "people": people}


def _place(post: Post, standing: dict[str, list[str]]) -> Place:
    slugs = [slug for ours in places_of(post).values() for slug in ours]
    people = dict.fromkeys(person for slug in slugs for person in standing.get(slug, ()))
    return {
        "name": post.name,
        "address": post.address,
        "telephone": post.telephone,
        "zone": post.time_zone,
        "people": list(people),
        "own": standing.get(post.slug, []),
    }


def read_list(home: Path) -> Everybody | None:
    """Whom to call; None where no list was made yet, or nothing can read it."""
    try:
        found: Everybody = json.loads(decrypted((home / NAME).read_text("utf-8")))
    except (OSError, ValueError, BadKey):
        return None
    return found


class Straight:
    """Looks after the two files of a home, for one process."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._made: datetime | None = None

    def look(self, now: datetime) -> int:
        """Call whoever is due, record what can be recorded, and make the list anew; how many alarms still wait.

        Raises what the database raises while the list is made, so that whoever looks is not well then.
        """
        left = self.call_and_record(now)
        if self._made is None or abs(now - self._made) >= FRESH:
            prepare(self._home, now)
            self._made = now
        return left

    def call_and_record(self, now: datetime) -> int:
        """The same without the list, unless another process is at it."""
        if not waiting(self._home):
            return 0
        with only_one(self._home / LOCK) as mine:
            return sum(not self._done(pressed, now) for pressed in waiting(self._home)) if mine else 0

    def _done(self, pressed: Pressed, now: datetime) -> bool:
        """Call everybody about it where that is due; whether it is recorded now."""
        try:
            self._call(pressed, now)
        except Exception as fault:  # No reason not to record it, nor to leave others waiting.
            logger.error("nobody can be called straight: %s", type(fault).__name__)
        if not _recorded(pressed, now):
            return False
        clear(self._home, pressed.alarm)
        return True

    def _call(self, pressed: Pressed, now: datetime) -> None:
        if pressed.is_due(now):
            begun = replace(pressed, begun=pressed.begun + 1, last=written(now))
            put(self._home, begun)
            call_everybody(self._home, begun)
            put(self._home, replace(begun, done=begun.begun))


def _recorded(pressed: Pressed, now: datetime) -> bool:
    """Whether the database has taken it. What it refuses for good is said in the log, and not called again."""
    try:
        raise_alarm(
            pressed.post,
            pressed.danger,
            way=pressed.way,
            actor={"role": pressed.role, "id": pressed.by},
            now=now,
            name=pressed.alarm,
            raiser=pressed.raiser,
            exercise=bool(pressed.exercise),
            late=Happened.at(read(pressed.at)),
        )
    except Refused as fault:
        logger.error("an alarm that was called straight cannot be recorded: %s", fault)
    except Exception as fault:
        logger.error("an alarm is not recorded yet: %s", type(fault).__name__)
        return False
    return True


def call_everybody(home: Path, pressed: Pressed) -> None:
    """Hand one round to the channels, many at once."""
    told = read_list(home)
    if told is None or pressed.post not in told["places"]:
        logger.error("nobody can be called straight: no list of people was made for %s", pressed.post)
        return
    place = told["places"][pressed.post]
    left_out = {pressed.raiser, *(place["own"] if pressed.way == DURESS else ())}
    calls = [
        (person, way, address)
        for person in place["people"]
        if person not in left_out and person in told["people"]
        for way, address in told["people"][person]["ways"]
    ]
    with ThreadPoolExecutor(HANDS) as hands:
        list(hands.map(lambda call: _hand(home, pressed, told, *call), calls))


def _hand(home: Path, pressed: Pressed, told: Everybody, person: str, way: str, address: str) -> None:
    place, somebody = told["places"][pressed.post], told["people"][person]
    context = {
        "post_name": place["name"], "address": place["address"], "zone": place["zone"], "danger": pressed.danger,
        "raised": pressed.at, "raised_by": pressed.role, "exercise": pressed.exercise,
        "telephone": "" if pressed.danger == Danger.THREAT else place["telephone"], "way": pressed.way,
    }  # fmt: skip
    repeat, example = pressed.begun > 1, told["example"]
    name = f"{pressed.alarm}/straight/{pressed.begun}/{person}/{way}"
    try:
        language, said = somebody["language"], tuple(context.items())
        words = worded(language, somebody["zone"], NAME, way, repeat, example, said)
        CHANNELS[way](home, address, Text(name, *words, language, at=read(pressed.last)), example)
    except Fault as fault:
        logger.error("a message was not taken: %s", fault.short)
    except Exception as fault:  # A fault in one must not keep the others from going out.
        logger.error("a message was not taken: %s", type(fault).__name__)
