"""Reading posts: which there are, who holds what there, who may consent, what would fail; and whose a token is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from django.db.models import Q

from inviolable.posts.consent import Answer, Holding, who_may_consent
from inviolable.posts.models import Contact, HeldRole, Post, Token, User
from inviolable.posts.roles import OF_A_POST
from inviolable.posts.roster import Lack, Way, warnings
from inviolable.posts.terms import MINISTRY, PUSH

#: By what somebody is told what is not urgent: the first of these that reaches them.
QUIET_WAYS = ("mail", "push", "webhook", "apprise", "sms")


def list_posts() -> list[Post]:
    """Every place of ours: the ministry, missions, then posts, each in the order of its name."""
    order = ("ministry", "embassy")
    rank = {name: place for place, name in enumerate(order)}
    return sorted(Post.objects.all(), key=lambda post: (rank.get(post.post_class, len(order)), post.name))


def at_the_ministry(moment: datetime) -> datetime:
    """A moment on the ministry's clock, by which the year of a number and the day of a document go."""
    return moment.astimezone(ministry_zone())


def ministry_zone() -> ZoneInfo:
    """The zone of that clock, for many moments at once; UTC where nobody said which that is."""
    zone = Post.objects.filter(slug=MINISTRY).values_list("time_zone", flat=True).first()
    return ZoneInfo(zone or "UTC")


def holdings_of(posts: Iterable[str]) -> list[Holding]:
    """Every dated role that was ever held at these places."""
    return [held.as_holding() for held in HeldRole.objects.filter(post__in=list(posts)).order_by("since", "rank", "id")]


def consent_at(post: Post, at: datetime) -> Answer:
    """Who may consent to entry there at that moment, also in the past."""
    places = [post.slug] + ([post.mission] if post.mission else [])
    relevant = [one for one in holdings_of(places) if one.place == post.slug or one.role == "head_of_mission"]
    return who_may_consent(post.post_class, post.head, relevant, at)


def consents_at(person: str, at: datetime) -> list[Post]:
    """Where somebody may consent to entry then: where they hold a role, and at the posts of their mission."""
    held = HeldRole.objects.filter(person=person).values_list("post", flat=True) if person else []
    near = Post.objects.filter(Q(slug__in=held) | Q(mission__in=held)).order_by("name")
    return [post for post in near if any(one.person == person for one, _why in consent_at(post, at).people)]


def post_of(person: str, at: datetime) -> str:
    """The post where somebody holds a role then, "" where there is none or more than one."""
    standing = [held.as_holding() for held in HeldRole.objects.filter(person=person)] if person else []
    places = {one.place for one in standing if one.holds(at)}
    return places.pop() if len(places) == 1 else ""


def placed_at(person: str, at: datetime) -> str:
    """Where somebody who asks for help is: where they hold a role then, a post before a mission or the ministry, the
    first of several; "" where there is none."""
    held = HeldRole.objects.filter(person=person).select_related("post").order_by("rank", "since", "id")
    places = [row.post for row in held if row.as_holding().holds(at)] if person else []
    away = [post for post in places if post.post_class not in ("embassy", MINISTRY)]
    return next((post.slug for post in (*away, *places)), "")


def accounts() -> dict[str, str]:
    """Whose each account is: the person, by the id that entries have of it; without those of which nobody says it."""
    return {one.actor["id"]: one.person for one in User.objects.exclude(person="")}


def person_of(actor: Mapping[str, str]) -> str:
    """The person that an entry's actor is, "" where it is no user or nobody says who."""
    number = actor["id"].removeprefix("user-")
    found = User.objects.filter(pk=number).values_list("person", flat=True) if number.isdecimal() else ()
    return next(iter(found), "")


def same_person(one: Mapping[str, str], other: Mapping[str, str], whose: Mapping[str, str] | None = None) -> bool:
    """Whether two actors of entries are one person, perhaps by two accounts. whose: `accounts()`, for asking often."""
    if one["id"] == other["id"]:
        return True
    known = accounts() if whose is None else whose
    return one["id"] in known and known[one["id"]] == known.get(other["id"])


def works_elsewhere(user: User, post: str, now: datetime) -> bool:
    """Whether somebody who acts for the post where they hold a role holds none there; headquarters acts for all."""
    if user.role not in OF_A_POST:
        return False
    return user.person not in {one.person for one in holdings_of([post]) if one.holds(now)}


def ways_of(people: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The channels that reach each of these people, the first to be tried first; () for whom nothing reaches."""
    found: dict[str, tuple[str, ...]] = dict.fromkeys(people, ())
    for person, channel in Contact.objects.filter(person__in=found).order_by("place").values_list("person", "channel"):
        found[person] += (channel,)
    return {person: tuple(dict.fromkeys(ways)) for person, ways in found.items()}


def quiet_way(ways: Sequence[str]) -> str:
    """By what somebody is told what is not urgent, "" where nothing of that reaches them; nobody's telephone rings."""
    return next((way for way in QUIET_WAYS if way in ways), "")


def browsers_of(person: str) -> list[str]:
    """In which browsers somebody is notified: what each said when that was switched on."""
    return [way.address for way in Contact.objects.filter(person=person, channel=PUSH)]


def warnings_of(post: Post, at: datetime) -> list[Lack]:
    """What would fail there now or within a week."""
    holdings = holdings_of([post.slug])
    people = {one.person for one in holdings}
    contacts = Contact.objects.filter(person__in=people)
    ways = [Way(way.person_id, way.channel, way.address, way.confirmed) for way in contacts]
    return list(warnings(holdings, ways, at))


def token_hash(secret: str) -> str:
    """How a token's secret is kept. It has 256 random bits, so no salt and no slow hash is needed."""
    return sha256(secret.encode()).hexdigest()


def token_of(secret: str, now: datetime) -> Token | None:
    """The token with that secret, where it is in force. Looked up by its hash: how long that takes tells nothing."""
    return Token.objects.filter(sha256=token_hash(secret), revoked=None, expires__gt=now).first()
