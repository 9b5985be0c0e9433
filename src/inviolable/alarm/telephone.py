"""What people say by telephone: that they have an alarm or cannot, and that there is one.

A provider's signature vouches for what was said, and a number of our staff for who said it. Anything else never calls
anybody by itself: it is shown to people.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from unicodedata import combining, normalize

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from inviolable.alarm.actions import acknowledge, decline
from inviolable.alarm.letters import letters
from inviolable.alarm.models import Alarm, Unverified
from inviolable.alarm.plan import Candidate
from inviolable.alarm.storm import TEMPLATE as STORM
from inviolable.alarm.straight import raise_surely
from inviolable.alarm.terms import Danger
from inviolable.ledger.actions import INSTALLATION, SYSTEM, append, lock_stream
from inviolable.outbox import actions as outbox
from inviolable.outbox.inbound import Back, Told
from inviolable.outbox.models import Message
from inviolable.posts.actions import Refused
from inviolable.posts.lookup import placed_at
from inviolable.posts.models import Person, Post

#: What counts as an answer by text or by key.
YES, NO = frozenset({"1", "si", "yes", "ok"}), frozenset({"9", "no"})
#: Words of a text that says yes, at most.
LONGEST_YES = 3
#: What is said back to an answer.
NOTED = {
    "has": _("Noted: you have it."),
    "cannot": _("Noted: you cannot."),
    "late": _("This alarm waits for no answer of yours."),
}
#: Whoever answers so soon after the end reads that it is over; the same is said again after a while, so often at most.
JUST_OVER, AT_ONCE, MOST_NOTED = timedelta(hours=1), timedelta(seconds=20), 10
#: The first word of a text that raises an alarm, and what other words in it say.
HELP = frozenset({"alarm", "alarma", "sos", "auxilio", "ayuda", "help"})
DRILL = frozenset({"drill", "simulacro"})
#: "This is not a drill": in doubt it is real.
DENIED = frozenset({"no", "not", "sin", "real", "never", "nunca"})
DANGERS = {
    Danger.FIRE: ("fire", "fuego", "incendio"),
    Danger.MEDICAL: ("medical", "medico", "medica", "doctor"),
    Danger.BOMB_THREAT: ("bomb", "bomba"),
    Danger.THREAT: ("threat", "amenaza"),
    Danger.STREET_OPERATION: ("street", "calle"),
}
#: How often it is recorded at most that somebody whom we do not know asks for help.
UNKNOWN = timedelta(minutes=1)


def heard(people: Sequence[str], message: Message | None, told: Told, now: datetime) -> Back:
    """What a number told, and whose it may be: an answer, or an alarm. Gives what is said back.

    A yes is short: "Si es urgente, llame al 911" is an automatic reply, and nobody has anything.
    """
    words = [_plain(word) for word in told.words.split()]
    first = words[0] if words else ""
    if told.what == "call":
        return _called(people, told, first, now)
    if people and (first in NO or (first in YES and len(words) <= LONGEST_YES)):
        return answer(people, message, told, first, now)
    if told.what == "reply" and first in HELP:
        _asks_for_help(people, told, words[1:], now)
    return Back()


def _plain(word: str) -> str:
    """A word without case, accents and what stands around it."""
    return "".join(one for one in normalize("NFKD", word) if one.isalnum() and not combining(one)).casefold()


def answer(people: Sequence[str], message: Message | None, told: Told, said: str, now: datetime) -> Back:
    """1 or yes, 9 or no, by a key or by text. A text counts for the newest call that is still open. Says back whether
    it counted.

    Of those who share a number it is one who speaks: whoever was called last; and nobody where one of them raised it.
    """
    last = Message.objects.filter(person__in=people, template="alarm").order_by("-queued", "id").first()
    if last is None:
        return Back()
    person, noted, asked = last.person, "late", _asked(last.person, message)
    for alarm, role in asked:
        if Alarm.objects.filter(id=alarm, raiser__in=people).exists():
            continue
        who = {"role": role, "id": person}
        with suppress(Refused):
            if said in YES:
                acknowledge(alarm, role, person, way=told.channel, actor=who, now=now)
            else:
                decline(alarm, role, person, told.words, way=told.channel, actor=who, now=now)
            noted = "has" if said in YES else "cannot"
    if told.what == "key":
        language = Person.objects.get(id=person).language
        with override(language):
            return Back(str(NOTED[noted]), language)
    if noted != "late" or not Alarm.objects.filter(raiser__in=people, ended=None).exists():
        _text_back(asked[0][0] if asked else last.id.partition("/")[0], person, noted, now)
    return Back()


@transaction.atomic
def _text_back(name: str, person: str, noted: str, now: datetime) -> None:
    """Whether it counted. Of an alarm that is long over nothing is said, and never the same at once again: it may be a
    machine that answers."""
    alarm = Alarm.objects.select_for_update().filter(id=name).first()
    if alarm is None or (noted == "late" and not (alarm.ended and now - alarm.ended < JUST_OVER)):
        return
    before = Message.objects.filter(id__startswith=f"{alarm.id}/noted-", person=person).order_by("-queued")
    newest, many = before.first(), before.count()
    if many >= MOST_NOTED or (newest and newest.context["noted"] == noted and now - newest.queued < AT_ONCE):
        return
    found = letters(alarm, f"{alarm.id}/noted-{many}", Candidate(person, ("sms",)), "alarm_noted", {"noted": noted})
    outbox.send_all(found, stream=alarm.stream, crash="ask", actor=SYSTEM, now=now)


def _asked(person: str, message: Message | None) -> list[tuple[str, str]]:
    """By a call: what it asked about, or all that it named. Else every role as which somebody was asked in their newest
    alarm that is open."""
    all_named = set(message.context["alarms"].split()) if message and message.template == STORM else set()
    every = Message.objects.filter(person=person, template="alarm").order_by("-queued", "id")
    calls = [message] if message and not all_named else every
    asked = [(one.id.partition("/")[0], one.context["as"]) for one in calls if one.context.get("asked")]
    if all_named:
        return list(dict.fromkeys(one for one in asked if one[0] in all_named))
    still = set(Alarm.objects.filter(id__in={alarm for alarm, _ in asked}, ended=None).values_list("id", flat=True))
    newest = next((alarm for alarm, _ in asked if alarm in still), None)
    if newest and asked[0][0] != newest and _is_drill(asked[0][0]) != _is_drill(newest):
        return []  # Somebody answers a drill that is over: no real alarm is silenced for that, and the reverse.
    return list(dict.fromkeys(one for one in asked if one[0] == newest))


def _is_drill(name: str) -> bool:
    return Alarm.objects.filter(id=name, exercise=True).exists()


def _called(people: Sequence[str], told: Told, key: str, now: datetime) -> Back:
    """Somebody calls us: whoever is of our staff is asked whether there is an alarm, and 1 raises it."""
    person, place = _where(people, now)
    post = Post.objects.filter(slug=place).first()
    if post is None:
        _unknown(told, now)
        return Back()
    language = Person.objects.get(id=person).language
    with override(language):
        if key == "1":
            _raise(person, post.slug, Danger.ATTEMPTED_ENTRY, told, now)
            return Back(gettext("The alarm of %(post)s is raised.") % {"post": post.name}, language)
        return Back(gettext("To raise the alarm of %(post)s, press 1.") % {"post": post.name}, language, True)


def _where(people: Sequence[str], now: datetime) -> tuple[str, str]:
    """Who of those who share a number holds a role, and where; ("", "") where nobody does."""
    found = ((person, placed_at(person, now)) for person in people)
    return next((one for one in found if one[1]), ("", ""))


def _asks_for_help(people: Sequence[str], told: Told, words: list[str], now: datetime) -> None:
    """A text that begins with a word of help: at the post it names, else at the one where its sender holds a role."""
    person, place = _where(people, now)
    said = {*words, *map("".join, pairwise(words))}
    named = next((slug for slug in Post.objects.values_list("slug", flat=True) if _plain(slug) in said), "")
    post = named if people and named else place
    person = person or next(iter(people), "")
    if not post:
        _unknown(told, now)
        return
    danger = next((danger for danger, known in DANGERS.items() if set(known) & set(words)), Danger.ATTEMPTED_ENTRY)
    drill = bool(DRILL & set(words)) and not DENIED & set(words)
    _raise(person, post, danger, told, now, exercise=drill)


def _raise(person: str, post: str, danger: str, told: Told, now: datetime, *, exercise: bool = False) -> None:
    """Once for the same text or call, however often the provider tells of it; also after the alarm is over."""
    name = f"{told.channel}-{sha256(told.id.encode()).hexdigest()[:32]}" if told.id else ""
    if name and Alarm.objects.filter(id=name).exists():
        return
    with suppress(Refused):  # Nobody is there who could be told.
        raise_surely(
            Path(settings.HOME),
            post,
            danger,
            way=told.channel,
            actor={"role": "staff", "id": person},
            now=now,
            name=name,
            raiser=person,
            exercise=exercise,
        )


@transaction.atomic
def _unknown(told: Told, now: datetime) -> None:
    """Record that somebody whom we cannot place asks for help; a person decides what it is worth."""
    lock_stream(INSTALLATION)
    if not Unverified.objects.filter(at__gt=now - UNKNOWN).exists():
        body = {"way": told.channel, "ends": told.number[-3:] or "?"}
        append(INSTALLATION, "alarm.unverified", body, actor=SYSTEM, now=now)


outbox.when_heard(heard)
