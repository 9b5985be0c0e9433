"""The page of a post's card for its staff: the code to hang up, what was asked, and photographs of the signage."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO
from typing import cast

import segno
from django.db.models import Min
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inviolable.card import actions
from inviolable.card.forms import Signage
from inviolable.card.models import Asked, Counted, Photograph
from inviolable.card.terms import State, What
from inviolable.card.views import address_of_card
from inviolable.ledger.store import StoreError
from inviolable.ledger.subjects import TooFewRecipients
from inviolable.ledger.upload import Upload, streamed
from inviolable.posts.actions import Refused
from inviolable.posts.lookup import consents_at, works_elsewhere
from inviolable.posts.models import Post, User
from inviolable.posts.roles import Role, can
from inviolable.posts.waiting import Question

#: How many requests are shown, of those that wait and of those that are decided.
SHOWN = 20
MEDIA = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,60}", re.ASCII)


@require_safe
def post(request: HttpRequest, slug: str) -> HttpResponse:
    """What is asked, the code, the signage."""
    return _show(request, get_object_or_404(Post, slug=slug))


@require_safe
def qr(request: HttpRequest, slug: str) -> HttpResponse:  # noqa: ARG001
    """The code for the door: it holds the address of the card and nothing else."""
    drawn = BytesIO()
    code = segno.make(address_of_card(get_object_or_404(Post, slug=slug)), error="q", micro=False)
    code.save(drawn, kind="svg", scale=8, border=4, light="white", svgclass=None, lineclass=None)
    return HttpResponse(drawn.getvalue(), content_type="image/svg+xml")


@require_POST
def decide(request: HttpRequest, slug: str) -> HttpResponse:
    """Somebody called back through a number that we hold; or refuses."""
    user, place = cast("User", request.user), get_object_or_404(Post, slug=slug)
    reference = get_object_or_404(Asked, reference=request.POST.get("request", ""), post=slug).reference
    try:
        _check_place(user, slug, _now(request))
        if "verify" in request.POST:
            actions.verify(reference, request.POST.get("through", ""), actor=user.actor, now=_now(request))
        else:
            actions.refuse(reference, request.POST.get("why", ""), actor=user.actor, now=_now(request))
    except Refused as fault:
        return _show(request, place, str(fault))
    return redirect("card:post", slug)


@streamed
@require_http_methods(["POST"])
def photograph(request: HttpRequest, slug: str, upload: Upload | None) -> HttpResponse:
    """Take a photograph of the signage in: hashed and sealed while it arrives, and never opened here."""
    user, place = cast("User", request.user), get_object_or_404(Post, slug=slug)
    form = Signage(request.POST)
    if not form.is_valid():
        return _show(request, place, _("Say on which day it was taken."))
    if upload is None or not upload.name:
        return _show(request, place, _("Choose a file."))
    taken, media = form.cleaned_data["taken"], upload.content_type
    media = media if MEDIA.fullmatch(media) else ""
    try:
        _check_place(user, slug, _now(request))
        intake = actions.begin_photograph(place, taken, upload.name[:200], media, actor=user.actor, now=_now(request))
        upload.into(intake)
        actions.keep_photograph(intake, place, taken, actor=user.actor, now=request.clock())  # type: ignore[attr-defined]
    except TooFewRecipients:
        said = _(
            "Nothing was recorded: it must be sealed to two keys of headquarters at least. Tell the administrator."
        )
        return _show(request, place, said)
    except StoreError:
        return _show(request, place, _("The store did not take it. Tell the administrator."))
    except Refused as fault:
        return _show(request, place, str(fault))
    return redirect("card:post", slug)


def _check_place(user: User, slug: str, now: datetime) -> None:
    """Raises Refused for whoever works at another post; headquarters acts for all."""
    if works_elsewhere(user, slug, now):
        raise Refused(_("Whoever works at another post cannot do this here; headquarters can."))


def _show(request: HttpRequest, place: Post, fault: str = "") -> HttpResponse:
    user = cast("User", request.user)
    asked = Asked.objects.filter(post=place.slug).order_by("-opened", "reference")
    waiting = asked.filter(state=State.OPEN)
    context = {
        "post": place,
        "address": address_of_card(place),
        "waiting": [(one, _told(one)) for one in waiting[:SHOWN]],
        "older": max(waiting.count() - SHOWN, 0),
        "decided": [(one, _told(one)[:1]) for one in asked.exclude(state=State.OPEN)[:SHOWN]],
        "photographs": Photograph.objects.filter(post=place.slug).order_by("-taken", "-received"),
        "signage": Signage(),
        "may_decide": can(user, "verify", "request"),
        "may_photograph": can(user, "photograph", "signage"),
        "fault": fault,
    }
    return render(request, "card/post.html", context, status=422 if fault else 200)


def _told(asked: Asked) -> list[dict[str, str]]:
    return [{**one, "what": str(What(one["what"]).label)} for one in asked.said]


#: For how long a rescue service that announced itself stands on the first page of whoever is told.
SOON = timedelta(minutes=30)


def questions(user: User, now: datetime) -> Iterator[Question]:
    """What strangers wrote on a card and waits for somebody; and that a rescue service says that it comes."""
    announced = list(Counted.objects.filter(kind="card.emergency_announced", since__gt=now - SOON))
    theirs = {post.slug for post in consents_at(user.person, now)} if announced else set()
    for one in (one for one in announced if user.role == Role.DUTY_OFFICER or one.post in theirs):
        name = Post.objects.get(slug=one.post).name
        words = _("A rescue service says on the public card that it comes to %(post)s. Call the post at once.")
        yield Question(words % {"post": name}, reverse("card:post", args=[one.post]), one.since)
    if not can(user, "verify", "request"):
        return
    for slug, since in Asked.objects.filter(state=State.OPEN).values_list("post").annotate(since=Min("opened")):
        if not works_elsewhere(user, slug, now):
            words = _("A request on the public card of %(post)s waits: call back through a number that we hold.")
            name = Post.objects.get(slug=slug).name
            yield Question(words % {"post": name}, reverse("card:post", args=[slug]), since)


def _now(request: HttpRequest) -> datetime:
    return cast("datetime", request.now)  # type: ignore[attr-defined]
