"""The only functions that write in this room. Each is one transaction; time is an argument."""

from __future__ import annotations

import logging
import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from inviolable.alarm import pulse
from inviolable.alarm.actions import hold_back
from inviolable.alarm.pressed import waiting
from inviolable.alarm.straight import raise_surely
from inviolable.alarm.terms import Danger
from inviolable.door import consent, film
from inviolable.door.incident import incident_at
from inviolable.door.models import Device, Spoken, Waiting
from inviolable.door.statement import NoStatement, NotEnrolled, Statement, read_statement
from inviolable.door.straight import press_straight, write_down
from inviolable.door.terms import FOLLOWED_UP, Purpose, Whom, Zone, may_tell
from inviolable.incidents import actions as incidents
from inviolable.incidents import facts
from inviolable.incidents.models import Obligation
from inviolable.incidents.wording import in_each_language
from inviolable.law.faults import shown
from inviolable.ledger.actions import Actor, append, enrol_key, lock_stream, revoke_key
from inviolable.ledger.keys import key_id, verifies
from inviolable.ledger.models import Entry, Key
from inviolable.ledger.moments import Happened, read
from inviolable.posts.actions import SLUG, Refused
from inviolable.posts.lookup import holdings_of
from inviolable.posts.models import Post
from inviolable.posts.terms import DatedRole

#: What a device signs to show that it has the key that it asks to be enrolled with; its public half in hex follows.
ASKING = "inviolable door "
#: For how long a code counts, and how many devices may wait at a time.
WAITING, MOST_WAITING = timedelta(minutes=10), 2_000
#: A code is read from a tablet and typed: no two of these look alike. Eight of them are 39 bits.
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
#: Who may say that a tablet is the post's: whoever answers for it.
IN_CHARGE = (DatedRole.HEAD, DatedRole.ACTING_HEAD)
#: From when on an alarm was pressed so long ago that whoever is called is told.
LATE = timedelta(seconds=30)
#: For how long a device may say that it sleeps: over a night, since whoever took it could say so, too.
LONGEST_SLEEP = timedelta(hours=16)
#: Of how many statements it is known that they were done.
MOST_HEARD = 500

#: How much can be told about one incident, by all tablets of a post.
MOST_TOLD = 1_000
#: What a statement chooses from.
CLOSED = {"danger": Danger.values, "zone": Zone.values, "whom": Whom.values, "purpose": Purpose.values}
#: Where what it tells was found.
SOURCE = "tablet at the door"

logger = logging.getLogger(__name__)


class TooManyWait(Refused):
    """More devices ask to be enrolled than any ministry has."""


class NotYet(Refused):
    """What it is about is not recorded yet: to be said again in a moment."""


# ---- enrolment ---------------------------------------------------------------------------------


def ask(public: bytes, proof: bytes, *, now: datetime) -> Waiting:
    """A device asks to be enrolled: it gets a code, which whoever is in charge of its post types in.

    public: 32 bytes; proof: its signature over ASKING and those in hex. The code stands for that key alone, so that
    whoever overhears it has nothing. Raises Refused, and TooManyWait.
    """
    if not verifies(public, proof, f"{ASKING}{public.hex()}".encode()):
        raise Refused(_("proof: is not a signature by that key over what is expected."))
    if Key.objects.filter(key=key_id(public)).exists():
        raise Refused(_("public: this key is known already; make a new one."))
    if known := Waiting.objects.filter(public=public, until__gt=now).first():
        return known
    with transaction.atomic():  # Only now: whoever has no key must not hold up others.
        Waiting.objects.filter(until__lte=now).delete()
        if Waiting.objects.count() >= MOST_WAITING:
            raise TooManyWait(_("Too many devices wait to be enrolled. Try again in some minutes."))
        code = "".join(secrets.choice(LETTERS) for _letter in range(8))
        told = {"code": f"{code[:4]}-{code[4:]}", "until": now + WAITING}
        return Waiting.objects.get_or_create(public=public, defaults=told)[0]


