"""What the tablet at the door asks. No cookie counts: a device is believed by its signature, and told nobody's name.

POST /door/enrol   {"public", "proof"}         201 {"code", "until"}: show the code until whoever is in charge typed it
POST /door/say     {"statement", "signature"}  200 {"taken", "alarms", "consents", "now"?, "place"?}; 401, 403, 409

docs/door.md says what each field is.
"""

from __future__ import annotations

import logging
import re
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse

from inviolable.alarm.actions import TooMany
from inviolable.alarm.models import Alarm
from inviolable.alarm.picture import first_seen
from inviolable.alarm.terms import DURESS, Danger
from inviolable.door import actions, film
from inviolable.door.consent import LONGEST, standing
from inviolable.door.incident import APART
from inviolable.door.models import Consent
from inviolable.door.place import place_of
from inviolable.door.statement import ID, NoStatement, NotEnrolled
from inviolable.ledger.moments import written
from inviolable.ledger.subjects import TooFewRecipients
from inviolable.posts.actions import Refused
from inviolable.posts.programs import Field, Problem, endpoint, fields_of, only_post

logger = logging.getLogger(__name__)
#: For how long a device is told of an alarm that was stood down.
OVER = timedelta(minutes=10)
#: How many alarms a device is told of.
MOST = 2 * len(Danger)
#: Where nobody knows how things stand: without `now` nothing is over.
UNKNOWN: dict[str, Any] = {"alarms": [], "consents": []}


def hexed(size: int) -> Field:
    """So many bytes in hex."""
    return Field(
        lambda value: type(value) is str and re.fullmatch(f"[0-9a-f]{{{2 * size}}}", value), f"{2 * size} of 0–9, a–f"
    )


#: What a device that films would begin next; nothing where it has none.
RECORDING = Field(lambda value: type(value) is str and (not value or ID.fullmatch(value)), "36 of 0–9, a–f, -", False)


def text(longest: int) -> Field:
    """A text of so many characters at most."""
    return Field(lambda value: type(value) is str and value.isascii() and len(value) <= longest, f"ASCII, 0–{longest}")


TEXT = text(2_000)


@endpoint
def enrol(request: HttpRequest) -> HttpResponse:
    """A device asks to be enrolled."""
    only_post(request)
    told = fields_of(request, public=hexed(32), proof=hexed(64))
    try:
        waiting = actions.ask(bytes.fromhex(told["public"]), bytes.fromhex(told["proof"]), now=_now(request))
    except actions.TooManyWait as fault:
        raise Problem(429, str(fault), Retry_After="60") from None
    return JsonResponse({"code": waiting.code, "until": written(waiting.until)}, status=201)


@endpoint
def say(request: HttpRequest) -> HttpResponse:
    """A device says something; the answer is how things stand at its post."""
    only_post(request)
    told = fields_of(request, statement=TEXT, signature=hexed(64), has=TEXT._replace(needed=False), film=RECORDING)
    now = _now(request)
    try:
        heard = actions.hear(told["statement"].encode(), bytes.fromhex(told["signature"]), now=now)
    except NoStatement as fault:
        return JsonResponse({"fault": str(fault)}, status=400)
    except NotEnrolled as fault:
        if fault.cut:
            return JsonResponse({"cut": "yes"}, status=403)
        raise Problem(401, str(fault), WWW_Authenticate="Signature") from None
    except TooMany as fault:
        raise Problem(429, str(fault), Retry_After="60") from None
    except actions.NotYet as fault:
        raise Problem(503, str(fault), Retry_After="2") from None
    except Refused as fault:
        return JsonResponse({"fault": str(fault)}, status=400)
    if heard.again:
        return JsonResponse({"again": "yes", "taken": heard.taken}, status=409)
    if not heard.post:
        return JsonResponse({"taken": heard.taken, **UNKNOWN})
    try:
        there = _standing(heard.post, told.get("has", ""), now)
    except Exception as fault:  # It was heard, and must know that.
        logger.error("a device cannot be told how things stand: %s", type(fault).__name__)
        there = UNKNOWN
    return JsonResponse({"taken": heard.taken, **there, **_film(heard.device, told.get("film"), now)})


