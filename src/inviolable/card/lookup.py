"""Reading: which places have a card, which telephones it names, whom a request is told, what is not ready."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from inviolable.card.models import Photograph
from inviolable.posts.lookup import consent_at, holdings_of
from inviolable.posts.models import Post
from inviolable.posts.readiness import Wanting
from inviolable.posts.roster import called_as
from inviolable.posts.terms import MINISTRY, DatedRole

#: For how long a photograph of the signage counts.
FRESH = timedelta(days=365)


def with_card() -> list[Post]:
    """Every place abroad. The ministry itself is at home, where no article keeps the door."""
    return list(Post.objects.exclude(post_class=MINISTRY).order_by("slug"))


def above(post: Post) -> list[Post]:
    """Its mission and the ministry, in the order in which one calls them."""
    places = Post.objects.filter(slug=post.mission) if post.mission else Post.objects.none()
    return [*places, *Post.objects.filter(post_class=MINISTRY).order_by("slug")]


def told_at(post: Post, at: datetime) -> list[str]:
    """Whom to tell that somebody asks: who may consent then, and the officers on duty; each once."""
    consenting = [held.person for held, _why in consent_at(post, at).people]
    holdings = holdings_of([post.slug, *(place.slug for place in above(post))])
    return list(dict.fromkeys([*consenting, *called_as(holdings, DatedRole.DUTY_OFFICER, at)]))


def look(post: Post, now: datetime) -> Iterator[Wanting]:
    """What of its card is not ready at a post."""
    if post.post_class == MINISTRY or post.status != "open":
        return
    if not Photograph.objects.filter(post=post.slug, taken__gt=now.date() - FRESH).exists():
        words = _("no photograph of it from within a year")
        yield Wanting("signage", _("Signage"), words)
    yield Wanting("card", _("Public card"), _("no legal adviser has reviewed its words yet"))