@transaction.atomic
def approve(code: str, post: str, name: str, *, person: str, actor: Actor, now: datetime) -> Device:
    """Enrol the device that shows this code, for good. name: what the post calls it; person: who approves. Raises
    Refused."""
    place = Post.objects.filter(slug=post).first()
    if place is None:
        raise Refused(_("There is no such post."))
    if not any(one.person == person and one.role in IN_CHARGE and one.holds(now) for one in holdings_of([post])):
        raise Refused(_("Only whoever is head of this post today, or acts as head, can enrol a device there."))
    if not SLUG.fullmatch(name):
        said = _("Name: found %(found)s; expected: 2 to 40 small letters, digits and hyphens, such as desk.")
        raise Refused(said % {"found": shown(name)})
    if Device.objects.filter(post=post, name=name, cut=None).exists():
        raise Refused(
            _("There is a device %(name)s already; cut it off first, or choose another name.") % {"name": name}
        )
    waiting = Waiting.objects.select_for_update().filter(code=_code(code), until__gt=now).first()
    if waiting is None:
        raise Refused(_("No device shows this code now. Codes count for ten minutes; the tablet shows the next."))
    lock_stream(place.stream)  # Before the installation's, as whoever consents does.
    key = enrol_key(bytes(waiting.public), "device", f"{post}/{name}", actor=actor, now=now)
    append(place.stream, "device.enrolled", {"key": key, "post": post, "name": name}, actor=actor, now=now)
    waiting.delete()
    return Device.objects.get(key=key)


def _code(typed: str) -> str:
    """As it is kept, however it was typed."""
    plain = "".join(one for one in typed.upper() if one.isalnum())
    return f"{plain[:4]}-{plain[4:]}"


@transaction.atomic
def cut_off(key: str, why: str, *, actor: Actor, now: datetime) -> None:
    """From now on nothing that this device says counts, and its silence means nothing. Raises Refused.

    Rows are locked in the order in which `hear` locks them.
    """
    list(Spoken.objects.select_for_update().filter(key=key))
    device = Device.objects.filter(key=key, cut=None).first()
    if device is None:
        raise Refused(_("There is no such device, or it is cut off already."))
    if not (reason := " ".join(why.split())[:300]):
        raise Refused(_("Say why; a few words are enough."))
    lock_stream(Post.objects.get(slug=device.post).stream)
    with suppress(Refused):  # It was never heard from, or somebody stopped to watch its post.
        pulse.forget(device.post, actor=actor, now=now, source=device.actor["id"])
    if Key.objects.filter(key=key, revoked=None).exists():
        revoke_key(key, now, reason, actor=actor, now=now)
    stream = Post.objects.get(slug=device.post).stream
    append(stream, "device.cut_off", {"key": key, "post": device.post, "why": reason}, actor=actor, now=now)
    # Also while the database is away. A full disk does not keep it from being cut off.
    transaction.on_commit(partial(write_down, Path(settings.HOME)), robust=True)


# ---- what it says ------------------------------------------------------------------------------


class Heard(NamedTuple):
    """What came of a statement. device: the id of its key. post: whose it is, "" where the database is away. taken: up
    to which number it was heard. again: it came after something newer and was not done, so it has to be said anew."""

    device: str
    post: str
    taken: int
    again: bool = False


def hear(line: bytes, signature: bytes, *, now: datetime) -> Heard:
    """Do what a device says, once. What it has said before changes nothing.

    Raises NoStatement, NotEnrolled, and what raising an alarm refuses.
    """
    said = read_statement(line)
    _makes_sense(said)
    try:
        return _hear(said, line, signature, now)
    except (NoStatement, NotEnrolled, Refused):
        raise
    except Exception as fault:
        if said.say != "press" or not press_straight(Path(settings.HOME), said, line, signature, now):
            raise
        logger.error("a press cannot be recorded, so everybody is called straight: %s", type(fault).__name__)
        return Heard(said.device, "", said.number)


def _makes_sense(said: Statement) -> None:
    """Raises NoStatement."""
    if said.say == "tell" and not may_tell(said.more["key"], said.more["value"]):
        raise NoStatement(f"key, value: found {said.more['key']!r}, {said.more['value']!r}; no device tells that.")
    for name, choices in CLOSED.items():
        if said.more.get(name, choices[0]) not in choices:
            raise NoStatement(f"{name}: found {said.more[name]!r}; expected: {', '.join(choices)}.")


