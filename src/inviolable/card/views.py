"""What strangers read and write. Nothing here asks who they are; no address of theirs and no program is kept."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any, cast

from django.conf import settings
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.http import require_POST, require_safe

from inviolable.card import actions
from inviolable.card.addresses import Row, as_csv, as_geojson
from inviolable.card.forms import Ask
from inviolable.card.lookup import above, with_card
from inviolable.card.standing import CLAIMS, standing_of
from inviolable.card.terms import Service
from inviolable.ledger.actions import key_path
from inviolable.ledger.keys import public_pem, signing_key
from inviolable.posts.actions import is_example
from inviolable.posts.models import Post
from inviolable.posts.terms import MINISTRY

logger = logging.getLogger(__name__)


@require_safe
def card(request: HttpRequest, slug: str) -> HttpResponse:
    """The card of a post. It is shown also where nothing can be recorded."""
    post = _existing(slug)
    try:
        if request.method == "GET":  # What only asks whether it is there reads nothing.
            actions.visit(post, now=_now(request))
    except Error as fault:
        logger.error("a visit to a card cannot be recorded: %s", type(fault).__name__)
    return _show(request, post)


@require_POST
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a request; the answer is its reference, and that it is no permission."""
    post = _existing(slug)
    with override(_language(request, post)):
        form = Ask(request.POST)
        if not form.is_valid():
            return _show(request, post, 422, form=form)
        try:
            reference = actions.ask(post, form.cleaned_data, now=_now(request))
        except actions.TooMany as fault:
            answer = _show(request, post, 429, too_many=str(fault))
            answer.headers["Retry-After"] = str(int(actions.TOGETHER.total_seconds()))
            return answer
        return _show(request, post, 201, reference=reference)


@require_POST
def emergency(request: HttpRequest, slug: str) -> HttpResponse:
    """A rescue service comes: those who may consent are told at once. Where that fails the page says to call."""
    post = _existing(slug)
    service = request.POST.get("service", "")
    if service not in Service.values:
        return _show(request, post, 422)
    try:
        told = actions.announce(post, service, now=_now(request))
    except Error as fault:
        logger.error("an emergency cannot be recorded, and nobody was told: %s", type(fault).__name__)
        told = False
    return _show(request, post, 200, announced="told" if told else "nobody")


@require_safe
def addresses(request: HttpRequest, form: str) -> HttpResponse:
    """Every address of ours, its signature by this installation, or the key that it is checked by."""
    day = _now(request).date()
    key = signing_key(key_path())
    if form == "pem":
        return HttpResponse(public_pem(key.public), content_type="application/x-pem-file")
    name = form.removesuffix(".sig")
    if name not in ("csv", "geojson"):
        raise Http404
    rows = [_row(post, day.isoformat()) for post in with_card()]
    data = as_csv(rows) if name == "csv" else as_geojson(rows, day)
    if form != name:
        return HttpResponse(key.sign(data), content_type="application/octet-stream")
    kind = "text/csv; charset=utf-8" if name == "csv" else "application/geo+json"
    return HttpResponse(
        data, content_type=kind, headers={"Content-Disposition": f'attachment; filename="addresses.{name}"'}
    )


def address_of_card(post: Post) -> str:
    """The whole address of a post's card, as it stands behind the code on the door."""
    return f"{settings.ADDRESS}{reverse('card:card', args=[post.slug])}"


def _row(post: Post, day: str) -> Row:
    told = {"post": post.slug, "class": post.post_class, "card": address_of_card(post), "as_of": day}
    told["latitude"], _comma, told["longitude"] = post.coordinates.partition(",")
    plain = ("name", "status", "address", "city", "receiving", "telephone")
    return told | {name: getattr(post, name) for name in plain} | {"example": "yes" if is_example() else "no"}


def _existing(slug: str) -> Post:
    return get_object_or_404(Post.objects.exclude(post_class=MINISTRY), slug=slug)


def _language(request: HttpRequest, post: Post) -> str:
    """The one asked for, else the host's, else English."""
    known = dict(settings.LANGUAGES)
    wanted = (request.POST.get("lang") or request.GET.get("lang", ""), post.host_language, "en")
    return next(one for one in wanted if one in known)


def _show(request: HttpRequest, post: Post, status: int = 200, **more: Any) -> HttpResponse:
    language = _language(request, post)
    with override(language):
        context = {
            "post": post,
            "claim": CLAIMS[standing_of(post.post_class, post.head, post.status)],
            "above": [place for place in above(post) if place.telephone],
            "form": Ask(),
            "language": language,
            "services": Service.choices,
        }
        answer = render(request, "card/card.html", context | more, status=status)
        answer.headers["Content-Language"] = language
        return answer


def _now(request: HttpRequest) -> datetime:
    return cast("datetime", request.now)  # type: ignore[attr-defined]
