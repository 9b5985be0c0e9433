"""The loop that sends: takes over what was cut off, claims what is due, sends outside of any transaction, records."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string, select_template
from django.utils.translation import override

from inviolable.ledger.actions import SYSTEM
from inviolable.outbox import actions
from inviolable.outbox.channels import CHANNELS, Fault, Gone, Refusal, Text, Trouble
from inviolable.outbox.models import Message
from inviolable.posts.actions import drop_browsers, is_example
from inviolable.posts.models import Contact, Person
from inviolable.posts.terms import PUSH

Clock = Callable[[], datetime]


def turn(owner: str, clock: Clock, channels: Collection[str] | None = None) -> int:
    """Send everything that is due now, by these channels or by all; how many were tried."""
    actions.take_over(clock())
    tried = 0
    while message := actions.claim(owner, clock(), channels):
        tried += 1
        if actions.is_wanted(message):
            _deliver(message, clock)
        else:
            actions.drop(message, clock())
    return tried


def _deliver(message: Message, clock: Clock) -> None:
    try:
        reference = _hand(message, clock())
    except Refusal as fault:
        actions.did_not(message, fault.short, str(fault), clock(), for_good=True)
    except Trouble as fault:
        actions.did_not(message, fault.short, str(fault), clock(), for_good=False)
    except Exception as fault:  # A fault of ours in one message must not keep the others from going out.
        name = type(fault).__name__
        actions.did_not(message, name, f"{name}: {fault}", clock(), for_good=False)
    else:
        actions.went_out(message, reference, clock())


def _hand(message: Message, now: datetime) -> str:
    """To the first address; a notification to every browser, of which one is enough. A reference. Raises Fault."""
    ways = Contact.objects.filter(person=message.person, channel=message.channel).order_by("place")
    channel = CHANNELS.get(message.channel)
    taken = list[str]()
    faults: list[Fault] = [Refusal("unreachable", f"{message.person} has no {message.channel}, or nothing sends it")]
    for way in ways if message.channel == PUSH else ways[:1]:
        try:
            if channel:
                taken.append(channel(Path(settings.HOME), way.address, words_of(message, now), is_example()))
        except Fault as fault:
            faults.append(fault)
            if isinstance(fault, Gone):
                drop_browsers(message.person, way.address, actor=SYSTEM, now=now)
    if taken:
        return taken[0]
    raise next((fault for fault in faults if isinstance(fault, Trouble)), faults[-1])


def words_of(message: Message, now: datetime) -> Text:
    """What is said, in the language of whoever reads it. From the second attempt on it says that it is a repeat."""
    person = Person.objects.get(id=message.person)
    context = {**message.context, "person": person, "repeat": message.attempts > 1, "example": is_example()}
    with override(person.language):
        said = render_to_string(f"outbox/{message.template}.txt", context).strip()
        subject, _, body = said.partition("\n")
        names = [f"outbox/{message.template}.{message.channel}.txt", f"outbox/{message.template}.short.txt"]
        short = " ".join(_first_of(names, context, subject).split())
    asks, link = bool(message.context.get("asked")), message.context.get("link", "")
    return Text(message.id, " ".join(subject.split()), body.strip() + "\n", short, person.language, asks, link, now)


def _first_of(names: Sequence[str], context: Mapping[str, Any], default: str) -> str:
    """The first of these templates that there is, else the default."""
    try:
        return str(select_template(list(names)).render(dict(context)))
    except TemplateDoesNotExist:
        return default
