"""The only functions that write in this room. Each joins the caller's transaction or is one; time is an argument."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import connection, transaction
from django.db.models import Q

from inviolable.ledger.actions import INSTALLATION, SYSTEM, Actor, append
from inviolable.outbox.inbound import Told
from inviolable.outbox.models import Message
from inviolable.posts.actions import add_browser
from inviolable.posts.models import Contact
from inviolable.posts.terms import PUSH

#: For how long whoever sends a message has it alone. What a slow server takes later may go out twice, and says so.
LEASE = timedelta(seconds=30)
#: After which attempt how long is waited. After the last one a message is given up.
PAUSES = (
    timedelta(seconds=5),
    timedelta(seconds=15),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
)


#: By how much the clocks of two machines may differ, before one of them is taken for wrong.
APART = timedelta(minutes=1)
#: A message that the channel took, or is just taking: a receipt may come before its answer does.
OUT = (Message.State.SENDING, Message.State.SENT)

_JUDGES: list[Callable[[Message], bool]] = []
_ANSWERS: list[Callable[[str, Message | None, Told, datetime], None]] = []
_LISTENERS: list[Callable[[Message, datetime], None]] = []


class NotReachable(ValueError):
    """Somebody who has no such channel; the message says who and which."""


def send(
    message: str,
    person: str,
    channel: str,
    template: str,
    context: Mapping[str, str],
    *,
    stream: str,
    crash: str,
    actor: Actor,
    now: datetime,
) -> Message:
    """Queue a message in the caller's transaction: it goes out when that commits, and not if it does not.

    The same id again is the same message, whatever else is said. Raises NotReachable.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("send() belongs into the transaction of what it tells of.")
    if before := Message.objects.filter(id=message).first():
        return before
    if not Contact.objects.filter(person=person, channel=channel).exists():
        raise NotReachable(f"{person} has no {channel}; see `inviolable posts warnings`.")
    told = {"message": message, "person": person, "channel": channel, "template": template, "crash": crash}
    append(stream, "message.queued", told, actor=actor, now=now)
    kept = {"person": person, "channel": channel, "template": template, "context": dict(context), "crash": crash}
    return Message.objects.create(id=message, stream=stream, queued=now, due=now, **kept)


@transaction.atomic
def notify_in(subscription: str, person: str, *, actor: Actor, now: datetime) -> None:
    """Notify somebody in this browser from now on; a trial shows at once whether it works. Raises Refused."""
    add_browser(person, subscription, actor=actor, now=now)
    send(
        f"try/{uuid4()}",
        person,
        PUSH,
        "try",
        {"role": actor["role"]},
        stream=INSTALLATION,
        crash="resend",
        actor=actor,
        now=now,
    )


@transaction.atomic
def claim(owner: str, now: datetime, channels: Collection[str] | None = None) -> Message | None:
    """One message that is due, for this owner alone until its lease ends; None where there is none.

    channels: only by these. What is due later than any pause lasts was queued by a clock that was wrong: it is due.
    """
    free = Message.objects.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
    due = free.filter(Q(due__lte=now) | Q(due__gt=now + PAUSES[-1] + APART), state=Message.State.WAITING)
    due = due if channels is None else due.filter(channel__in=channels)
    found = due.order_by("due", "id").first()
    if found is not None:
        found.state, found.owner, found.leased = Message.State.SENDING, owner, now + LEASE
        found.attempts += 1
        found.save()
    return found


@transaction.atomic
def take_over(now: datetime) -> int:
    """What was cut off while it was sent: sent again as a repeat, or held for a person. How many."""
    over = Q(leased__lt=now) | Q(leased__gt=now + LEASE + APART)
    cut = Message.objects.select_for_update().filter(over, state=Message.State.SENDING)
    for message in (found := list(cut)):
        message.said = "sending was cut off; it may have gone out"
        if message.crash == "hold":
            _end(message, Message.State.HELD, "message.held", "cut off", now)
        else:
            message.state, message.due = Message.State.WAITING, now
            message.save()
    return len(found)


@transaction.atomic
def went_out(message: Message, reference: str, now: datetime) -> None:
    """The channel took it. Whoever lost the lease meanwhile says nothing."""
    if held := _mine(message):
        held.state, held.reference, held.said = Message.State.SENT, reference[:200], ""
        held.save()
        told = {"message": held.id, "attempt": held.attempts, "reference": held.reference}
        append(held.stream, "message.sent", told, actor=SYSTEM, now=now)


