"""Consent to entry: only whoever may give it can (VCCR 31(2)), for these people, here, for this, until then.

Asked for from the door, given, refused or withdrawn by a person who signs in; silence and an open door are neither.
Whoever is made to say yes types the duress code: the answer looks the same, the ministry is alarmed, and what was given
is void for review (hostile case 4). That code is in no entry, and what it does in none that the post can read.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from inviolable.alarm.straight import raise_surely
from inviolable.alarm.terms import DURESS, Danger
from inviolable.door.incident import incident_at
from inviolable.door.models import TOLD, Code, Consent
from inviolable.door.terms import Purpose, Whom, Zone
from inviolable.ledger.actions import INSTALLATION, SYSTEM, Actor, append, lock_stream
from inviolable.ledger.moments import Happened, written
from inviolable.outbox import actions as outbox
from inviolable.outbox.actions import Letter
from inviolable.posts.actions import Refused
from inviolable.posts.consent import Holding
from inviolable.posts.lookup import consent_at, ways_of
from inviolable.posts.models import HeldRole, Post
from inviolable.posts.terms import DatedRole
from inviolable.posts.wording import REASONS

#: The longest that a consent can last: who is to stay longer is asked about again.
LONGEST = timedelta(hours=12)
#: For how long one question rings the same people only once.
SAME = timedelta(minutes=5)
#: How many questions within that time ring somebody, and how many are recorded.
MOST_RUNG, MOST_ASKED = 6, 30
#: Digits of a code; after how many wrong ones no other is looked at, and for how long.
FEWEST, MOST, MOST_WRONG, SHUT = 4, 12, 5, timedelta(minutes=10)
#: Who may consent to entry somewhere (VCCR 15(1), 31(2); VCDR 22(1)).
CONSENTING = (DatedRole.HEAD, DatedRole.ACTING_HEAD, DatedRole.DESIGNEE, DatedRole.HEAD_OF_MISSION)


# ---- what happens ------------------------------------------------------------------------------


@transaction.atomic
def ask(
    post: str,
    name: str,
    *,
    zone: str,
    whom: str,
    purpose: str,
    actor: Actor,
    now: datetime,
    happened: Happened | None = None,
) -> None:
    """Somebody at the door wants to know whether they may come in: whoever may consent today is asked, by every way.

    happened: when it was asked, where that could not be said then. What was asked a while ago is recorded and rings
    nobody, and so is what is asked more often than people can answer. Raises Refused.
    """
    place = Post.objects.get(slug=post)
    stream = _stream(place, now)
    lock_stream(place.stream)
    recent = Consent.objects.filter(post=post, asked__gt=now - SAME)
    if recent.filter(zone=zone, whom=whom, purpose=purpose).exclude(until__lte=now).exists():
        return  # It rings already, or has its answer.
    if Consent.objects.filter(id=name).exists() or recent.count() >= MOST_ASKED:
        raise Refused(_("Too much is asked at this post. Telephone."))
    told = {"consent": name, "post": post, "zone": zone, "whom": whom, "purpose": purpose}
    append(stream, "consent.asked", told, actor=actor, now=now, happened=happened)
    if recent.count() > MOST_RUNG or (happened and happened.start < now - SAME):
        return
    _ring(place, told | {"asked": written(happened.start if happened else now)}, stream, now)


def _ring(place: Post, told: dict[str, str], stream: str, now: datetime) -> None:
    people = list(dict.fromkeys(held.person for held, _why in consent_at(place, now).people))
    link = f"{settings.ADDRESS}{reverse('door:consent', args=[place.slug])}"
    context = {name: told[name] for name in ("zone", "whom", "purpose", "asked")} | {"link": link}
    context["post_name"] = place.name
    letters = [
        Letter(f"{told['consent']}/{person}/{way}", person, way, "consent_asked", context)
        for person, ways in ways_of(people).items()
        for way in ways
    ]
    outbox.send_all(letters, stream=stream, crash="resend", actor=SYSTEM, now=now)


def give(
    post: str,
    *,
    zone: str,
    whom: str,
    purpose: str,
    minutes: int,
    person: str,
    code: str,
    actor: Actor,
    now: datetime,
    asked: str = "",
) -> str:
    """Let them in: the id of the consent. asked: of the question that this answers. Raises Refused with the reason.

    minutes: for how long. code: of whoever says so, where they have chosen codes. The same again within a minute, as
    by a second touch, is the same consent.
    """
    place = _place(post)
    holding, why = _who(place, person, now, _("consent"))
    for name, value, choices in (("zone", zone, Zone), ("whom", whom, Whom), ("purpose", purpose, Purpose)):
        if value not in choices.values:
            raise Refused(_("%(field)s: choose one of those that are offered.") % {"field": name})
    if not timedelta(0) < timedelta(minutes=minutes) <= LONGEST:
        raise Refused(_("For how long: from 1 minute to %(hours)s hours.") % {"hours": LONGEST // timedelta(hours=1)})
    forced = _is_forced(person, code, now)
    told = {"zone": zone, "whom": whom, "purpose": purpose, "person": person}
    with transaction.atomic():
        lock_stream(place.stream)
        just_now = Consent.objects.filter(post=post, withdrawn=None, given__gt=now - timedelta(minutes=1), **told)
        known = just_now.order_by("-given", "-id").first()
        name = known.id if known else _open_question(post, asked, now) or str(uuid4())
        if not known:
            told |= {"consent": name, "post": post, "role": holding.role, "holding": holding.id, "why": why}
            told |= {"until": written(now + timedelta(minutes=minutes))}
            told |= {"scope": holding.scope} if holding.scope else {}
            append(_stream(place, now), "consent.given", told, actor=actor, now=now)
        if forced and not (known and known.forced):
            append(INSTALLATION, "consent.forced", {"consent": name, "post": post}, actor=actor, now=now)
            home, danger = Path(settings.HOME), Danger.THREAT
            raise_surely(home, post, danger, way=DURESS, actor=actor, now=now, raiser=person, apart=True)
    return name


@transaction.atomic
def refuse(post: str, asked: str, *, person: str, actor: Actor, now: datetime) -> None:
    """No. Raises Refused where it is not theirs to say, or was answered."""
    place = _place(post)
    holding, _why = _who(place, person, now, _("refuse"))
    lock_stream(place.stream)
    if not _open_question(post, asked, now):
        raise Refused(_("This question was answered already."))
    told = {"consent": asked, "post": post, "person": person, "role": holding.role}
    append(_stream(place, now), "consent.refused", told, actor=actor, now=now)


@transaction.atomic
def withdraw(post: str, name: str, *, person: str, actor: Actor, now: datetime) -> None:
    """From now on they may not be in any more. Whoever may consent may withdraw what another gave. Raises Refused."""
    place = _place(post)
    holding, _why = _who(place, person, now, _("withdraw consent"))
    lock_stream(place.stream)
    found = Consent.objects.filter(post=post, id=name).exclude(given=None).first()
    if found is None or not found.stands(now):
        raise Refused(_("This consent has ended already."))
    told = {"consent": name, "post": post, "person": person, "role": holding.role}
    append(_stream(place, now), "consent.withdrawn", told, actor=actor, now=now)


def choose_codes(person: str, ordinary: str, duress: str, *, code: str, actor: Actor, now: datetime) -> None:
    """Two codes of one's own: with either one consents, with the second one under duress. Raises Refused.

    code: the one that they consent with so far, where they have chosen one: a screen left open is no owner.
    """
    held = HeldRole.objects.filter(person=person, role__in=CONSENTING)
    if not any(row.as_holding().holds(now) for row in held):
        raise Refused(_("Only whoever may consent to entry today chooses codes."))
    for one in (ordinary, duress):
        if not (one.isascii() and one.isdigit() and FEWEST <= len(one) <= MOST):
            raise Refused(_("A code has %(fewest)s to %(most)s digits.") % {"fewest": FEWEST, "most": MOST})
    if ordinary == duress:
        raise Refused(_("Choose two codes that differ."))
    if _is_forced(person, code, now):
        raise Refused(_("This is not your code."))
    kept = {"ordinary": make_password(ordinary), "duress": make_password(duress), "wrong": 0}
    with transaction.atomic():
        Code.objects.update_or_create(person=person, defaults=kept)
        append(INSTALLATION, "consent.codes_chosen", {"person": person}, actor=actor, now=now)


# ---- who, and where ----------------------------------------------------------------------------


def _place(post: str) -> Post:
    place = Post.objects.filter(slug=post).first()
    if place is None:
        raise Refused(_("There is no such post."))
    return place


def _who(place: Post, person: str, now: datetime, act: str) -> tuple[Holding, str]:
    """By which role they may, and why. Raises Refused."""
    answer = consent_at(place, now)
    for holding, why in answer.people:
        if person and holding.person == person:
            return holding, str(why)
    if answer.why:
        raise Refused(str(REASONS[answer.why]))
    said = _(
        "Only the head of post, whoever acts as head, the designee or the head of mission can %(act)s (VCCR 31(2))."
    )
    raise Refused(said % {"act": act} + " " + _("By today's roster you are none of them."))


def _is_forced(person: str, code: str, now: datetime) -> bool:
    """Whether this code is that person's duress code. Raises Refused where it is neither of theirs.

    Outside any transaction: it takes half a second, and a wrong code has to be counted although it is refused.
    """
    codes = Code.objects.filter(person=person).first()
    if codes is None:
        return False
    if codes.wrong >= MOST_WRONG and codes.since and now < codes.since + SHUT:
        raise Refused(_("Too many wrong codes. Try again in some minutes, or have another of those who may consent."))
    # Both are looked at in any case, so that how long it takes says nothing.
    ordinary, duress = check_password(code, codes.ordinary), check_password(code, codes.duress)
    if not ordinary and not duress:
        fresh = codes.since is None or now >= codes.since + SHUT
        wrong = {"wrong": 1, "since": now} if fresh else {"wrong": F("wrong") + 1}
        Code.objects.filter(person=person).update(**wrong)
        raise Refused(_("This is not your code."))
    return duress


def _open_question(post: str, asked: str, now: datetime) -> str:
    """Its id, where it is one of just now that nobody has answered."""
    waiting = Consent.objects.filter(post=post, id=asked, given=None, refused=None, asked__gt=now - TOLD)
    known = waiting.first() if asked else None
    return known.id if known else ""


def _stream(place: Post, now: datetime) -> str:
    """Into the incident, where there is one; else the post's own record."""
    incident = incident_at(place.slug, now)
    return incident.stream if incident else place.stream


def standing(post: str, now: datetime) -> list[Consent]:
    """What a door has to know, the newest first: all that stands or ended just now, and the last that was asked."""
    here = Consent.objects.filter(post=post).order_by("-asked", "-id")
    given = list(here.filter(until__gt=now - TOLD))
    others = list(here.filter(until=None, asked__gt=now - TOLD)[:MOST_RUNG])
    told = [one for one in (*given, *others) if one.told(now)]
    return sorted(told, key=lambda one: (one.given or one.asked, one.id), reverse=True)
