"""The pages of this room: raise an alarm, follow it, answer it with or without signing in, and try a protocol out."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import cast
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inviolable.alarm import actions, cap, network
from inviolable.alarm.forms import Raise, Simulate
from inviolable.alarm.links import page_of, read_confirmation, read_link
from inviolable.alarm.lookup import (
    drill_calendar,
    drills_held,
    imagined,
    open_alarms,
    recent_alarms,
    score_of,
    seen_by,
    unverified,
)
from inviolable.alarm.models import Alarm, Warned
from inviolable.alarm.picture import Picture, picture_of
from inviolable.alarm.pressed import Pressed
from inviolable.alarm.score import as_body
from inviolable.alarm.siren import Sound, on_screen, waiting_unrecorded
from inviolable.alarm.straight import raise_surely
from inviolable.alarm.wording import asked_as
from inviolable.incidents.models import Incident
from inviolable.incidents.page import actor_of
from inviolable.ledger.actions import Actor
from inviolable.outbox import actions as outbox
from inviolable.outbox.channels import Refusal, push
from inviolable.outbox.channels.webpush import public_key
from inviolable.posts.actions import Refused, drop_browsers, is_example
from inviolable.posts.lookup import browsers_of, post_of
from inviolable.posts.models import Post, User
from inviolable.posts.roles import can
from inviolable.posts.waiting import waiting_for


def _now(request: HttpRequest) -> datetime:
    return cast("datetime", request.now)  # type: ignore[attr-defined]


def _user(request: HttpRequest) -> User:
    """Who is signed in; web/access.py let nobody else come here."""
    return cast("User", request.user)


def _person(user: User) -> str:
    return user.person or actor_of(user)["id"]


@require_safe
def every(request: HttpRequest) -> HttpResponse:
    """The open alarms, and those of the last days."""
    return _show_every(request)


def _show_every(request: HttpRequest, refused: str = "") -> HttpResponse:
    user = _user(request)
    shown = {
        "open": list(map(picture_of, open_alarms(_user(request)))),
        "waiting": waiting_for(user, _now(request)),
        "recent": list(map(picture_of, recent_alarms(_user(request)))),
        "unverified": unverified(_now(request)),
        "may_raise": can(user, "raise", "alarm"),
        "may_be_notified": bool(user.person) and can(user, "answer", "alarm"),
        "browsers": browsers_of(user.person),
        "refused": refused,
    }
    return render(request, "alarm/list.html", shown, status=400 if refused else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def notifications(request: HttpRequest) -> HttpResponse:
    """Be notified in this browser, too, or in none any more (POST); GET says to which key the browser subscribes."""
    if request.method != "POST":
        return JsonResponse({"key": public_key(Path(settings.HOME))})
    user = _user(request)
    who, subscription = {"actor": actor_of(user), "now": _now(request)}, request.POST.get("subscription", "")
    try:
        if subscription:
            push.checked(subscription, is_example())
            outbox.notify_in(subscription, user.person, **who)  # type: ignore[arg-type]
        else:
            drop_browsers(user.person, **who)  # type: ignore[arg-type]
    except (Refused, Refusal) as fault:
        return _show_every(request, str(fault))
    return redirect("alarm:list")


@require_safe
def siren(request: HttpRequest) -> HttpResponse:
    """What a duty room keeps on a wall: calm while the ministry has every alarm, loud while it has not."""
    now = _now(request)
    shown, unrecorded = on_screen(now, _user(request)), waiting_unrecorded(Path(settings.HOME))
    sound = Sound.ALARM if unrecorded else shown[0].sound if shown else ""
    told = {"shown": shown, "sound": sound, "unrecorded": unrecorded, "now": now}
    return render(request, "alarm/siren.html", told)


@require_http_methods(["GET", "HEAD", "POST"])
def raise_one(request: HttpRequest) -> HttpResponse:
    """Raise an alarm: a post, what happens, and whether it is a drill. Sent twice, it is one alarm.

    The address may choose them beforehand, as ?post=chicago&danger=fire&drill=on; nothing is raised by following it.
    """
    user = _user(request)
    chosen = {name: request.GET[name] for name in ("post", "danger", "drill") if name in request.GET}
    initial = {"name": uuid4(), "post": post_of(user.person, _now(request)), **chosen}
    form = Raise(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        told = form.cleaned_data
        alarm = raise_surely(
            Path(settings.HOME),
            told["post"],
            told["danger"],
            way="page",
            actor=actor_of(user),
            now=_now(request),
            name=str(told["name"]),
            raiser=user.person,
            exercise=told["drill"],
        )
        if isinstance(alarm, Pressed):
            return render(request, "alarm/straight.html", {"pressed": alarm}, status=202)
        return redirect("alarm:alarm", alarm.id)
    told = {"form": form, "drill": "drill" in chosen}
    return render(request, "alarm/raise.html", told, status=400 if form.is_bound else 200)


@require_safe
def one(request: HttpRequest, name: str) -> HttpResponse:
    """An alarm: who was called, when, by what, who has it, what is next and in how many seconds."""
    return _show(request, get_object_or_404(seen_by(_user(request)), id=name))


def _show(request: HttpRequest, alarm: Alarm, refused: str = "") -> HttpResponse:
    picture, user, now = picture_of(alarm), _user(request), _now(request)
    mine = _person(user)
    return render(
        request,
        "alarm/alarm.html",
        {
            "picture": picture,
            "rungs": [(rung, rung.seconds(now)) for rung in picture.rungs],
            "now": now,
            "refused": refused,
            "mine": mine,
            "roles": _roles(picture, user),
            "may_answer": can(user, "answer", "alarm") and mine != alarm.raiser and not alarm.ended,
            "may_end": can(user, "end", "alarm") and not alarm.ended,
            "may_raise": can(user, "raise", "alarm"),
            "may_open": can(user, "open", "incident"),
            "may_release": can(user, "release", "warning") and not alarm.ended,
            "score": alarm.score or (as_body(score_of(alarm, alarm.ended)) if alarm.ended else None),
            "earlier": _earlier(alarm) if alarm.exercise else [],
            "warnings": (warned := list(Warned.objects.filter(alarm=alarm.id).order_by("released"))),
            "standing_warning": alarm.ended and any(not one.retracted for one in warned),
            "incident": Incident.objects.get(stream=alarm.stream).reference,
            "first": Alarm.objects.filter(stream=alarm.stream, raised__lt=alarm.raised).order_by("raised").first(),
        },
        status=400 if refused else 200,
    )


@require_safe
def as_cap(request: HttpRequest, name: str) -> HttpResponse:
    """An alarm for other systems (CAP 1.2)."""
    picture = picture_of(get_object_or_404(seen_by(_user(request)), id=name))
    return HttpResponse(cap.document(picture, page_of(name), is_example()), content_type=cap.MEDIA_TYPE)


def _earlier(drill: Alarm) -> list[Alarm]:
    """The last drills of the same at the same post, to compare with."""
    return list(drills_held().filter(post=drill.post, danger=drill.danger, raised__lt=drill.raised)[:5])


#: Who signs in as one of these is at the ministry, and answers as it also where nobody of that name was called.
MINISTRYS = ("duty_officer", "legal", "press", "minister_office")


def _roles(picture: Picture, user: User) -> list[str]:
    """As which roles somebody may answer: those as which they were called; at the ministry also as what they sign in.

    The head of another post is no head of this one.
    """
    return picture.roles_of(_person(user)) or [role for role in MINISTRYS if role == user.role]


@require_POST
def reply(request: HttpRequest, name: str) -> HttpResponse:
    """Say, signed in, that one has it or cannot."""
    alarm, user = get_object_or_404(seen_by(_user(request)), id=name), _user(request)
    try:
        for role in _roles(picture_of(alarm), user):
            _answer(request, name, role, _person(user), "page", actor_of(user))
    except Refused as fault:
        return _show(request, alarm, str(fault))
    return redirect("alarm:alarm", name)


def _answer(request: HttpRequest, alarm: str, role: str, person: str, way: str, actor: Actor) -> None:
    who = {"way": way, "actor": actor, "now": _now(request)}
    if request.POST.get("answer") == "cannot":
        why = request.POST.get("why", "").strip()[:300] or gettext("no reason given")
        actions.decline(alarm, role, person, why, **who)  # type: ignore[arg-type]
    else:
        actions.acknowledge(alarm, role, person, **who)  # type: ignore[arg-type]


@require_POST
def end(request: HttpRequest, name: str) -> HttpResponse:
    """Stand an alarm down, and say why."""
    alarm = get_object_or_404(seen_by(_user(request)), id=name)
    try:
        actions.stand_down(name, request.POST.get("why", "")[:300], actor=actor_of(_user(request)), now=_now(request))
    except Refused as fault:
        return _show(request, alarm, str(fault))
    return redirect("alarm:alarm", name)


@require_POST
def make_real(request: HttpRequest, name: str) -> HttpResponse:
    """A drill has become real."""
    alarm = get_object_or_404(seen_by(_user(request)), id=name)
    try:
        real = actions.make_real(name, actor=actor_of(_user(request)), now=_now(request), way="page")
    except Refused as fault:
        return _show(request, alarm, str(fault))
    return redirect("alarm:alarm", real.id)


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Answer by a link, without signing in. GET shows what is asked and changes nothing; only POST answers."""
    asked = read_link(token)
    alarm = Alarm.objects.filter(id=asked.alarm).first() if asked else None
    if asked is None or alarm is None:
        return render(request, "alarm/answer.html", {"wrong": True}, status=404)
    refused = ""
    if request.method == "POST":
        try:
            _answer(request, alarm.id, asked.role, asked.person, "link", {"role": asked.role, "id": asked.person})
            return redirect("alarm:answer", token)
        except Refused as fault:
            refused = str(fault)
    picture = picture_of(alarm)
    mine = [one for one in picture.replies if (one.person, one.role) == (asked.person, asked.role)]
    told = {"picture": picture, "role": asked_as(asked.role), "said": mine[-1] if mine else None, "refused": refused}
    return render(request, "alarm/answer.html", told, status=400 if refused else 200)


