"""Alarms for programs (docs/api.md): which there are, how far one has come, raise one, answer it, stand it down.

Of people only their roles are told, no id and no name; nor why somebody cannot, which may be their own affair.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inviolable.alarm import actions, pulse
from inviolable.alarm.models import Alarm, Reply
from inviolable.alarm.picture import Rung, first_seen, picture_of
from inviolable.alarm.plan import BROADCAST
from inviolable.alarm.pressed import Pressed
from inviolable.alarm.straight import raise_surely
from inviolable.alarm.terms import DURESS, Danger
from inviolable.ledger.moments import read, written
from inviolable.posts.models import Post, Token
from inviolable.posts.programs import (
    SLUG_FIELD,
    WRONG_FIELDS,
    YES_NO,
    Field,
    Problem,
    checked,
    endpoint,
    fields_of,
    one_of,
    query_of,
    token_at,
)
from inviolable.posts.terms import DATED_ROLES

#: How many alarms one answer tells, where nothing is said, and at most.
PAGE, LARGEST = 50, 100
ID = Field(
    lambda value: actions.NAME.fullmatch(value) and value not in actions.ADDRESSES,
    gettext_lazy("1 to 64 small letters, digits and hyphens; neither raise nor simulate"),
)
REASON = Field(lambda value: type(value) is str and 1 <= len(value.strip()) <= 300, gettext_lazy("1 to 300 characters"))
MOMENT = Field(lambda value: type(value) is str and _is_moment(value), "2026-01-28T14:00:00.000Z", needed=False)
LIMIT = Field(lambda value: value in map(str, range(1, LARGEST + 1)), f"1–{LARGEST}", needed=False)


@endpoint
def every(request: HttpRequest) -> HttpResponse:
    """The alarms that the token is for, the newest first, a page at a time."""
    asked = query_of(request, state=one_of("open", "ended", needed=False), after=ID._replace(needed=False), limit=LIMIT)
    found = _alarms(token_at(request))
    if "state" in asked:
        found = found.filter(ended__isnull=asked["state"] == "open")
    if "after" in asked:
        last = _alarm(request, asked["after"])
        found = found.filter(Q(raised__lt=last.raised) | Q(raised=last.raised, id__lt=last.id))
    limit = int(asked.get("limit", PAGE))
    page = list(found.order_by("-raised", "-id").prefetch_related("replies")[: limit + 1])
    told: dict[str, Any] = {"alarms": [_brief(alarm) for alarm in page[:limit]]}
    if len(page) > limit:
        told["next"] = f"{request.path}?{urlencode({**asked, 'after': page[limit - 1].id})}"
    return JsonResponse(told)


@endpoint
def one(request: HttpRequest, name: str) -> HttpResponse:
    """One alarm whole; or, by PUT, raise it."""
    if request.method == "PUT":
        return _raise(request, name)
    query_of(request)
    return JsonResponse(_whole(_alarm(request, name)))


def _raise(request: HttpRequest, name: str) -> HttpResponse:
    """201 for a new alarm, 200 for one that is open, 202 for one that is not recorded yet. In any case people are
    called, for the alarm in the answer."""
    checked({"id": name}, id=ID)
    told = fields_of(request, post=SLUG_FIELD, danger=one_of(*Danger.values), exercise=YES_NO)
    token, now = token_at(request), _now(request)
    if not token.is_for(told["post"]):
        raise Problem(403, _("This token is for the post %(post)s only.") % {"post": token.post})
    if not Post.objects.filter(slug=told["post"]).exists():
        raise Problem(422, str(WRONG_FIELDS), {"post": _("there is no such post.")})
    try:
        alarm = raise_surely(Path(settings.HOME), **told, name=name, way="api", actor=token.actor, now=now)
    except actions.TooMany:
        said = _(
            "This token has raised %(most)s alarms at this post within %(minutes)s minutes, and no new one is raised."
        )
        more = _("Those it raised go on: their people are being called. If there is danger, telephone.")
        numbers = {"most": actions.MOST, "minutes": actions.FLOOD.seconds // 60}
        raise Problem(429, f"{said % numbers} {more}", Retry_After="60") from None
    if isinstance(alarm, Pressed):
        return JsonResponse({"id": alarm.alarm, "post": alarm.post, "state": "unrecorded"}, status=202)
    status = 201 if written(alarm.raised) == written(now) else 200
    return JsonResponse(_brief(alarm), status=status, headers={"Location": reverse("alarm:api-alarm", args=[alarm.id])})


@endpoint
def answer(request: HttpRequest, name: str) -> HttpResponse:
    """Record what somebody whom the alarm has called says: that they have it, or that they cannot and why."""
    alarm = _open_alarm(request, name)
    told = fields_of(
        request,
        person=SLUG_FIELD,
        role=one_of(*DATED_ROLES, BROADCAST),
        answer=one_of("has", "cannot"),
        why=REASON._replace(needed=False),
    )
    token, role, person = token_at(request), told["role"], told["person"]
    if (told["answer"] == "cannot") != ("why" in told):
        raise Problem(422, str(WRONG_FIELDS), {"why": _("is expected with the answer “cannot”, and only there.")})
    if alarm.raiser == token.actor["id"]:
        raise Problem(409, _("Whoever raised an alarm cannot answer it: somebody else must know."))
    if role not in picture_of(alarm).roles_of(person):
        raise Problem(409, _("This alarm has not called %(person)s as %(role)s.") % {"person": person, "role": role})
    who: dict[str, Any] = {"way": "api", "actor": token.actor, "now": _now(request)}
    if told["answer"] == "cannot":
        actions.decline(name, role, person, told["why"], **who)
    else:
        actions.acknowledge(name, role, person, **who)
    return _as_it_stands(name)


@endpoint
def end(request: HttpRequest, name: str) -> HttpResponse:
    """Stand an alarm down, and say why."""
    _open_alarm(request, name)
    why = fields_of(request, why=REASON)["why"]
    actions.stand_down(name, why, actor=token_at(request).actor, now=_now(request))
    return _as_it_stands(name)


@endpoint
def heartbeat(request: HttpRequest, slug: str) -> HttpResponse:
    """A post's device says that it is there, and until when it sleeps if it does."""
    told = fields_of(request, until=MOMENT)
    token = token_at(request)
    if not token.is_for(slug) or not Post.objects.filter(slug=slug).exists():
        raise Problem(404, _("There is no such post, or this token is not for it."))
    until = read(told["until"]) if "until" in told else None
    pulse.beat(slug, actor=token.actor, now=_now(request), until=until)
    return HttpResponse(status=204)


