"""What the Convention says of the door of a place, as far as the card may claim it. Nothing here reads a database."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Standing(StrEnum):
    """What a place is to whoever stands at its door."""

    CAREER = "career"
    MISSION = "mission"
    HONORARY = "honorary"
    ENDED = "ended"
    MISSION_ENDED = "mission_ended"
    UNACCEPTED = "unaccepted"


#: What the short names of the pinpoints stand for.
CONVENTIONS = {
    "VCCR": _("Vienna Convention on Consular Relations, 1963"),
    "VCDR": _("Vienna Convention on Diplomatic Relations, 1961"),
}


@dataclass(frozen=True)
class Claim:
    """What the card says: what this place is, the article in one line with its pinpoint, who may consent."""

    what: Promise
    line: Promise
    cites: tuple[str, ...]
    who: tuple[Promise, ...]

    @property
    def conventions(self) -> list[tuple[str, Promise]]:
        """Each convention that is cited, by its short name: whoever reads this has never heard of it."""
        return [(short, name) for short, name in CONVENTIONS.items() if any(short in cite for cite in self.cites)]


_NOBODY_NAMED = _("Whether officers may come in is for our ministry to say. Please call it first.")

#: In our own words, and never more than the article says.
CLAIMS = {
    Standing.CAREER: Claim(
        _("This is a consular post."),
        _(
            "Officers of this country may not enter the rooms used exclusively for its work without consent. Consent"
            " may be assumed only in a fire or another disaster that needs prompt protective action."
        ),
        ("VCCR 31(2)",),
        (
            _("the head of post"),
            _("the person whom the head of post has named for this"),
            _("the ambassador, or who acts as head of the mission"),
        ),
    ),
    Standing.MISSION: Claim(
        _("This is a diplomatic mission."),
        _("Officers of this country may enter it only with the consent of the head of the mission."),
        ("VCDR 22(1)",),
        (_("the head of the mission, or who acts as such"),),
    ),
    Standing.HONORARY: Claim(
        _("This is a consular post headed by an honorary consular officer."),
        _(
            "Its consular archives and documents are inviolable wherever they are, as long as they are kept apart from"
            " other papers. The Convention does not make its rooms inviolable as it does those of a career post."
        ),
        ("VCCR 58(1)", "VCCR 61"),
        (_("the head of post speaks for it; please ask before you come in, and leave the archives closed"),),
    ),
    Standing.ENDED: Claim(
        _("This is a consular post that is closed, or whose relations have ended."),
        _("This country has to respect and protect its premises, its property and its archives all the same."),
        ("VCCR 27(1)(a)",),
        (_NOBODY_NAMED,),
    ),
    Standing.MISSION_ENDED: Claim(
        _("This is a diplomatic mission that has been recalled, or whose relations have ended."),
        _("This country has to respect and protect its premises, its property and its archives all the same."),
        ("VCDR 45(a)",),
        (_NOBODY_NAMED,),
    ),
    Standing.UNACCEPTED: Claim(
        _("This is an office of another State that this country has not, or not yet, accepted as a post."),
        _(
            "A post is set up only with the consent of both States, so this card claims no article for its door."
            " Please ask before you come in."
        ),
        ("VCCR 4(1)", "VCDR 2"),
        (_NOBODY_NAMED,),
    ),
}


def standing_of(post_class: str, head: str, status: str) -> Standing:
    """As what the card presents a place; where two would do, the weaker."""
    if status == "unaccepted":
        return Standing.UNACCEPTED
    if post_class in ("embassy", "consular-section"):
        return Standing.MISSION_ENDED if status == "ended" else Standing.MISSION
    if head == "honorary" or post_class == "honorary-consulate":
        return Standing.HONORARY  # VCCR 58(1) does not name article 27 either.
    return Standing.ENDED if status == "ended" else Standing.CAREER
