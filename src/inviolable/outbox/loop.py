"""The loop that sends: takes over what was cut off, claims what is due, sends outside of any transaction, records."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import closing, suppress
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from django.conf import settings
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string, select_template
from django.utils.translation import override

from inviolable.outbox import actions
from inviolable.outbox.channels import CHANNELS, Fault, Refusal, Text
from inviolable.outbox.models import Message
from inviolable.posts.actions import is_example
from inviolable.posts.models import Contact, Person

Clock = Callable[[], datetime]
#: A message, and the reference under which its channel took it, or what went wrong; None where it was not tried.
Done = tuple[Message, str | Exception | None]
#: Seconds that a turn waits for what is under way before it looks again whether more is due; and that it gathers what
#: becomes of messages, to record it together.
AGAIN, GATHER = 0.25, 0.04
#: Seconds that a message may wait for a free line. After that it is claimed anew: somebody may have answered meanwhile.
FRESH = 2.0


def turn(owner: str, clock: Clock, channels: Collection[str] | None = None, lines: int = 1) -> int:
    """Send everything that is due now, by these channels or by all; how many were tried.

    lines: how many are handed over at once. While some are slow, the other lines go on with what becomes due.
    """
    actions.take_over(clock())
    tried = 0
    with closing(Hands(lines)) as hands:
        while (claimed := actions.claim(owner, clock(), channels, hands.room)) or hands.busy:
            tried += len(claimed)
            _give(claimed, hands, clock)
            _record(hands.take(), clock)
    return tried


def _give(claimed: Sequence[Message], hands: Hands, clock: Clock) -> None:
    """Hand over what is still wanted: to whom and in which words is read here, since hands read no database."""
    if not claimed:
        return
    unwanted, people = actions.unwanted(claimed), Person.objects.defer("name").in_bulk({one.person for one in claimed})
    example, addresses = is_example(), _addresses(people)
    for message in claimed:
        if message.id in unwanted:
            actions.drop(message, clock())
            continue
        try:
            address, channel = addresses.get((message.person, message.channel)), CHANNELS.get(message.channel)
            if address is None or channel is None:
                said = f"{message.person} has no {message.channel}, or nothing here sends it"
                raise Refusal("unreachable", said)
            text = words_of(message, people[message.person], example)
            hands.give(message, partial(channel, Path(settings.HOME), address, text, example))
        except Exception as fault:  # A fault of ours in one message must not keep the others from going out.
            _record([(message, fault)], clock)


def _addresses(people: Collection[str]) -> dict[tuple[str, str], str]:
    """Of each person and channel the first that there is."""
    rows = Contact.objects.filter(person__in=people).order_by("-place")
    return {(one.person_id, one.channel): one.address for one in rows}


def _record(done: Sequence[Done], clock: Clock) -> None:
    """What became of messages: all that were taken in one transaction."""
    taken, untried = [], []
    for message, outcome in done:
        match outcome:
            case str():
                taken.append((message, outcome))
            case None:
                untried.append(message)
            case Fault():
                for_good = isinstance(outcome, Refusal)
                actions.did_not(message, outcome.short, str(outcome), clock(), for_good=for_good)
            case _:
                name = type(outcome).__name__
                actions.did_not(message, name, f"{name}: {outcome}", clock(), for_good=False)
    if taken:
        actions.went_out(taken, clock())
    if untried:
        actions.put_back(untried)


class Hands:
    """Threads that hand messages to their channels, so many at once; they read no database.

    Daemons: a server that never answers must not keep the process from ending; the lease ends instead.
    """

    def __init__(self, lines: int) -> None:
        self._lines, self._threads, self.busy = lines, 0, 0
        self._given: SimpleQueue[tuple[float, Message, Callable[[], str]] | None] = SimpleQueue()
        self._done: SimpleQueue[Done] = SimpleQueue()

    @property
    def room(self) -> int:
        """How many more can be given: as many again lie ready as are under way; 0 until it is worth the asking."""
        room = 2 * self._lines - self.busy
        return room if 2 * room >= self._lines else 0

    def give(self, message: Message, hand: Callable[[], str]) -> None:
        """Have a free one do it."""
        self.busy += 1
        if self._threads < min(self.busy, self._lines):
            self._threads += 1
            threading.Thread(target=self._work, name="sending", daemon=True).start()
        self._given.put((time.monotonic() + FRESH, message, hand))

    def take(self) -> list[Done]:
        """What is done since. Waits for it, but not for longer than AGAIN, and GATHERs what comes with it."""
        found: list[Done] = []
        end = time.monotonic() + AGAIN
        with suppress(Empty):
            while len(found) < self.busy:
                found.append(self._done.get(timeout=max(end - time.monotonic(), 0)))
                end = end if len(found) > 1 else time.monotonic() + GATHER
        self.busy -= len(found)
        return found

    def close(self) -> None:
        """They end with what they have in hand."""
        for _ in range(self._threads):
            self._given.put(None)

    def _work(self) -> None:
        while given := self._given.get():
            until, message, hand = given
            try:
                self._done.put((message, hand() if time.monotonic() < until else None))
            except Exception as fault:
                self._done.put((message, fault))


def words_of(message: Message, person: Person, example: bool) -> Text:
    """What is said, in the language of whoever reads it. From the second attempt on it says that it is a repeat."""
    told = (message.template, message.channel, message.attempts > 1, example)
    subject, body, short = _words(person.language, person.time_zone, *told, tuple(sorted(message.context.items())))
    return Text(message.id, subject, body, short, person.language, bool(message.context.get("asked")))


@lru_cache(maxsize=256)
def _words(
    language: str,
    zone: str,
    template: str,
    channel: str,
    repeat: bool,
    example: bool,
    told: tuple[tuple[str, str], ...],
) -> tuple[str, str, str]:
    """(subject, body, in short): the same for all who read them in one language and by one clock."""
    context = {**dict(told), "person": {"time_zone": zone}, "repeat": repeat, "example": example}
    with override(language):
        said = render_to_string(f"outbox/{template}.txt", context).strip()
        subject, _, body = said.partition("\n")
        names = [f"outbox/{template}.{channel}.txt", f"outbox/{template}.short.txt"]
        short = " ".join(_first_of(names, context, subject).split())
    return " ".join(subject.split()), body.strip() + "\n", short


def _first_of(names: Sequence[str], context: Mapping[str, Any], default: str) -> str:
    """The first of these templates that there is, else the default."""
    try:
        return str(select_template(list(names)).render(dict(context)))
    except TemplateDoesNotExist:
        return default
