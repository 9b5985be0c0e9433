"""Reading: which protocol is in force, whom an alarm can reach, which alarms are open."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files

from django.db.models import OuterRef, QuerySet, Subquery

from inviolable.alarm.calendar import Practice, calendar
from inviolable.alarm.models import Alarm, KeptProtocol, Unverified
from inviolable.alarm.plan import Candidate, Night, Step
from inviolable.alarm.protocols import Protocol, read_protocol
from inviolable.alarm.score import Call, Score, score
from inviolable.alarm.simulation import Event, Habit, Weak, simulate, unanswered, weaknesses
from inviolable.alarm.terms import DURESS, Danger, Whose
from inviolable.law.casefile import POST_CLASSES
from inviolable.law.faults import Faulty
from inviolable.ledger import canonical
from inviolable.ledger.models import Entry
from inviolable.ledger.moments import read
from inviolable.posts.consent import Holding
from inviolable.posts.lookup import holdings_of, list_posts, ways_of
from inviolable.posts.models import Person, Post
from inviolable.posts.roles import Actor, can
from inviolable.posts.roster import called_as
from inviolable.posts.terms import MINISTRY

logger = logging.getLogger(__name__)


@cache
def shipped_protocol() -> Protocol:
    """The one that comes with the product: what is done where a ministry has none in force."""
    return read_protocol((files(__package__) / "examples" / "protocol.toml").read_text("utf-8"), "protocol.toml")


def protocol_in_force(day: date) -> Protocol | None:
    """The ministry's newest protocol that is in force on that day; None where there is none.

    One that this release cannot read any more is passed over: an alarm does not fail for that.
    """
    for kept in KeptProtocol.objects.filter(in_force__lte=day).order_by("-in_force", "-imported"):
        try:
            return read_protocol(kept.text, kept.number)
        except Faulty as fault:
            logger.error("protocol %s cannot be read any more: %s", kept.number, fault.faults[0])
    return None


def whose(post: Post) -> Whose:
    """What a place is to a step: the ministry, a mission, or a post."""
    if post.post_class == MINISTRY:
        return Whose.MINISTRY
    return Whose.MISSION if POST_CLASSES[post.post_class] == "mission" else Whose.POST


def places_of(post: Post) -> dict[str, list[str]]:
    """Whose people a step at each Whose calls, for an alarm at that post. A mission is its own."""
    mission = [post.slug] if whose(post) == Whose.MISSION else [post.mission] if post.mission else []
    ministries = list(Post.objects.filter(post_class=MINISTRY).order_by("slug").values_list("slug", flat=True))
    return {Whose.POST: [post.slug], Whose.MISSION: mission, Whose.MINISTRY: ministries}


def night_at(post: Post, steps: Iterable[Step], now: datetime, without: Collection[str] = ()) -> Night:
    """Whom an alarm at that post can reach now. without: whom it does not ask, such as whoever raised it.

    Somebody whom none of a step's ways reaches is called by all others: help is not a question of order.
    """
    places, standing = _standing(post, now)
    everybody = ways_of(dict.fromkeys(one.person for one in standing))
    held = _holders(steps, places, standing, everybody, now)

    def candidates(people: Mapping[str, tuple[str, ...]], wanted: Sequence[str]) -> list[Candidate]:
        return [
            Candidate(person, tuple(way for way in wanted if way in ways) or ways)
            for person, ways in people.items()
            if ways and person not in without
        ]

    who = {step.name: candidates(held[step.name], step.ways) for step in steps}
    return Night(who, candidates(everybody, ()))


Places = Mapping[str, Sequence[str]]
Ways = Mapping[str, tuple[str, ...]]


def _standing(post: Post, now: datetime) -> tuple[Places, list[Holding]]:
    """The places that an alarm there concerns, and every role that is held at them then."""
    places = places_of(post)
    held = holdings_of(slug for slugs in places.values() for slug in slugs)
    return places, [one for one in held if one.holds(now)]


@dataclass(frozen=True)
class Imagined:
    """An imagined night: what happens, what is weak, which steps nobody answers. names: of everybody in it.

    roles: whom each step tells.
    """

    post: Post
    raised: datetime
    number: str
    events: list[Event]
    weak: list[Weak]
    unanswered: list[str]
    names: dict[str, str]
    roles: dict[str, str]


def imagined(post: str, danger: str, at: datetime, answers: str, protocol: Protocol | None = None) -> Imagined:
    """What an alarm at a post at that moment would do by a protocol; default: the one in force then.

    answers: who does, a minute after they are called: `nobody`, only `deputies`, or `all`.
    """
    place = Post.objects.get(slug=post)
    protocol = protocol or protocol_in_force(at.date()) or shipped_protocol()
    steps = protocol.plans[Danger(danger)].steps
    first = night_at(place, steps, at)
    habits = {
        one.person: Habit(timedelta(seconds=45))
        for who in first.who.values()
        for rank, one in enumerate(who)
        if answers == "all" or (answers == "deputies" and rank)
    }
    events = list(simulate(steps, at, lambda now: night_at(place, steps, now), habits))
    people = {one.person for event in events if event.move for one in event.move.calls}
    names = dict(Person.objects.filter(id__in=people).values_list("id", "name"))
    weak = list(weaknesses(steps, holders_at(place, steps, at)))
    roles = {step.name: step.tell for step in steps}
    return Imagined(place, at, protocol.number, events, weak, unanswered(events), names, roles)


def holders_at(post: Post, steps: Iterable[Step], now: datetime) -> dict[str, dict[str, tuple[str, ...]]]:
    """Of each step, whoever holds its role then, with every way that reaches them."""
    places, standing = _standing(post, now)
    return _holders(steps, places, standing, ways_of({one.person for one in standing}), now)


def _holders(
    steps: Iterable[Step], places: Places, standing: Sequence[Holding], ways: Ways, now: datetime
) -> dict[str, dict[str, tuple[str, ...]]]:
    found = {}
    for step in steps:
        there = [one for one in standing if one.place in places[step.at]]
        found[step.name] = {person: ways[person] for person in called_as(there, step.tell, now)}
    return found


def recent_alarms(user: Actor | None = None, many: int = 20) -> list[Alarm]:
    """The last that were stood down, the newest first; for a user those that they may see."""
    return list(seen_by(user).exclude(ended=None).order_by("-raised", "id")[:many])


def unverified(now: datetime) -> list[Unverified]:
    """Whoever asked for help within a day and is not known here, the newest first."""
    return list(Unverified.objects.filter(at__gt=now - timedelta(days=1)).order_by("-at", "-id")[:20])


def open_alarms(user: Actor | None = None) -> list[Alarm]:
    """Every alarm that was not stood down, those under duress first, then the oldest; for a user those that they may
    see."""
    found = seen_by(user).filter(ended=None).order_by("raised", "id")
    return sorted(found, key=lambda one: one.way != DURESS)


def seen_by(user: Actor | None) -> QuerySet[Alarm]:
    """Alarms, without those under duress where it is not for this user to see them: whoever is made to consent is not
    given away by a screen at the post."""
    return Alarm.objects.all() if user is None or can(user, "see", "duress") else Alarm.objects.exclude(way=DURESS)


def hidden_from(user: Actor) -> set[str]:
    """Streams of the incidents that were opened under duress, where it is not for this user to see them."""
    if can(user, "see", "duress"):
        return set()
    return set(Alarm.objects.filter(way=DURESS).values_list("stream", flat=True))


def not_asked(alarm: Alarm, now: datetime) -> set[str]:
    """Whom an alarm does not ask: whoever raised it; under duress everybody at that post, where a telephone that rings
    would give them away."""
    if alarm.way != DURESS:
        return {alarm.raiser}
    return {alarm.raiser, *(one.person for one in holdings_of([alarm.post]) if one.holds(now))}


# ---- how it went, and when it is practised again -------------------------------------------------


def score_of(alarm: Alarm, until: datetime) -> Score:
    """How an alarm went until it ended, from what was recorded: also after its tables were made again."""
    steps = alarm.plan()
    runs = {one.step: one.as_run() for one in alarm.escalations.all()}
    heard = [one.as_answer() for one in alarm.replies.order_by("at", "id")]
    held = holders_at(alarm.place, steps, alarm.raised)
    roster = {step: [person for person in people if person != alarm.raiser] for step, people in held.items()}
    return score(steps, runs, roster, _calls(alarm, until), heard, alarm.raised)


def _calls(alarm: Alarm, until: datetime) -> list[Call]:
    """Every message by which it called somebody, with what became of it by then."""
    kinds = [f"message.{what}" for what in ("queued", "sent", "delivered")]
    found: dict[str, Call] = {}
    for line in (
        Entry.objects.filter(stream=alarm.stream, kind__in=kinds).order_by("seq").values_list("line", flat=True)
    ):
        entry = canonical.decode(bytes(line))
        body, at = entry["body"], read(entry["recorded"])
        name, what = body["message"], entry["kind"].removeprefix("message.")
        if what == "queued" and body["template"] == "alarm" and name.startswith(f"{alarm.id}/"):
            found[name] = Call(name.split("/")[1], body["person"], body["channel"], at)
        elif name in found and what == "sent" and at <= until:
            found[name] = replace(found[name], sent=found[name].sent or at)
        elif name in found and what == "delivered" and at <= until:
            found[name] = replace(found[name], delivered=found[name].delivered or at)
    return list(found.values())


def drill_calendar(now: datetime) -> list[tuple[Practice, Post, Alarm | None]]:
    """Every drill that the protocol in force asks of an open post, the soonest first, with the last one there."""
    protocol = protocol_in_force(now.date()) or shipped_protocol()
    every = {danger: plan.drill for danger, plan in protocol.plans.items() if plan.drill}
    posts = {post.slug: post for post in list_posts() if post.post_class != MINISTRY and post.status == "open"}
    newest = drills_held().filter(post=OuterRef("post"), danger=OuterRef("danger")).values("id")[:1]
    last = {(one.post, Danger(one.danger)): one for one in Alarm.objects.filter(id=Subquery(newest))}
    found = calendar(posts, every, {what: one.raised for what, one in last.items()})
    return [(one, posts[one.post], last.get((one.post, one.danger))) for one in found]


def overdue_drills(now: datetime) -> int:
    """How many drills should have been held by now."""
    return sum(one.overdue(now) for one, _, _ in drill_calendar(now))


def drills_held() -> QuerySet[Alarm]:
    """Drills that were ended and scored, the newest first. One that became real is none."""
    return Alarm.objects.filter(score__isnull=False).order_by("-raised", "id")