@require_POST
def warn(request: HttpRequest, name: str) -> HttpResponse:
    """Release a warning to the other posts in that State."""
    alarm = get_object_or_404(seen_by(_user(request)), id=name)
    try:
        warned = network.warn(name, actor=actor_of(_user(request)), now=_now(request))
    except Refused as fault:
        return _show(request, alarm, str(fault))
    return redirect("alarm:warning", warned.id)


@require_safe
def warning(request: HttpRequest, name: str) -> HttpResponse:
    """A warning: what the posts are told to do, which have confirmed it, which have not."""
    return _show_warning(request, get_object_or_404(Warned, id=name))


def _show_warning(request: HttpRequest, warned: Warned, refused: str = "") -> HttpResponse:
    confirmed = {one.post: one for one in warned.confirmations.all()}
    reached = network.told_at(warned)
    posts = Post.objects.filter(slug__in=warned.posts).order_by("name")
    rows = [(post, confirmed.get(post.slug), reached[post.slug]) for post in posts]
    context = {
        "warned": warned,
        "place": Post.objects.get(slug=warned.post),
        "rows": sorted(rows, key=lambda row: bool(row[1])),
        "missing": len(rows) - len(confirmed),
        "may_release": can(_user(request), "release", "warning"),
        "refused": refused,
    }
    return render(request, "alarm/warning.html", context, status=400 if refused else 200)


