"""The loop that sends: takes over what was cut off, claims what is due, sends outside of any transaction, records."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import closing, suppress
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple

from django.conf import settings
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string, select_template
from django.utils.translation import override

from inviolable.ledger.actions import SYSTEM
from inviolable.outbox import actions
from inviolable.outbox.channels import CHANNELS, Channel, Fault, Gone, Refusal, Text, Trouble
from inviolable.outbox.channels.terms import MARKS
from inviolable.outbox.models import Message
from inviolable.posts.actions import drop_browsers, is_example
from inviolable.posts.models import Contact, Person
from inviolable.posts.terms import PUSH

Clock = Callable[[], datetime]


class Taken(NamedTuple):
    """Under which reference a channel took a message, and at which addresses nobody is any more."""

    reference: str
    gone: tuple[str, ...]


#: A message, and how it was taken or what went wrong.
Done = tuple[Message, Taken | Exception]
#: Seconds that a turn waits for what is under way before it looks again whether more is due.
AGAIN = 0.25


def turn(owner: str, clock: Clock, channels: Collection[str] | None = None, lines: int = 1) -> int:
    """Send everything that is due now, by these channels or by all; how many were tried.

    lines: how many are handed over at once. While some are slow, the other lines go on with what becomes due.
    """
    actions.take_over(clock())
    tried = 0
    with closing(Hands(lines)) as hands:
        while (claimed := actions.claim(owner, clock(), channels, hands.free)) or hands.busy:
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
            known, channel = addresses.get((message.person, message.channel)), CHANNELS.get(message.channel)
            if known is None or channel is None:
                said = f"{message.person} has no {message.channel}, or nothing here sends it"
                raise Refusal("unreachable", said)
            text = words_of(message, people[message.person], example, clock())
            hands.give(message, partial(_hand, channel, known, text, example))
        except Exception as fault:  # A fault of ours in one message must not keep the others from going out.
            _record([(message, fault)], clock)


def _addresses(people: Collection[str]) -> dict[tuple[str, str], list[str]]:
    """Of each person and channel the first address that there is; of notifications every browser."""
    found: dict[tuple[str, str], list[str]] = {}
    for one in Contact.objects.filter(person__in=people).order_by("place"):
        known = found.setdefault((one.person_id, one.channel), [])
        if one.channel == PUSH or not known:
            known.append(one.address)
    return found


def _hand(channel: Channel, addresses: Sequence[str], text: Text, example: bool) -> Taken:
    """To each address, of which one is enough. Raises Fault."""
    references, gone, faults = list[str](), list[str](), list[Fault]()
    for address in addresses:
        try:
            references.append(channel(Path(settings.HOME), address, text, example))
        except Fault as fault:
            faults.append(fault)
            if isinstance(fault, Gone):
                gone.append(address)
    if references:
        return Taken(references[0], tuple(gone))
    worst = next((fault for fault in faults if isinstance(fault, Trouble)), faults[-1])
    worst.gone = tuple(gone)
    raise worst


def _record(done: Sequence[Done], clock: Clock) -> None:
    """What became of messages: all that were taken in one transaction."""
    taken = []
    for message, outcome in done:
        for address in getattr(outcome, "gone", ()):
            drop_browsers(message.person, address, actor=SYSTEM, now=clock())
        match outcome:
            case Taken():
                taken.append((message, outcome.reference))
            case Fault():
                for_good = isinstance(outcome, Refusal)
                actions.did_not(message, outcome.short, str(outcome), clock(), for_good=for_good)
            case _:
                name = type(outcome).__name__
                actions.did_not(message, name, f"{name}: {outcome}", clock(), for_good=False)
    if taken:
        actions.went_out(taken, clock())


class Hands:
    """Threads that hand messages to their channels, so many at once; they read no database.

    Daemons: a server that never answers must not keep the process from ending; the lease ends instead.
    """

    def __init__(self, lines: int) -> None:
        self._lines, self._threads, self.busy = lines, 0, 0
        self._given: SimpleQueue[tuple[Message, Callable[[], Taken]] | None] = SimpleQueue()
        self._done: SimpleQueue[Done] = SimpleQueue()

    @property
    def free(self) -> int:
        """How many more can be given."""
        return self._lines - self.busy

    def give(self, message: Message, hand: Callable[[], Taken]) -> None:
        """Have a free one do it."""
        self.busy += 1
        if self.busy > self._threads:
            self._threads += 1
            threading.Thread(target=self._work, name="sending", daemon=True).start()
        self._given.put((message, hand))

    def take(self) -> list[Done]:
        """What is done since; waits for it, but not for longer than AGAIN."""
        found = []
        with suppress(Empty):
            found.append(self._done.get(timeout=AGAIN if self.busy else 0))
            while True:
                found.append(self._done.get_nowait())
        self.busy -= len(found)
        return found

    def close(self) -> None:
        """They end with what they have in hand."""
        for _ in range(self._threads):
            self._given.put(None)

    def _work(self) -> None:
        while given := self._given.get():
            message, hand = given
            try:
                self._done.put((message, hand()))
            except Exception as fault:
                self._done.put((message, fault))


def words_of(message: Message, person: Person, example: bool, now: datetime) -> Text:
    """What is said, in the language of whoever reads it. From the second attempt on it says that it is a repeat."""
    told = (message.template, message.channel, message.attempts > 1, example)
    subject, body, short = worded(person.language, person.time_zone, *told, tuple(sorted(message.context.items())))
    context = {**message.context, "repeat": message.attempts > 1, "example": example}
    marks = tuple(mark for mark in MARKS if context.get(mark))
    asks, link = bool(context.get("asked")), context.get("link", "")
    return Text(message.id, subject, body, short, person.language, asks, link, marks, now)


@lru_cache(maxsize=256)
def worded(
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