def _film(device: str, has: str | None, now: datetime) -> dict[str, Any]:
    """For a device that films: what it would begin next. Nothing where headquarters has no keys to seal to, or where
    it cannot be told: how things stand must be told all the same."""
    if has is None:
        return {}
    try:
        return {"film": film.ready_for(device, has, now=now)}
    except TooFewRecipients:
        return {}
    except Exception as fault:
        logger.error("a device cannot be told what it films with: %s", type(fault).__name__)
        return {}


def _standing(post: str, has: str, now: datetime) -> dict[str, Any]:
    """How things stand at a post; what is known of the post itself where a device has something else. has: a digest."""
    place, digest = place_of(post, now.date())
    over = _over(post, now)
    consents = [_consent(one, over, now) for one in standing(post, now)]
    told: dict[str, Any] = {"alarms": _alarms(post, now), "consents": consents, "now": written(now)}
    return told if has == digest else {**told, "place": {**place, "digest": digest}}


def _alarms(post: str, now: datetime) -> list[dict[str, Any]]:
    """Those at its post that stand open, then those stood down just now, the newest first: seen by which role, and
    when. Each kind of danger stands open once, so all that stand open are told."""
    at_post = Alarm.objects.filter(post=post, exercise=False).exclude(way=DURESS).prefetch_related("replies")
    newest = at_post.order_by("-raised", "-id")
    found = [*newest.filter(ended=None)[:MOST], *newest.filter(ended__gt=now - OVER)[:MOST]]
    return [_told(alarm) for alarm in found[:MOST]]


def _over(post: str, now: datetime) -> datetime | None:
    """Since when what happened before is over: when the last alarm was stood down of which none that stands open now
    is the continuation. A yes of before then was for somebody else (scenario 6)."""
    alarms = Alarm.objects.filter(Q(ended=None) | Q(ended__gt=now - LONGEST), post=post, exercise=False)
    began, over = now, None
    for raised, ended in alarms.exclude(way__in=APART).order_by("-raised").values_list("raised", "ended"):
        if ended is None or ended > began:
            began = min(began, raised)
        else:
            over = max(over or ended, ended)
    return over


def _told(alarm: Alarm) -> dict[str, Any]:
    told: dict[str, Any] = {"id": alarm.id, "danger": alarm.danger, "raised": written(alarm.raised)}
    if alarm.ended:
        told["ended"] = written(alarm.ended)
    if seen := first_seen(sorted(alarm.replies.all(), key=lambda one: (one.at, one.id))):
        told["seen"] = {"role": seen.role, "at": written(seen.at)}
    return told


def _consent(one: Consent, over: datetime | None, now: datetime) -> dict[str, str]:
    """What was asked, and whether they may come in; earlier: it belongs to what is over since then. A consent under
    duress looks like any other (hostile case 4)."""
    told = {"id": one.id, "zone": one.zone, "whom": one.whom, "purpose": one.purpose, "asked": written(one.asked)}
    # That a yes has ended is news for whoever may still be in by it, although it was given before.
    changed = one.refused or (one.given if one.stands(now) else one.ended) or one.asked
    if over and changed <= over:
        told["earlier"] = "yes"
    if one.until:
        told |= {"state": "stands" if one.stands(now) else "ended", "role": one.role, "until": written(one.until)}
        told |= {"given": written(one.given)} if one.given else {}
        return {**told, "withdrawn": written(one.withdrawn)} if one.withdrawn else told
    if one.refused:
        return {**told, "state": "refused", "role": one.role, "refused": written(one.refused)}
    return {**told, "state": "asked"}


def _now(request: HttpRequest) -> datetime:
    now: datetime = request.now  # type: ignore[attr-defined]
    return now