def _hear(said: Statement, line: bytes, signature: bytes, now: datetime) -> Heard:
    _enrolled(said, line, signature)
    with transaction.atomic():
        defaults = {"number": 0, "at": now}
        spoken, _new = Spoken.objects.select_for_update().get_or_create(key=said.device, defaults=defaults)
        device = _enrolled(said, line, signature)  # It may have been cut off while we waited.
        if said.number <= spoken.number:
            again = "id" in said.more and said.more["id"] not in spoken.heard
            return Heard(device.key, device.post, spoken.number, again)
        _do(device, said, now, again=said.more.get("id") in spoken.heard)
        if "id" in said.more:
            spoken.heard = [*spoken.heard, said.more["id"]][-MOST_HEARD:]
        spoken.number, spoken.at = said.number, now
        spoken.save()
    return Heard(device.key, device.post, said.number)


def _enrolled(said: Statement, line: bytes, signature: bytes) -> Device:
    """Whose statement it is. Raises NotEnrolled."""
    device = Device.objects.filter(key=said.device).first()
    key = Key.objects.filter(key=said.device, role="device", revoked=None).first()
    if device is None or key is None or not verifies(bytes(key.public), signature, line):
        raise NotEnrolled(cut=device is not None and device.cut is not None)
    return device


def _do(device: Device, said: Statement, now: datetime, *, again: bool) -> None:
    """What it says. again: it was done already; a copy of it, signed anew, says only that the device is there."""
    until = read(said.more["until"]) if "until" in said.more else None
    if until and not now < until <= now + LONGEST_SLEEP:
        hours = LONGEST_SLEEP // timedelta(hours=1)
        raise NoStatement(f"until: found {said.more['until']}; a moment within {hours} hours is allowed.")
    # Before the alarm: whoever misses a pulse locks it before the post's stream, too.
    pulse.beat(device.post, actor=device.actor, now=now, until=until)
    if again or said.say == "beat":
        return
    late = Happened.at(said.made) if said.made < now - LATE else None
    if said.say == "press":
        hold_back(device.post, device.actor, now)
        home, danger, name = Path(settings.HOME), said.more["danger"], said.more["id"]
        raise_surely(home, device.post, danger, way="device", actor=device.actor, now=now, name=name, late=late)
    elif said.say == "tell":
        _tell(device, said, late, now)
    elif said.say == "filmed":
        film.end(device, said.more["recording"], int(said.more["segments"]), now=now)
    else:
        told = {name: said.more[name] for name in ("zone", "whom", "purpose")}
        consent.ask(device.post, said.more["id"], **told, actor=device.actor, now=now, happened=late)


def _tell(device: Device, said: Statement, late: Happened | None, now: datetime) -> None:
    """Into the incident of the post's latest alarm: a claim, until a person confirms it."""
    incident = incident_at(device.post, now)
    if incident is None:
        if any(one.post == device.post for one in waiting(Path(settings.HOME))):
            raise NotYet(_("The alarm that this is about is not recorded yet."))
        raise NoStatement(f"{said.more['key']}: nothing happens at this post; press first.")
    key, value = said.more["key"], said.more["value"]
    if Entry.objects.filter(stream=incident.stream, kind="fact.claimed").count() >= MOST_TOLD:
        raise NoStatement(f"{key}: more than {MOST_TOLD} things were told about this incident.")
    whose = Post.objects.get(slug=device.post).name
    told: dict[str, Any] = {"actor": device.actor, "now": now, "happened": late}
    facts.claim(incident.reference, key, value, voice=whose, source=SOURCE, **told)
    if key in FOLLOWED_UP and value == "yes":
        words = in_each_language(
            lambda: _("Follow up what was done to whoever stood at the door: %(what)s") % {"what": FOLLOWED_UP[key]}
        )
        what = words["en"]
        if Obligation.objects.filter(incident=incident, what=what, closed_by=None).exists():
            return
        incidents.assign(incident.reference, what, "duty_officer", words=words, **told)
