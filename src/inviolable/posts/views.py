"""The pages of this room: which posts there are, and for each who may consent, who holds what, what would fail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from inviolable.law.words import texts
from inviolable.posts.consent import CITES, Answer
from inviolable.posts.lookup import consent_at, holdings_of, list_posts, warnings_of
from inviolable.posts.models import Person, Post
from inviolable.posts.readiness import wanting_at
from inviolable.posts.terms import DatedRole
from inviolable.posts.wording import REASONS, WARNINGS, role_name

#: Pages of the rooms above about one post: the name of each one's address, which takes the post, and its words.
ABOUT: list[tuple[str, Promise]] = []


@require_safe
def every(request: HttpRequest) -> HttpResponse:
    """Every place of ours, with what would fail there."""
    now: datetime = request.now  # type: ignore[attr-defined]
    rows = [
        {"post": post, "wrong": len(warnings_of(post, now)), "consent": consent_at(post, now)} for post in list_posts()
    ]
    return render(request, "posts/list.html", {"rows": rows})


@require_safe
def one(request: HttpRequest, slug: str) -> HttpResponse:
    """One place: who may consent now, the roster, the warnings."""
    post = Post.objects.filter(slug=slug).first()
    if post is None:
        raise Http404
    now: datetime = request.now  # type: ignore[attr-defined]
    holdings = holdings_of([slug])
    names = dict(Person.objects.values_list("id", "name"))
    order = list(DatedRole.values)
    standing = sorted(
        (held for held in holdings if held.holds(now)), key=lambda held: (order.index(held.role), held.rank)
    )
    context = {
        "post": post,
        "consent": _consent(consent_at(post, now), names),
        "standing": [(held, role_name(held.role), names.get(held.person, held.person)) for held in standing],
        "coming": [
            (held, role_name(held.role), names.get(held.person, held.person)) for held in holdings if held.since > now
        ],
        "warnings": [
            (one, WARNINGS[one.kind], role_name(one.about) if one.about in order else names.get(one.about, one.about))
            for one in warnings_of(post, now)
        ],
        "zones": [(room, _zone_words(zone)) for room, zone in post.zones.items()],
        "about": ABOUT,
        "wanting": wanting_at(post, now),
        "now": now,
    }
    return render(request, "posts/post.html", context)


def _zone_words(zone: str) -> str:
    """The legal class of a room, as the law's own texts call it."""
    answers: dict[str, str] = texts((get_language() or "en")[:2])["facts"]["zone"]["answers"]
    return answers[zone]


def _consent(answer: Answer, names: dict[str, str]) -> dict[str, Any]:
    return {
        "people": [
            (names.get(held.person, held.person), held, REASONS[why], CITES[why]) for held, why in answer.people
        ],
        "why": REASONS[answer.why] if answer.why else "",
        "cites": CITES[answer.why] if answer.why else (),
    }
