"""Consent to entry: only whoever may give it can (VCCR 31(2)), for these people, here, for this, until then.

Asked for from the door, given, refused or withdrawn by a person who signs in; silence and an open door are neither.
Whoever is made to say yes types the duress code: the answer looks the same, the ministry is alarmed, and what was given
is void for review (hostile case 4). That code is in no entry, and what it does in none that the post can read.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from inviolable.alarm.straight import raise_surely
from inviolable.alarm.terms import DURESS, Danger
from inviolable.door.codes import is_forced
from inviolable.door.incident import incident_at
from inviolable.door.models import TOLD, Consent
from inviolable.door.terms import Purpose, Whom, Zone
from inviolable.ledger.actions import INSTALLATION, SYSTEM, Actor, append, lock_stream
from inviolable.ledger.moments import Happened, written
from inviolable.outbox import actions as outbox
from inviolable.outbox.actions import Letter
from inviolable.posts.actions import Refused
from inviolable.posts.consent import Holding
from inviolable.posts.lookup import consent_at, ways_of
from inviolable.posts.models import Post
from inviolable.posts.terms import DatedRole
from inviolable.posts.wording import REASONS, role_name

#: The longest that a consent can last: who is to stay longer is asked about again.
LONGEST = timedelta(hours=12)
#: For how long one question rings the same people only once.
SAME = timedelta(minutes=5)
#: How many questions within that time ring somebody, and how many are recorded.
MOST_RUNG, MOST_ASKED = 6, 30
#: Who decides for a post in the first place; a designee does only what they are named for (VCCR 15(1), 31(2)).
HEADS = (DatedRole.HEAD, DatedRole.ACTING_HEAD)


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
    if any(one.waits(now) or one.stands(now) for one in recent.filter(zone=zone, whom=whom, purpose=purpose)):
        return  # It rings already, or they are let in. After a no, or what was taken back, it is asked anew.
    if Consent.objects.filter(id=name).exists() or recent.count() >= MOST_ASKED:
        raise Refused(_("Too much is asked at this post. Telephone."))
    told = {"consent": name, "post": post, "zone": zone, "whom": whom, "purpose": purpose}
    append(stream, "consent.asked", told, actor=actor, now=now, happened=happened)
    if recent.count() > MOST_RUNG or (happened and happened.start < now - SAME):
        return
    _ring(place, told | {"asked": written(happened.start if happened else now)}, stream, now)


def _ring(place: Post, told: dict[str, str], stream: str, now: datetime) -> None:
    people = list(dict.fromkeys(held.person for held, _why in consent_at(place, now).people))
    link = f"{settings.ADDRESS}{reverse('door:consent', args=[place.slug])}#waiting"
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
    code: str = "",
    actor: Actor,
    now: datetime,
    asked: str = "",
    within: bool = False,
) -> str:
    """Let them in: the id of the consent. asked: of the question that this answers. Raises Refused with the reason.

    minutes: for how long. code: of whoever says so, where they have chosen codes. within: a designee says that it is
    within what they were named for. The same again within a minute, as by a second touch, is the same consent. What the
    head has refused since it began no designee gives; whoever typed the duress code then is heard all the same.
    """
    place = _place(post)
    holding, why = _who(place, person, now, _("consent"))
    for name, value, choices in (("zone", zone, Zone), ("whom", whom, Whom), ("purpose", purpose, Purpose)):
        if value not in choices.values:
            raise Refused(_("%(field)s: choose one of those that are offered.") % {"field": name})
    if not timedelta(0) < timedelta(minutes=minutes) <= LONGEST:
        raise Refused(_("For how long: from 1 minute to %(hours)s hours.") % {"hours": LONGEST // timedelta(hours=1)})
    if holding.scope and not within:
        raise Refused(_("Say that it is within what you were named for: %(scope)s.") % {"scope": holding.scope})
    forced = is_forced(person, code, now)
    told = {"zone": zone, "whom": whom, "purpose": purpose, "person": person}
    with transaction.atomic():
        lock_stream(place.stream)
        just_now = Consent.objects.filter(post=post, withdrawn=None, given__gt=now - timedelta(minutes=1), **told)
        known = just_now.order_by("-given", "-id").first()
        name = known.id if known else _open_question(post, asked, now) or str(uuid4())
        no = _no_of_the_head(place, zone, whom, now) if holding.role == DatedRole.DESIGNEE and not known else ""
        if not known and not no:
            told |= {"consent": name, "post": post, "role": holding.role, "holding": holding.id, "why": why}
            told |= {"until": written(now + timedelta(minutes=minutes))}
            told |= {"scope": holding.scope, "within": "yes"} if holding.scope else {}
            append(_stream(place, now), "consent.given", told, actor=actor, now=now)
        if forced and not (known and known.forced):
            if not no:
                append(INSTALLATION, "consent.forced", {"consent": name, "post": post}, actor=actor, now=now)
            home, danger = Path(settings.HOME), Danger.THREAT
            raise_surely(home, post, danger, way=DURESS, actor=actor, now=now, raiser=person)
    if no:  # Only now: what was said under duress is kept.
        raise Refused(no)
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


def _no_of_the_head(place: Post, zone: str, whom: str, now: datetime) -> str:
    """That the head of post, or who acts as head, said no to the same people there, in words; "" where their last word
    is another. It holds for this incident, without one for this day at the post."""
    there, incident = ZoneInfo(place.time_zone), incident_at(place.slug, now)
    begun = incident.opened if incident else now.astimezone(there).replace(hour=0, minute=0, second=0, microsecond=0)
    theirs = Consent.objects.filter(post=place.slug, zone=zone, whom=whom, role__in=HEADS)
    said = [(one.answered, one) for one in theirs if one.answered and one.answered >= begun]
    if not said:
        return ""
    at, last = max(said, key=lambda it: it[0])
    if not (last.refused or last.withdrawn):
        return ""
    told = {"role": role_name(last.role), "at": f"{at.astimezone(there):%H:%M}"}
    return _("%(role)s said no to this at %(at)s on the clock there. Only they can change it.") % told


def _open_question(post: str, asked: str, now: datetime) -> str:
    """Its id, where it is one of just now that nobody has answered."""
    known = Consent.objects.filter(post=post, id=asked).first() if asked else None
    return known.id if known and known.waits(now) else ""


def _stream(place: Post, now: datetime) -> str:
    """Into the incident, where there is one; else the post's own record."""
    incident = incident_at(place.slug, now)
    return incident.stream if incident else place.stream


def _clash(no: Consent, yes: Consent) -> bool:
    """Whether both are about the same people there; not where one role said no and then yes."""
    same = (no.zone, no.whom) == (yes.zone, yes.whom)
    return same and (no.role != yes.role or (no.refused or no.asked) > (yes.given or yes.asked))


def standing(post: str, now: datetime) -> list[Consent]:
    """What a door has to know, the newest first: all that stands or ended just now, the last that was asked,
    and each no for as long as another's yes to the same stands."""
    here = Consent.objects.filter(post=post).order_by("-asked", "-id")
    given = [one for one in here.filter(until__gt=now - TOLD) if one.told(now)]
    asked = here.filter(until=None, refused=None, asked__gt=now - TOLD)[:MOST_RUNG]
    said_no = here.filter(until=None, refused__gt=now - 2 * LONGEST)
    yes = [one for one in given if one.stands(now)]
    told = [*given, *asked, *(no for no in said_no if no.told(now) or any(_clash(no, one) for one in yes))]
    return sorted(told, key=lambda one: (one.given or one.asked, one.id), reverse=True)
