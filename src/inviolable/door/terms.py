"""The words of this room: what a device can tell about an event, and what somebody can be let in for. No free text, so
that nobody's name can be among them (DESIGN.md, law 12)."""

import re

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from inviolable.law.vocabulary import vocabulary

COUNT = re.compile(r"0|[1-9][0-9]{0,2}")
YES = re.compile(r"yes")

#: What a device tells besides answers to questions of the law: how many people are inside, of whom it says nothing
#: else; what came and left; what was said and shown; what happened to whoever stood at the door.
TELLS: dict[str, re.Pattern[str]] = {
    "inside_adults": COUNT,
    "inside_children": COUNT,
    "inside_children_alone": COUNT,
    "inside_unwell": COUNT,
    "crew_came": COUNT,
    "crew_left": COUNT,
    "taken_outside": COUNT,
    "taken_inside": COUNT,
    "words": re.compile(r"open|come_in|looking_for|warrant|threat|none"),
    "shown": re.compile(r"nothing|badge|paper|weapon"),
    "staff_threatened": YES,
    "staff_hurt": YES,
    "handed_over": YES,
    "over": YES,
}
#: What somebody at the ministry sees to when it is told.
FOLLOWED_UP = {"staff_threatened": _("they were threatened"), "staff_hurt": _("they were hurt")}


def may_tell(key: str, value: str) -> bool:
    """Whether a device can tell this."""
    if key in TELLS:
        return TELLS[key].fullmatch(value) is not None
    fact = vocabulary().facts.get(key)
    return fact is not None and value in fact.door


class Zone(TextChoices):
    """Where somebody is let in: zones that a post has, by their legal class (law/facts.toml)."""

    WORK = "work", _("the offices")
    PUBLIC = "public", _("the waiting room and counters")
    GROUNDS = "grounds", _("yard, garage or kitchen")
    SHARED = "shared", _("the part that others use too")


class Whom(TextChoices):
    """Who is let in."""

    AMBULANCE = "ambulance", _("the ambulance crew")
    FIRE_BRIGADE = "fire_brigade", _("the fire brigade")
    POLICE = "police", _("police who were called to help")
    OFFICIALS = "officials", _("the officials at the door")
    OTHERS = "others", _("somebody else")


class Purpose(TextChoices):
    """For what."""

    RESCUE = "rescue", _("to help somebody who is ill or injured")
    FIRE = "fire", _("to put out a fire or avert a disaster")
    PROTECT = "protect", _("to protect people from violence")
    TALK = "talk", _("to talk with us")
    HAND_OVER = "hand_over", _("to hand something over")
    OTHER = "other", _("another purpose, told to whoever consents")


class Consenting(TextChoices):
    """Who must agree that sound is recorded, by the law of the place."""

    ALL = "all", _("everybody who is heard must agree")
    ONE = "one", _("it is enough that one side agrees")
    UNKNOWN = "unknown", _("not looked up yet")


class Sound(TextChoices):
    """What a post may record of what is said."""

    OFF = "off", _("no sound")
    ANNOUNCED = "announced", _("sound, announced by a sign and on the screen")
    ON = "on", _("sound")
