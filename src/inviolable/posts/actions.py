"""The only functions that write in this room. Each is one transaction; time is an argument."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from hashlib import sha256
from secrets import token_hex, token_urlsafe
from typing import Any, NamedTuple
from uuid import uuid4

from django.db import transaction

from inviolable.law.faults import forging
from inviolable.law.vocabulary import vocabulary
from inviolable.ledger import canonical
from inviolable.ledger.actions import INSTALLATION, Actor, append
from inviolable.ledger.models import Entry
from inviolable.ledger.moments import written, zones
from inviolable.ledger.registry import BadEntry
from inviolable.posts.consent import Holding
from inviolable.posts.lookup import token_hash
from inviolable.posts.models import Contact, HeldRole, Installation, Person, Post, Search, Token, User
from inviolable.posts.roles import Role, Scope
from inviolable.posts.terms import CHANNELS, PUSH

#: What a post or a person may be called by in addresses, files and entries.
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")
#: What anybody can call from anywhere: a country's code and a number, in groups if one likes.
COORDINATES = re.compile(r"-?[0-9]{1,2}(\.[0-9]{1,6})?,-?[0-9]{1,3}(\.[0-9]{1,6})?")
TELEPHONE = re.compile(r"\+(?=[0-9 ]{4,25}$)[0-9]+( [0-9]+)*")
#: How long a token lasts at most: five years.
MOST_DAYS = 1826
#: In how many browsers somebody is notified at most.
BROWSERS = 10


class Refused(ValueError):
    """What was asked cannot be done; the message says why and what would be right."""


class Told(Refused):
    """The same in the language of whoever reads it; a plain refusal is in English."""


@transaction.atomic
def add_user(
    name: str, role: str, *, now: datetime, password: str | None = None, language: str = "", person: str = ""
) -> User:
    """Add somebody who may sign in.

    Without a password only a sign-in link lets them in. person: who of the staff it is. Raises Refused when the name is
    taken or unprintable, or the role is not on the closed list.
    """
    name = name.strip()
    if not name or len(name) > 80 or not name.isprintable():
        raise Refused(f"name: found {name!r}; a name has 1 to 80 printable characters.")
    if role not in Role.values:
        raise Refused(f"role: found {role!r}; allowed are {', '.join(Role.values)}.")
    if User.objects.filter(name=name).exists():
        raise Refused(f"name: {name!r} is taken; choose another name.")
    user = User(name=name, role=role, language=language, added=now, person=person)
    user.set_password(password)
    user.save(force_insert=True)
    return user


@transaction.atomic
def let_in(name: str, may: bool) -> User:
    """Say whether somebody may sign in from now on; whoever is signed in and may not is out at once. Raises Refused."""
    user = find_user(name)
    user.is_active = may
    user.save(update_fields=["is_active"])
    return user


def find_user(name: str) -> User:
    """Whoever signs in by that name. Raises Refused."""
    user = User.objects.filter(name=name).first()
    if user is None:
        raise Refused(f"there is nobody called {name!r}; `inviolable user list` shows who there is.")
    return user


@transaction.atomic
def record_way(user: User, way: str, what: str, *, actor: Actor, now: datetime) -> None:
    """Record that somebody can sign in by one more way, or by one less. what: added or removed."""
    append(INSTALLATION, f"way.{what}", {"user": f"user-{user.pk}", "way": way}, actor=actor, now=now)


@transaction.atomic
def record_search(user: User, where: str, words: str, reason: str, *, now: datetime) -> Search:
    """Record that somebody looks for these words, and why, before they find anything. where: the name of the page."""
    search = Search.objects.create(id=uuid4(), user=user, words=words, salt=token_hex(16))
    digest = sha256((search.salt + words).encode()).hexdigest()
    told = {"search": str(search.id), "where": where, "reason": reason, "sha256": digest}
    append(INSTALLATION, "search.made", told, actor=user.actor, now=now)
    return search


@transaction.atomic
def choose_language(user: User, language: str) -> None:
    """Remember in which language somebody reads."""
    user.language = language
    user.save(update_fields=["language"])


@transaction.atomic
def make_token(
    name: str, scopes: Sequence[str], days: int, *, actor: Actor, now: datetime, post: str = ""
) -> tuple[Token, str]:
    """Let a program in by a token for so many days: (the token, its secret, which nobody can ever show again).

    name: who the program is, in the record; never given twice. post: the only one it is for. Raises Refused.
    """
    _check_slug("name", name)
    if Token.objects.filter(name=name).exists():
        raise Refused(f"name: {name!r} is taken, or was once; choose another, so that the record stays clear.")
    if not scopes or set(scopes) - set(Scope):
        found = ", ".join(sorted(set(scopes) - set(Scope))) or "none"
        raise Refused(f"scope: found {found}; allowed are {', '.join(Scope)}.")
    if post and not Post.objects.filter(slug=post).exists():
        raise Refused(f"post: there is no post {post!r}; `inviolable posts list` shows those there are.")
    if not 1 <= days <= MOST_DAYS:
        raise Refused(f"days: found {days}; 1 to {MOST_DAYS} are allowed.")
    secret, expires = f"inv_{token_urlsafe(32)}", now + timedelta(days=days)
    told = {"scopes": [str(scope) for scope in Scope if scope in scopes], "post": post}
    token = Token.objects.create(name=name, sha256=token_hash(secret), made=now, expires=expires, **told)
    body = {"token": name, "expires": written(expires)} | {key: value for key, value in told.items() if value}
    append(INSTALLATION, "token.made", body, actor=actor, now=now)
    return token, secret


@transaction.atomic
def revoke_token(name: str, *, actor: Actor, now: datetime) -> None:
    """Let a program in no more, from this moment on. Raises Refused."""
    token = Token.objects.select_for_update().filter(name=name).first()
    if token is None or token.revoked:
        found = f"was revoked at {written(token.revoked)}" if token and token.revoked else "is not known"
        raise Refused(f"token: {name!r} {found}; `inviolable token list` shows those there are.")
    Token.objects.filter(name=name).update(revoked=now)
    append(INSTALLATION, "token.revoked", {"token": name}, actor=actor, now=now)


def note_use(token: Token, now: datetime) -> None:
    """Remember when a token last asked; to the minute, since asking often must not write often."""
    if token.used is None or now - token.used >= timedelta(minutes=1):
        Token.objects.filter(name=token.name).update(used=now)


def is_example() -> bool:
    """Whether this home holds the worked example. Then every screen says so and nothing leaves this machine."""
    return Installation.objects.filter(example=True).exists()


def is_empty() -> bool:
    """Whether nobody has begun to use this home."""
    return not (User.objects.exists() or Installation.objects.exists() or Entry.objects.exists())


@transaction.atomic
def load_example_users(*, now: datetime) -> list[User]:
    """Fill an empty home with one user per role and mark it as an example for good.

    Raises Refused for any other home: an example never mixes with the real.
    """
    if not is_empty():
        raise Refused(
            "this home is not empty, and an example never mixes with the real; choose an empty INVIOLABLE_HOME."
        )
    Installation.objects.create(example=True, since=now)
    return [
        add_user(f"example-{role.value.replace('_', '-')}", role, now=now, person=EXAMPLE_PEOPLE.get(role, ""))
        for role in Role
    ]


#: Who of the example's staff each of its users is (examples/people.csv).
EXAMPLE_PEOPLE = {
    Role.RECEPTION: "minneapolis-desk",
    Role.OFFICER: "minneapolis-deputy",
    Role.HEAD_OF_POST: "minneapolis-head",
    Role.DUTY_OFFICER: "quito-duty-1",
    Role.LEGAL: "quito-legal",
    Role.PRESS: "quito-press",
    Role.MINISTER_OFFICE: "quito-cabinet",
}


class Reached(NamedTuple):
    """One way to reach somebody, and when it was last shown to work."""

    channel: str
    address: str
    confirmed: datetime | None = None


# ---- posts and dated roles -------------------------------------------------------------------


@transaction.atomic
def describe_post(slug: str, described: Mapping[str, object], *, actor: Actor, now: datetime) -> Post:
    """Say what a place of ours is; the whole of it, each time. What has not changed is not recorded again.

    described: the fields of `post.described`, its class as `class`. Raises Refused.
    """
    told = {"post": slug, **{name: value for name, value in described.items() if value not in ("", {}, None)}}
    _check_post(slug, told)
    before = Entry.objects.filter(stream=f"post/{slug}", kind="post.described").order_by("-seq").first()
    if before is None or _body(before) != told:
        with _refusing():
            append(f"post/{slug}", "post.described", told, actor=actor, now=now)
    return Post.objects.get(slug=slug)


@transaction.atomic
def give_role(told: Holding, *, actor: Actor, now: datetime) -> HeldRole:
    """Record that somebody holds a dated role; its id is made here. Raises Refused.

    A designee is named in writing and with a scope: the Convention asks for no form, this product does.
    """
    if not Post.objects.filter(slug=told.place).exists():
        raise Refused(f"post: there is no post {told.place!r}; describe it first.")
    if not Person.objects.filter(id=told.person).exists():
        raise Refused(f"person: there is no {told.person!r} among the staff; list them first.")
    if told.until is not None and told.until <= told.since:
        raise Refused(f"until: {written(told.until)} is not after {written(told.since)}.")
    if told.role == "designee" and not (told.document and told.scope):
        raise Refused("designee: needs the document that names this person, and for what (scope).")
    holding = str(uuid4())
    body: dict[str, Any] = {"holding": holding, "post": told.place, "role": told.role, "person": told.person}
    texts = {"document": told.document, "scope": told.scope}
    moments = {"from": told.since, "until": told.until, "notified": told.notified}
    body |= {"rank": told.rank} | {name: value for name, value in texts.items() if value}
    body |= {name: written(moment) for name, moment in moments.items() if moment}
    with _refusing():
        append(f"post/{told.place}", "role.given", body, actor=actor, now=now)
    return HeldRole.objects.get(id=holding)


@transaction.atomic
def end_role(holding: HeldRole, until: datetime, *, actor: Actor, now: datetime, why: str = "") -> None:
    """Record that somebody holds a role no longer than until then. Raises Refused."""
    if until <= holding.since:
        raise Refused(f"until: {written(until)} is not after {written(holding.since)}, when it began.")
    body = {"holding": str(holding.id), "until": written(until)} | ({"why": why} if why else {})
    append(holding.post.stream, "role.ended", body, actor=actor, now=now)


@transaction.atomic
def list_person(
    person: str,
    *,
    name: str,
    language: str,
    time_zone: str,
    contacts: Sequence[Reached],
    actor: Actor,
    now: datetime,
    quiet: tuple[time | None, time | None] = (None, None),
) -> Person:
    """Keep somebody of the staff with the ways to reach them, the first to be tried first.

    A way that was known already keeps when it was last confirmed, unless it is said to be later; notifications in
    browsers stay as that person has them. Raises Refused.
    """
    _check_slug("person", person)
    _check_zone(time_zone)
    _check_line("name", name)
    for way in contacts:
        if way.channel not in CHANNELS:
            raise Refused(f"channel: found {way.channel!r}; allowed are {', '.join(CHANNELS)}.")
        if way.channel == PUSH:
            raise Refused("channel: push is switched on by each person, in their browser, on the page of alarms.")
    told = {"name": name, "language": language, "time_zone": time_zone, "quiet_from": quiet[0], "quiet_until": quiet[1]}
    before = Person.objects.select_for_update().filter(id=person).values(*told).first()
    known = list(Contact.objects.filter(person=person).values_list("channel", "address", "confirmed"))
    confirmed = {(channel, address): when for channel, address, when in known}
    ways = [
        way._replace(confirmed=max(filter(None, (way.confirmed, confirmed.get(way[:2]))), default=None))
        for way in contacts
    ]
    ways += [Reached(*one) for one in known if one[0] == PUSH]
    if (before, known) != (told, list(map(tuple, ways))):
        one, _ = Person.objects.update_or_create(id=person, defaults=told)
        _keep_ways(one, ways, actor, now)
    return Person.objects.get(id=person)


@transaction.atomic
def add_browser(person: str, subscription: str, *, actor: Actor, now: datetime) -> None:
    """Somebody wants to be notified in this browser, too, from now on. Raises Refused."""
    one, ways = _ways(person)
    if any(way.address == subscription for way in ways):
        return
    if sum(way.channel == PUSH for way in ways) >= BROWSERS:
        raise Refused(f"notifications are on in {BROWSERS} browsers already; switch them off first.")
    _keep_ways(one, [*ways, Reached(PUSH, subscription, now)], actor, now)


@transaction.atomic
def drop_browsers(person: str, subscription: str = "", *, actor: Actor, now: datetime) -> None:
    """Somebody is not notified any more in this browser, or in any. Raises Refused."""
    one, ways = _ways(person)
    left = [way for way in ways if way.channel != PUSH or subscription not in ("", way.address)]
    if left != ways:
        _keep_ways(one, left, actor, now)


def _ways(person: str) -> tuple[Person, list[Reached]]:
    """Somebody of the staff with the ways to reach them, for this transaction alone. Raises Refused."""
    one = Person.objects.select_for_update().filter(id=person).first()
    if one is None:
        raise Refused(f"person: there is no {person!r} among the staff; list them first.")
    known = Contact.objects.filter(person=one).order_by("place")
    return one, [Reached(way.channel, way.address, way.confirmed) for way in known]


def _keep_ways(one: Person, ways: Sequence[Reached], actor: Actor, now: datetime) -> None:
    """The entry holds the id and the channels, never a name or an address."""
    one.contact_set.all().delete()
    for place, way in enumerate(ways, 1):
        Contact.objects.create(person=one, place=place, **way._asdict())
    body = {"person": one.id, "language": one.language, "channels": [way.channel for way in ways]}
    append(INSTALLATION, "person.listed", body, actor=actor, now=now)


@transaction.atomic
def confirm_contacts(person: str, *, actor: Actor, now: datetime) -> list[Contact]:
    """Somebody says that every way to reach them is right. Raises Refused."""
    ways = list(Contact.objects.filter(person=person).order_by("place"))
    if not ways:
        raise Refused(f"person: there is no {person!r} whom anything reaches; `posts export` shows everybody.")
    for way in ways:
        way.confirmed = now
        way.save(update_fields=["confirmed"])
        append(INSTALLATION, "contact.confirmed", {"person": person, "channel": way.channel}, actor=actor, now=now)
    return ways


def is_a_place(coordinates: str) -> bool:
    """Whether this is a latitude and a longitude in degrees (WGS 84)."""
    if not COORDINATES.fullmatch(coordinates):
        return False
    latitude, longitude = map(float, coordinates.split(","))
    return abs(latitude) <= 90 and abs(longitude) <= 180


def _check_post(slug: str, told: Mapping[str, object]) -> None:
    _check_slug("post", slug)
    for field, value in told.items():
        _check_line(field, value)
    if (number := str(told.get("telephone", ""))) and not TELEPHONE.fullmatch(number):
        raise Refused(f"telephone: found {number!r}; write it with its country, as +12025550100.")
    if (place := str(told.get("coordinates", ""))) and not is_a_place(place):
        raise Refused(f"coordinates: found {place!r}; write latitude and longitude in degrees, as 44.98,-93.27.")
    _check_zone(str(told.get("time_zone", "")))
    allowed = vocabulary().facts["zone"].values
    zones = told.get("zones", {})
    for room, zone in zones.items() if isinstance(zones, dict) else ():
        if zone not in allowed:
            raise Refused(f"zones: {room} is {zone!r}; allowed are {', '.join(allowed)}.")
    mission = str(told.get("mission", ""))
    if mission and not Post.objects.filter(slug=mission).exists():
        raise Refused(f"mission: there is no post {mission!r}; describe the mission first.")


def _check_slug(what: str, slug: str) -> None:
    if not SLUG.fullmatch(slug):
        raise Refused(f"{what}: found {slug!r}; 2 to 40 small letters, digits and hyphens are allowed.")


def _check_line(field: str, value: object) -> None:
    """What stands in the first line of messages must be one line that forges nothing."""
    if isinstance(value, str) and (bad := forging(value)):
        raise Refused(f"{field}: holds the character U+{ord(bad[0]):04X}; write one line of plain text.")


def _check_zone(name: str) -> None:
    if name not in zones():
        raise Refused(f"time_zone: found {name!r}; expected an IANA name such as America/Chicago.")


def _body(entry: Entry) -> Mapping[str, object]:
    body: Mapping[str, object] = canonical.decode(bytes(entry.line))["body"]
    return body


@contextmanager
def _refusing() -> Iterator[None]:
    """What a kind does not allow is refused in its words."""
    try:
        yield
    except BadEntry as fault:
        raise Refused(str(fault)) from None
