"""The only functions that write in this room. Each joins the caller's transaction or is one; time is an argument."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import uuid4

from django.db import connection, transaction
from django.db.models import F, Q

from inviolable.ledger.actions import INSTALLATION, SYSTEM, Actor, append, append_all
from inviolable.outbox.inbound import Back, Told
from inviolable.outbox.models import OUTSIDE, Message
from inviolable.posts.actions import add_browser
from inviolable.posts.lookup import ways_of
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
#: A message that the channel took, is just taking, or may have taken: a receipt says that it did.
OUT = (Message.State.SENDING, Message.State.SENT, Message.State.HELD)

#: On what PostgreSQL tells other processes that something was queued.
BELL = "inviolable_outbox"
_QUEUED = """
INSERT INTO outbox_message (id, person, channel, template, context, stream, crash, queued, due,
                            state, attempts, owner, reference, said)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, 'waiting', 0, '', '', '')
"""
_SENT = "UPDATE outbox_message SET state = 'sent', said = '', reference = %s WHERE id = %s"
_JUDGES: list[Callable[[Sequence[Message]], set[str]]] = []
_HEARERS: list[Callable[[Sequence[str], Message | None, Told, datetime], Back]] = []
_WAKERS: list[Callable[[], None]] = []
_LISTENERS: list[Callable[[Message, datetime], None]] = []


class Letter(NamedTuple):
    """What is queued: its id, to whom, by which channel, and the template and context of its words."""

    id: str
    person: str
    channel: str
    template: str
    context: Mapping[str, str]


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
    letter = Letter(message, person, channel, template, context)
    send_all([letter], stream=stream, crash=crash, actor=actor, now=now)
    if found := Message.objects.filter(id=message).first():
        return found
    raise NotReachable(f"{person} has no {channel}; see `inviolable posts warnings`.")


def send_all(letters: Sequence[Letter], *, stream: str, crash: str, actor: Actor, now: datetime) -> None:
    """The same for many at once. Whoever has no such channel gets nothing by it."""
    if not connection.in_atomic_block:
        raise RuntimeError("send_all() belongs into the transaction of what it tells of.")
    known = set(Message.objects.filter(id__in=[one.id for one in letters]).values_list("id", flat=True))
    ways = ways_of({one.person for one in letters}) | {OUTSIDE: ("mail",)}
    fresh = [one for one in letters if one.id not in known and one.channel in ways[one.person]]
    told = [
        {"message": one.id, "person": one.person, "channel": one.channel, "template": one.template, "crash": crash}
        for one in fresh
    ]
    if not fresh:
        return
    append_all(stream, "message.queued", told, actor=actor, now=now)
    _wake_when_it_counts()
    at = connection.ops.adapt_datetimefield_value(now)
    with connection.cursor() as cursor:  # An alarm for a thousand people is raised in 0.27 s; by bulk_create in 0.53.
        rows = [[*one[:4], json.dumps(dict(one.context)), stream, crash, at, at] for one in fresh]
        cursor.executemany(_QUEUED, rows)


def _wake_when_it_counts() -> None:
    """Whoever sends looks at once when this commits: in this process, and by NOTIFY in every other."""
    transaction.on_commit(_wake)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"NOTIFY {BELL}")


def _wake() -> None:
    for waker in _WAKERS:
        waker()


@contextmanager
def waking(waker: Callable[[], None]) -> Iterator[None]:
    """Have this called whenever something was queued in this process, until the end of the block."""
    _WAKERS.append(waker)
    try:
        yield
    finally:
        _WAKERS.remove(waker)


@transaction.atomic
def notify_in(subscription: str, person: str, *, actor: Actor, now: datetime) -> None:
    """Notify somebody in this browser from now on; a trial shows at once whether it works. Raises Refused."""
    add_browser(person, subscription, actor=actor, now=now)
    trial = Letter(f"try/{uuid4()}", person, PUSH, "try", {"role": actor["role"]})
    send_all([trial], stream=INSTALLATION, crash="resend", actor=actor, now=now)


def claim(owner: str, now: datetime, channels: Collection[str] | None = None, most: int = 1) -> list[Message]:
    """So many messages that are due, at most, for this owner alone until their lease ends; the oldest first.

    channels: only by these. What is due later than any pause lasts was queued by a clock that was wrong: it is due.
    """
    due = Message.objects.filter(Q(due__lte=now) | Q(due__gt=now + PAUSES[-1] + APART), state=Message.State.WAITING)
    due = due if channels is None else due.filter(channel__in=channels)
    if not (most and due.exists()):
        return []  # Whoever finds nothing to do takes no lock.
    with transaction.atomic():
        free = due.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
        found = list(free.order_by("due", "id")[:most])
        mine = {"state": Message.State.SENDING, "owner": owner, "leased": now + LEASE}
        Message.objects.filter(id__in=[one.id for one in found]).update(attempts=F("attempts") + 1, **mine)
    for one in found:
        one.state, one.owner, one.leased, one.attempts = Message.State.SENDING, owner, now + LEASE, one.attempts + 1
    return found


def take_over(now: datetime) -> int:
    """What was cut off while it was sent: sent again as a repeat, or held for a person. How many."""
    over = Q(leased__lt=now) | Q(leased__gt=now + LEASE + APART)
    cut = Message.objects.filter(over, state=Message.State.SENDING)
    if not cut.exists():
        return 0
    with transaction.atomic():
        found = list(cut.select_for_update().order_by("id"))
        for message in found:
            message.said = "sending was cut off; it may have gone out"
            if message.crash == "hold":
                _end(message, Message.State.HELD, "message.held", "cut off", now)
            elif message.attempts > len(PAUSES):
                _end(message, Message.State.FAILED, "message.failed", "cut off", now)
            else:
                message.state, message.due = Message.State.WAITING, now
                message.save()
    return len(found)


@transaction.atomic
def went_out(taken: Sequence[tuple[Message, str]], now: datetime) -> None:
    """The channel took them, each under its reference. Whoever lost the lease of one meanwhile says nothing of it."""
    references = {(one.id, one.owner, one.attempts): reference[:200] for one, reference in taken}
    sending = Message.objects.filter(id__in=[one.id for one, _ in taken], state=Message.State.SENDING)
    rows = sending.select_for_update().order_by("id").only("id", "owner", "attempts", "stream")
    held = [one for one in rows if (one.id, one.owner, one.attempts) in references]
    for one in held:
        one.reference = references[one.id, one.owner, one.attempts]
    with connection.cursor() as cursor:  # In the time that the ORM would take for one of them.
        cursor.executemany(_SENT, [[one.reference, one.id] for one in held])
    for stream in sorted({one.stream for one in held}):
        told = [
            {"message": one.id, "attempt": one.attempts} | ({"reference": one.reference} if one.reference else {})
            for one in held
            if one.stream == stream
        ]
        append_all(stream, "message.sent", told, actor=SYSTEM, now=now)


@transaction.atomic
def put_back(untried: Sequence[Message]) -> None:
    """They were claimed, but no line became free: as if they had not been."""
    for message in untried:
        if held := _mine(message):
            held.state, held.attempts = Message.State.WAITING, held.attempts - 1
            held.save()


@transaction.atomic
def did_not(message: Message, why: str, said: str, now: datetime, *, for_good: bool, unclear: bool = False) -> None:
    """The channel did not take it: tried again after a while, or given up. why: for the record; said: for people.

    unclear: it may have: what must not go out twice waits for a person.
    """
    if held := _mine(message):
        held.said = said[:1000]
        if unclear and held.crash == "hold":
            _end(held, Message.State.HELD, "message.held", why, now)
        elif for_good or held.attempts > len(PAUSES):
            _end(held, Message.State.FAILED, "message.failed", why, now)
        else:
            held.state, held.due = Message.State.WAITING, now + PAUSES[held.attempts - 1]
            held.save()


@transaction.atomic
def drop(message: Message, now: datetime) -> None:
    """It is claimed, but nobody wants it any more: what it tells of is over."""
    if held := _mine(message):
        _end(held, Message.State.FAILED, "message.failed", "withdrawn", now)


def unwanted(messages: Sequence[Message]) -> set[str]:
    """The ids of those that the rooms above do not want to go out any more."""
    return set().union(*(judge(messages) for judge in _JUDGES))


def when_due(judge: Callable[[Sequence[Message]], set[str]]) -> None:
    """Have a room above say, just before messages go out, which of them are not wanted any more."""
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
def confirm(message: str, *, actor: Actor, now: datetime) -> bool:
    """A held message went out, as a person found; False where none of that id is held."""
    held = Message.objects.select_for_update().filter(id=message, state=Message.State.HELD).first()
    if held is None:
        return False
    append(held.stream, "message.confirmed", {"message": held.id}, actor=actor, now=now)
    held.state = Message.State.SENT
    held.save()
    return True


@transaction.atomic
def withdraw(prefix: str, now: datetime) -> None:
    """What still waits of the messages whose id begins so is not sent any more: what it tells of is over."""
    waiting = Message.objects.select_for_update().filter(id__startswith=prefix, state=Message.State.WAITING)
    found = list(waiting.order_by("id").values_list("stream", "id", "attempts"))
    Message.objects.filter(id__in=[name for _, name, _ in found]).update(state=Message.State.FAILED)
    for stream in sorted({stream for stream, _, _ in found}):
        told = [{"message": name, "attempt": tries, "why": "withdrawn"} for at, name, tries in found if at == stream]
        append_all(stream, "message.failed", told, actor=SYSTEM, now=now)


def heard(told: Told, now: datetime) -> Back:
    """Take in what a provider told: a receipt, or what somebody said, which the rooms above make something of.

    What is to be said back, where a call waits for it.
    """
    if told.what == "receipt":
        _receipt(told, now)
        return Back()
    if told.what == "key":
        message = Message.objects.filter(id=told.message).first()
        return _said([message.person], message, replace(told, channel=message.channel), now) if message else Back()
    return _said(_people_at(told.number), None, told, now)


@transaction.atomic
def _receipt(told: Told, now: datetime) -> None:
    message = Message.objects.select_for_update().filter(id=told.message).first()
    if message is None:
        return
    if told.arrived and message.state in OUT:
        message.state = Message.State.DELIVERED
        message.save()
        append(message.stream, "message.delivered", {"message": message.id}, actor=SYSTEM, now=now)
    elif not told.arrived and message.state in OUT:
        _end(message, Message.State.FAILED, "message.failed", "undelivered", now)


def _people_at(number: str) -> list[str]:
    """Whose number it is, for texts or for calls. Numbers are encrypted, so all are looked at."""
    wanted = _digits(number)
    ways = Contact.objects.filter(channel__in=("sms", "voice")).order_by("person")
    return list(dict.fromkeys(way.person_id for way in ways if wanted and _digits(way.address) == wanted))


def _digits(number: str) -> str:
    return "".join(one for one in number if one.isdecimal())


def _said(people: Sequence[str], message: Message | None, told: Told, now: datetime) -> Back:
    """What the first has to say that has anything."""
    said = [hearer(people, message, told, now) for hearer in _HEARERS]
    return next((back for back in said if back.words), Back())


def when_heard(hearer: Callable[[Sequence[str], Message | None, Told, datetime], Back]) -> None:
    """Have a room above hear what one of these people said (none: nobody has that number), to which message if that is
    known, and how. It gives what is said back to a call."""
    _HEARERS.append(hearer)


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