@require_POST
def retract(request: HttpRequest, name: str) -> HttpResponse:
    """Take a warning back."""
    warned = get_object_or_404(Warned, id=name)
    try:
        network.retract(name, request.POST.get("why", "")[:300], actor=actor_of(_user(request)), now=_now(request))
    except Refused as fault:
        return _show_warning(request, warned, str(fault))
    return redirect("alarm:warning", name)


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Confirm a warning for a post, without signing in. GET changes nothing."""
    asked = read_confirmation(token)
    warned = Warned.objects.filter(id=asked[0]).first() if asked else None
    if asked is None or warned is None:
        return render(request, "alarm/confirm.html", {"wrong": True}, status=404)
    if request.method == "POST":
        with suppress(Refused):  # The page says that it was taken back.
            network.confirm(warned.id, asked[1], way="link", actor={"role": "post", "id": asked[1]}, now=_now(request))
        return redirect("alarm:confirm", token)
    said = warned.confirmations.filter(post=asked[1]).exists()
    places = {"place": Post.objects.get(slug=warned.post), "post": Post.objects.get(slug=asked[1])}
    return render(request, "alarm/confirm.html", {"warned": warned, "said": said, **places})


@require_safe
def drills(request: HttpRequest) -> HttpResponse:
    """What each post practises: what is overdue, what is next, how the last drills went."""
    now = _now(request)
    rows = drill_calendar(now)
    shown = {
        "overdue": [row for row in rows if row[0].overdue(now)],
        "next": [row for row in rows if not row[0].overdue(now)],
        "held": list(drills_held()[:20]),
        "may_raise": can(_user(request), "raise", "alarm"),
    }
    return render(request, "alarm/drills.html", shown)


@require_safe
def simulate(request: HttpRequest) -> HttpResponse:
    """Try a protocol out: who would be told, when and by what on an imagined night, and where it would fail."""
    form = Simulate(request.GET or None, initial={"answers": "nobody"})
    told = imagined(**form.chosen()) if form.is_valid() else None
    return render(request, "alarm/simulate.html", {"form": form, "told": told})
