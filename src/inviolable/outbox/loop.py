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

from inviolable.outbox import actions
from inviolable.outbox.channels import CHANNELS, Refusal, Text, Trouble
from inviolable.outbox.channels.terms import MARKS
from inviolable.outbox.models import Message
from inviolable.posts.actions import is_example
from inviolable.posts.models import Contact, Person

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
    contact = Contact.objects.filter(person=message.person, channel=message.channel).order_by("place").first()
    channel = CHANNELS.get(message.channel)
    try:
        if contact is None or channel is None:
            raise Refusal("unreachable", f"{message.person} has no {message.channel}, or nothing here sends it")
        reference = channel(Path(settings.HOME), contact.address, words_of(message), is_example())
    except Refusal as fault:
        actions.did_not(message, fault.short, str(fault), clock(), for_good=True)
    except Trouble as fault:
        actions.did_not(message, fault.short, str(fault), clock(), for_good=False)
    except Exception as fault:  # A fault of ours in one message must not keep the others from going out.
        name = type(fault).__name__
        actions.did_not(message, name, f"{name}: {fault}", clock(), for_good=False)
    else:
        actions.went_out(message, reference, clock())


def words_of(message: Message) -> Text:
    """What is said, in the language of whoever reads it. From the second attempt on it says that it is a repeat."""
    person = Person.objects.get(id=message.person)
    context = {**message.context, "person": person, "repeat": message.attempts > 1, "example": is_example()}
    with override(person.language):
        said = render_to_string(f"outbox/{message.template}.txt", context).strip()
        subject, _, body = said.partition("\n")
        names = [f"outbox/{message.template}.{message.channel}.txt", f"outbox/{message.template}.short.txt"]
        short = " ".join(_first_of(names, context, subject).split())
    return Text(
        message.id,
        " ".join(subject.split()),
        body.strip() + "\n",
        short,
        person.language,
        bool(context.get("asked")),
        context.get("link", ""),
        tuple(mark for mark in MARKS if context.get(mark)),
    )


def _first_of(names: Sequence[str], context: Mapping[str, Any], default: str) -> str:
    """The first of these templates that there is, else the default."""
    try:
        return str(select_template(list(names)).render(dict(context)))
    except TemplateDoesNotExist:
        return default