@transaction.atomic
def did_not(message: Message, why: str, said: str, now: datetime, *, for_good: bool) -> None:
    """The channel did not take it: tried again after a while, or given up. why: for the record; said: for people."""
    if held := _mine(message):
        held.said = said[:1000]
        if for_good or held.attempts > len(PAUSES):
            _end(held, Message.State.FAILED, "message.failed", why, now)
        else:
            held.state, held.due = Message.State.WAITING, now + PAUSES[held.attempts - 1]
            held.save()


@transaction.atomic
def drop(message: Message, now: datetime) -> None:
    """It is claimed, but nobody wants it any more: what it tells of is over."""
    if held := _mine(message):
        _end(held, Message.State.FAILED, "message.failed", "withdrawn", now)


def is_wanted(message: Message) -> bool:
    """Whether the rooms above still want it to go out."""
    return all(judge(message) for judge in _JUDGES)


def when_due(judge: Callable[[Message], bool]) -> None:
    """Have a room above say, just before each message goes out, whether it is still wanted."""
    _JUDGES.append(judge)


@transaction.atomic
def release(message: str, *, actor: Actor, now: datetime) -> bool:
    """Let a held message go out after all; False where none of that id is held."""
    held = Message.objects.select_for_update().filter(id=message, state=Message.State.HELD).first()
    if held is None:
        return False
    append(held.stream, "message.released", {"message": held.id}, actor=actor, now=now)
    held.state, held.due = Message.State.WAITING, now
    held.save()
    return True


@transaction.atomic
def withdraw(prefix: str, now: datetime) -> None:
    """What still waits of the messages whose id begins so is not sent any more: what it tells of is over."""
    waiting = Message.objects.select_for_update().filter(id__startswith=prefix, state=Message.State.WAITING)
    for message in list(waiting):
        _end(message, Message.State.FAILED, "message.failed", "withdrawn", now)


@transaction.atomic
def heard(told: Told, now: datetime) -> None:
    """Take in what a provider told: a receipt, or what somebody answered, which the rooms above make something of."""
    if told.what == "reply":
        for person in _people_at(told.channel, told.number):
            _answered(person, None, told, now)
        return
    if told.what == "key":
        if pressed := Message.objects.filter(id=told.message).first():
            _answered(pressed.person, pressed, replace(told, channel=pressed.channel), now)
        return
    message = Message.objects.select_for_update().filter(id=told.message).first()
    if message is None:
        return
    if told.arrived and message.state in OUT:
        message.state = Message.State.DELIVERED
        message.save()
        append(message.stream, "message.delivered", {"message": message.id}, actor=SYSTEM, now=now)
    elif not told.arrived and message.state in OUT:
        _end(message, Message.State.FAILED, "message.failed", "undelivered", now)


def _people_at(channel: str, number: str) -> list[str]:
    """Whose number it is. Numbers are encrypted, so all are looked at."""
    wanted = _digits(number)
    ways = Contact.objects.filter(channel=channel).order_by("person")
    return [way.person_id for way in ways if wanted and _digits(way.address) == wanted]


def _digits(number: str) -> str:
    return "".join(one for one in number if one.isdecimal())


def _answered(person: str, message: Message | None, told: Told, now: datetime) -> None:
    for listener in _ANSWERS:
        listener(person, message, told, now)


def when_answered(listener: Callable[[str, Message | None, Told, datetime], None]) -> None:
    """Have a room above hear what a person answered: by which message where that is known, and how."""
    _ANSWERS.append(listener)


def when_given_up(listener: Callable[[Message, datetime], None]) -> None:
    """Have a room above hear of each message that is given up, in the same transaction."""
    _LISTENERS.append(listener)


def _mine(message: Message) -> Message | None:
    mine = {"state": Message.State.SENDING, "owner": message.owner, "attempts": message.attempts}
    return Message.objects.select_for_update().filter(id=message.id, **mine).first()


def _end(message: Message, state: Message.State, kind: str, why: str, now: datetime) -> None:
    """The listeners come before the entry: they lock what is theirs, and whoever has that locks the stream after it."""
    message.state = state
    message.save()
    for listener in _LISTENERS if state == Message.State.FAILED else ():
        listener(message, now)
    told = {"message": message.id, "attempt": message.attempts, "why": why}
    append(message.stream, kind, told, actor=SYSTEM, now=now)