def _is_moment(text: str) -> bool:
    try:
        read(text)
    except ValueError:
        return False
    return True


def _now(request: HttpRequest) -> datetime:
    now: datetime = request.now  # type: ignore[attr-defined]
    return now


def _alarms(token: Token) -> QuerySet[Alarm]:
    """A program at a post is not told what is raised under duress: whoever stands there might read it."""
    return Alarm.objects.filter(post=token.post).exclude(way=DURESS) if token.post else Alarm.objects.all()


def _alarm(request: HttpRequest, name: str) -> Alarm:
    alarm = _alarms(token_at(request)).filter(id=name).first()
    if alarm is None:
        raise Problem(404, _("There is no such alarm, or this token is not for its post."))
    return alarm


def _open_alarm(request: HttpRequest, name: str) -> Alarm:
    alarm = _alarm(request, name)
    if alarm.ended:
        raise Problem(409, _("This alarm was stood down at %(moment)s.") % {"moment": written(alarm.ended)})
    return alarm


def _as_it_stands(name: str) -> HttpResponse:
    return JsonResponse(_brief(Alarm.objects.get(id=name)))


def _brief(alarm: Alarm) -> dict[str, Any]:
    """What whoever raises an alarm is told: that it stands, and whether somebody has it."""
    told = {"id": alarm.id, "post": alarm.post, "danger": alarm.danger, "exercise": alarm.exercise}
    told |= {"state": "ended" if alarm.ended else "open", "raised": written(alarm.raised)}
    seen = first_seen(sorted(alarm.replies.all(), key=lambda one: (one.at, one.id)))
    return (
        told
        | ({"ended": written(alarm.ended)} if alarm.ended else {})
        | ({"seen": {"role": seen.role, "at": written(seen.at)}} if seen else {})
    )


def _whole(alarm: Alarm) -> dict[str, Any]:
    picture = picture_of(alarm)
    due = [rung.run.due for rung in picture.rungs if rung.run.due]
    return (
        _brief(alarm)
        | {"raised_by": alarm.role, "steps": list(map(_step, picture.rungs)), "answers": _answers(picture.replies)}
        | ({"next_due": written(min(due))} if due else {})
    )


def _step(rung: Rung) -> dict[str, Any]:
    """A step: whose role is called, and by what so far, the oldest first."""
    run = rung.run
    calls = [
        {"channel": call.channel, "queued": written(call.queued), "state": call.state} for call in reversed(rung.calls)
    ]
    told = {"step": run.step, "role": rung.role, "asks": rung.asks, "phase": run.phase, "calls": calls}
    return told | ({"due": written(run.due)} if run.due else {})


def _answers(replies: Iterable[Reply]) -> list[dict[str, str]]:
    return [{"role": one.role, "at": written(one.at), "answer": "cannot" if one.declined else "has"} for one in replies]
