"""Reading: what stands between two States, what repeats it, and whom a demand is a matter for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from inviolable.diplomacy.demands.again import Standing, between, place_among, repeated
from inviolable.diplomacy.demands.models import Assurance, Demand, Repetition
from inviolable.incidents.fold import IncidentState
from inviolable.incidents.models import Incident
from inviolable.posts.lookup import holdings_of
from inviolable.posts.models import Post
from inviolable.posts.roles import Role
from inviolable.posts.roster import holders
from inviolable.posts.terms import MINISTRY

#: Which dated role somebody holds who signs in as this, where it is called otherwise; the first that anybody holds.
HELD_AS = {Role.HEAD_OF_POST: ("head", "acting_head")}


def repeats(state: IncidentState) -> list[Standing]:
    """What an incident seems to repeat: delivered demands, and assurances, that stood when it occurred."""
    here, occurred = between(state.opened), state.timeline[0].happened.end
    demands = Demand.objects.filter(delivered=True, **here._asdict()).order_by("made")
    assurances = Assurance.objects.filter(**here._asdict()).order_by("since")
    standing = [*(one.as_standing() for one in demands), *(one.as_standing() for one in assurances)]
    return repeated(here, state.stream, occurred, standing)


def times_repeated(state: IncidentState, standing: list[str], shown: QuerySet[Incident]) -> int:
    """The how many-th repetition of these demands and assurances an incident is, or would be.

    shown: the incidents that count.
    """
    streams = shown.order_by().values("stream")
    matched = Repetition.objects.filter(standing__in=standing, stream__in=streams).values_list("stream", "occurred")
    return place_among(state.stream, state.timeline[0].happened.end, matched)


def repeated_since(standing: Iterable[str], shown: QuerySet[Incident]) -> dict[str, list[Incident]]:
    """For each of these demands and assurances the later incidents that a person said repeat it, in their order.

    shown: the incidents that count.
    """
    found: dict[str, list[Incident]] = {name: [] for name in standing}
    said = list(Repetition.objects.filter(standing__in=found).values_list("standing", "stream"))
    for one in shown.filter(stream__in={stream for _name, stream in said}).order_by("number") if said else ():
        for name in (name for name, stream in said if stream == one.stream):
            found[name].append(one)
    return found


def people_for(role: str, post: Post | None, now: datetime) -> list[str]:
    """Who answers for something as a role: whoever holds it at the post, else at its mission, else at the ministry.

    What is no role is a person's id.
    """
    if role not in Role.values:
        return [role]
    ministries = Post.objects.filter(post_class=MINISTRY).order_by("slug").values_list("slug", flat=True)
    for place in [*([post.slug, post.mission] if post else []), *ministries]:
        held = holdings_of([place])
        for held_as in HELD_AS.get(Role(role), (role,)):
            if found := holders(held, held_as, now):
                return list(dict.fromkeys(one.person for one in found))
    return []
