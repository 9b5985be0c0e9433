"""The loop that sends: takes over what was cut off, claims what is due, sends outside of any transaction, records."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template import TemplateDoesNotExist, VariableDoesNotExist
from django.template.loader import render_to_string, select_template
from django.utils.translation import override

from inviolable.ledger.actions import SYSTEM
from inviolable.outbox import actions
from inviolable.outbox.channels import (
    ASKS,
    CHANNELS,
    Asking,
    Channel,
    Enclosure,
    Fault,
    Gone,
    Refusal,
    Text,
    Trouble,
    Unclear,
)
from inviolable.outbox.channels.terms import MARKS
from inviolable.outbox.hands import Done, Hands, Taken
from inviolable.outbox.models import OUTSIDE, Message
from inviolable.posts.actions import drop_browsers, is_example
from inviolable.posts.models import Contact, Person
from inviolable.posts.terms import PUSH

Clock = Callable[[], datetime]
#: Template -> what goes with a message of it; read when it is handed over.
_ENCLOSING: dict[str, Callable[[Message], Sequence[Enclosure]]] = {}


def when_enclosed(template: str, enclosing: Callable[[Message], Sequence[Enclosure]]) -> None:
    """Have a room above give what goes with its messages. It raises Refusal for what must not go out."""
    _ENCLOSING[template] = enclosing


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
            if not (claimed and hands.room):
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
            known = [message.context["address"]] if message.person == OUTSIDE else known
            if known is None or channel is None:
                said = f"{message.person} has no {message.channel}, or nothing here sends it"
                raise Refusal("unreachable", said)
            text = words_of(message, people.get(message.person), example, clock())
            ask = ASKS.get(message.channel) if message.crash == "ask" and message.attempts > 1 else None
            hands.give(message, partial(_hand, channel, known, text, example, ask))
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


def _hand(channel: Channel, addresses: Sequence[str], text: Text, example: bool, ask: Asking | None) -> Taken:
    """To each address, of which one is enough. ask: whether the provider has it already. Raises Fault."""
    if ask and (known := ask(Path(settings.HOME), text.id, example)) is not None:
        return Taken(known, ())
    references, gone, faults = list[str](), list[str](), list[Fault]()
    for address in addresses:
        try:
            references.append(channel(Path(settings.HOME), address, text, example))
        except Fault as fault:
            faults.append(fault)
            if isinstance(fault, Gone):
                gone.append(address)
        except Exception as fault:  # One of ours, and it does not say how far it came.
            name = type(fault).__name__
            faults.append(Unclear(name, f"{name}: {fault}"))
    if references:
        return Taken("".join(one for one in references[0] if " " < one <= "~"), tuple(gone))
    worst = next((fault for fault in faults if isinstance(fault, Trouble)), faults[-1])
    worst.gone = tuple(gone)
    raise worst


def _record(done: Sequence[Done], clock: Clock) -> None:
    """What became of messages: all that were taken in one transaction."""
    taken, untried = [], []
    for message, outcome in done:
        for address in getattr(outcome, "gone", ()):
            drop_browsers(message.person, address, actor=SYSTEM, now=clock())
        match outcome:
            case Taken():
                taken.append((message, outcome.reference))
            case None:
                untried.append(message)
            case Fault():
                how = {"for_good": isinstance(outcome, Refusal), "unclear": isinstance(outcome, Unclear)}
                actions.did_not(message, outcome.short, str(outcome), clock(), **how)
            case _:
                name = type(outcome).__name__
                actions.did_not(message, name, f"{name}: {outcome}", clock(), for_good=False)
    if taken:
        actions.went_out(taken, clock())
    if untried:
        actions.put_back(untried)


def words_of(message: Message, person: Person | None, example: bool, now: datetime) -> Text:
    """What is said, in the language of whoever reads it. From the second attempt on it says that it is a repeat.

    person: None for somebody outside.
    """
    told = (message.template, message.channel, message.attempts > 1, example)
    language, zone = (person.language, person.time_zone) if person else (message.context["language"], "UTC")
    subject, body, short = worded(language, zone, *told, tuple(sorted(message.context.items())))
    context = {**message.context, "repeat": message.attempts > 1, "example": example}
    marks = tuple(mark for mark in MARKS if context.get(mark))
    asks, link = bool(context.get("asked")), context.get("link", "")
    enclosing, answers = _ENCLOSING.get(message.template), context.get("answers", "")
    enclosed, once = enclosing(message) if enclosing else (), message.crash == "hold"
    return Text(message.id, subject, body, short, language, asks, link, marks, now, once, enclosed, answers)


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
    """(subject, body, in short): the same for all who read them in one language and by one clock.

    A message that an earlier release queued may lack what a template of this one names: it goes out without it.
    """
    context = {**dict(told), "person": {"time_zone": zone}, "repeat": repeat, "example": example}
    while True:
        try:
            with override(language):
                return _rendered(template, channel, context)
        except VariableDoesNotExist as fault:
            missing = str(fault.params[0])
            if missing in context:
                raise
            context[missing] = ""


def _rendered(template: str, channel: str, context: Mapping[str, Any]) -> tuple[str, str, str]:
    said = render_to_string(f"outbox/{template}.txt", dict(context)).strip()
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
