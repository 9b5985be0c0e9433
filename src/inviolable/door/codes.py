"""Two codes of whoever may consent: with the one they do, with the other because they are made to (hostile case 4).

The codes are in no entry, and hashed where they are kept.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise, zip_longest
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from inviolable.alarm.straight import raise_surely
from inviolable.alarm.terms import DURESS, Danger
from inviolable.door.models import Code
from inviolable.ledger.actions import INSTALLATION, Actor, append
from inviolable.posts.actions import Refused
from inviolable.posts.lookup import consents_at, placed_at

#: Digits of a code; after how many wrong ones no other is looked at, and for how long.
FEWEST, MOST, MOST_WRONG, SHUT = 4, 12, 5, timedelta(minutes=10)


class WrongCode(Refused):
    """It is neither of theirs."""


def choose(person: str, ordinary: str, duress: str, *, code: str, actor: Actor, now: datetime) -> None:
    """Choose two codes of one's own. Raises Refused, and WrongCode.

    code: the one that they consent with so far, where they have chosen one: a screen left open is no owner. With the
    duress code it looks the same, nothing changes, and the ministry is alarmed: whoever makes them type must not learn
    which is which.
    """
    posts = consents_at(person, now)
    if not posts:
        raise Refused(_("Only whoever may consent to entry today chooses codes."))
    for one in (ordinary, duress):
        if not (one.isascii() and one.isdigit() and FEWEST <= len(one) <= MOST):
            raise Refused(_("A code has %(fewest)s to %(most)s digits.") % {"fewest": FEWEST, "most": MOST})
        if is_obvious(one):
            raise Refused(_("Choose no code that everybody tries first, such as 1234 or 0000."))
    if are_alike(ordinary, duress):
        raise Refused(
            _("Choose two codes that differ in two digits at least: one slip must not turn one into the other.")
        )
    forced = is_forced(person, code, now)
    kept = {"ordinary": make_password(ordinary), "duress": make_password(duress), "wrong": 0}
    if forced:
        Code.objects.filter(person=person).update(wrong=0)
        home, post = Path(settings.HOME), placed_at(person, now) or posts[0].slug
        raise_surely(home, post, Danger.THREAT, way=DURESS, actor=actor, now=now, raiser=person)
        return
    with transaction.atomic():
        Code.objects.update_or_create(person=person, defaults=kept)
        append(INSTALLATION, "consent.codes_chosen", {"person": person}, actor=actor, now=now)


def is_obvious(code: str) -> bool:
    """Whether its digits are all the same, go up or down by the same step, or repeat one pair."""
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(code)}
    return len(steps) == 1 or code == (code[:2] * len(code))[: len(code)]


def are_alike(one: str, other: str) -> bool:
    """Whether one slip of a finger, a digit wrong, missing or too many, turns one into the other."""
    if sum(mine != its for mine, its in zip_longest(one, other)) < 2:
        return True
    short, long = sorted((one, other), key=len)
    return len(long) == len(short) + 1 and any(long[:at] + long[at + 1 :] == short for at in range(len(long)))


def has_chosen(person: str) -> bool:
    """Whether somebody has codes, so that they consent by one of them only."""
    return Code.objects.filter(person=person).exists()


def is_forced(person: str, code: str, now: datetime) -> bool:
    """Whether this code is that person's duress code. Raises WrongCode where it is neither of theirs, and Refused.

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
        raise WrongCode(_("This is not your code."))
    return duress
