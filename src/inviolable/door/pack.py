"""The paper pack of a post, for the day without power: five sheets, and nobody's name.

Two prints of the same facts in the same language have the same version, so that anybody sees that a sheet is outdated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inviolable.counsel import record
from inviolable.documents.pdf import CannotTypeset, typeset
from inviolable.door.place import FIRST_TOUCH, case_there, place_of
from inviolable.incidents.acts import Note
from inviolable.incidents.case import case_file_text
from inviolable.incidents.fact_acts import Claim
from inviolable.incidents.wording import happened_words
from inviolable.law.assess import ENGINE, Assessment
from inviolable.law.casefile import read_case
from inviolable.law.faults import Faulty
from inviolable.ledger import canonical
from inviolable.ledger.models import Entry
from inviolable.ledger.moments import Happened, read
from inviolable.posts.actions import Refused, is_example
from inviolable.posts.consent import CITES, Answer, Holding, Why
from inviolable.posts.lookup import consent_at, holdings_of
from inviolable.posts.models import Contact, Post
from inviolable.posts.roster import IN_PLACE, holders
from inviolable.posts.terms import MINISTRY
from inviolable.posts.vault import StaffKeyLost, fingerprint
from inviolable.posts.wording import REASONS, role_name

SOURCE = "pack.typ"
#: For how long a pack is good where no role in it ends before.
GOOD_FOR = timedelta(days=90)
#: A crew must come in this minute, and nobody has said no. What burns, or who is ill, is added.
CREW = {**FIRST_TOUCH, "prompt": ("yes",), "crew": ("yes",), "refused": ("no",)}
FIRE, ILL = ({**CREW, "emergency": (what,)} for what in ("fire", "medical"))


@dataclass(frozen=True)
class Pack:
    """What is printed. content: all but the dates of this print; expires: from when on it is no good any more."""

    post: Post
    language: str
    content: dict[str, Any]
    version: str
    expires: datetime

    def pdf(self, now: datetime) -> bytes:
        """The five sheets. Raises Refused."""
        with translation.override(self.language):
            zone = self.post.time_zone
            told = {
                "post": self.post.name,
                "version": self.version,
                "printed": happened_words(Happened.at(now, zone)),
                "until": happened_words(Happened.at(self.expires, zone)),
            }
            foot = [
                _("%(post)s · version %(version)s") % told,
                _("printed %(printed)s · not valid after %(until)s") % told,
            ]
            content = {**self.content, "foot": foot, "page": _("page"), "of": _("of")}
        try:
            return typeset((files("inviolable.door") / SOURCE).read_text("utf-8"), content, self.language, now)
        except CannotTypeset as fault:
            raise Refused(str(fault)) from None


def pack_of(post: Post, language: str, now: datetime) -> Pack:
    """The pack as it would be printed now. Raises Refused where there is none, or where the law cannot be asked."""
    if post.post_class == MINISTRY:
        raise Refused(str(REASONS[Why.NO_POST]))
    consent = consent_at(post, now)
    today = now.astimezone(ZoneInfo(post.time_zone)).date()
    with translation.override(language):
        try:
            content = _content(post, consent, today, language, now)
        except (Faulty, LookupError) as fault:
            raise Refused(_("The law cannot be asked for this post: %(fault)s") % {"fault": fault}) from None
        except StaffKeyLost as fault:
            raise Refused(str(fault)) from None
    ends = [held.until for held, _why in consent.people if held.until]
    return Pack(post, language, content, fingerprint(canonical.encode(content))[:8], min([now + GOOD_FOR, *ends]))


# ---- what the sheets say -----------------------------------------------------------------------


def _content(post: Post, consent: Answer, today: date, language: str, now: datetime) -> dict[str, Any]:
    place, _digest = place_of(post.slug, today)
    return {
        "title": _("Paper pack: %(post)s") % {"post": post.name},
        "mark": _("EXAMPLE · for learning and showing only; bears no arms") if is_example() else "",
        "door": _door(post, place, today, language),
        "phones": _phones(post, consent, today, language, now),
        "consent": _consent(post, consent),
        "log": _log(),
        "count": _count(),
    }


def _door(post: Post, place: dict[str, Any], today: date, language: str) -> dict[str, Any]:
    return {
        "title": _("At the door"),
        "say": _("Say this to the officer:"),
        "sentence": place["sentence"],
        "language": place["language"],
        "commands": [_("Do not touch anybody"), _("Hands visible"), _("Close the door")],
        "call": _("Then call %(whom)s:") % {"whom": _whose(place["call"])} if place["call"] else _("Then call:"),
        "number": place["call"],
        "crews": [
            [_("To a fire crew at the door:"), _asked(post, today, FIRE, language)["host"]],
            [_("To an ambulance crew at the door:"), _asked(post, today, ILL, language)["host"]],
        ],
        "law": _asked(post, today, FIRST_TOUCH, language),
        "staff": _(
            "Have you no immunity of your own (staff engaged here, guards, reception)? Hand over to an accredited"
            " officer and step back."
        ),
    }


def _whose(number: str) -> str:
    """Who answers at this number of ours."""
    return Post.objects.filter(telephone=number).order_by("slug").values_list("name", flat=True)[0]


def _phones(post: Post, consent: Answer, today: date, language: str, now: datetime) -> dict[str, Any]:
    ministry = Post.objects.filter(post_class=MINISTRY).order_by("slug").first()
    mission = Post.objects.filter(slug=post.mission).first()
    unknown = [_("no number is known: write it in")]
    return {
        "title": _("Whom to call, in this order"),
        "lead": _("It holds numbers of staff: keep this sheet inside, where visitors do not read it."),
        "head": [_("Whom"), _("Number")],
        "people": [[role, _numbers(person) or unknown] for role, person in _called(post, consent, ministry, now)],
        "places": [[one.name, [one.telephone] if one.telephone else unknown] for one in (ministry, mission) if one],
        "local": _("Police, fire brigade, ambulance (the number used here; write it in)"),
        "crews": [
            {"title": _("Fire: people out first"), **_asked(post, today, FIRE, language)},
            {"title": _("Somebody is ill"), **_asked(post, today, ILL, language)},
        ],
        "yes": _(
            "A yes to a crew is a yes to that crew only: for whom, which rooms, until when (sheet 3). Police wait"
            " outside unless they are allowed in separately."
        )
        if consent.why != Why.HONORARY
        else "",
    }


def _called(post: Post, consent: Answer, ministry: Post | None, now: datetime) -> list[tuple[str, str]]:
    """(role, person) in the order in which they are called: whoever may consent or stands in for the head, then the
    ministry's duty officers."""
    here = holdings_of([post.slug])
    standing: list[Holding] = [held for held, _why in consent.people]
    standing += [held for role in IN_PLACE["head"] for held in holders(here, role, now)]
    standing += holders(holdings_of([ministry.slug]), "duty_officer", now) if ministry else []
    first: dict[str, str] = {}
    for one in standing:
        first.setdefault(one.person, role_name(one.role))
    return [(role, person) for person, role in first.items()]


def _numbers(person: str) -> list[str]:
    """By which they are telephoned, the first to be tried first."""
    ways = Contact.objects.filter(person=person, channel__in=("voice", "sms")).order_by("place")
    return list(dict.fromkeys(way.address for way in ways))


def _consent(post: Post, consent: Answer) -> dict[str, Any]:
    return {
        "title": _("Consent to entry"),
        "never": _("Silence, or an open door, is never consent."),
        "who": _("Who may consent"),
        "head": [_("Role"), _("Why"), _("Article")],
        "people": [
            [
                role_name(held.role),
                " · ".join(filter(None, (str(REASONS[why]), held.scope, _until(held, post.time_zone)))),
                ", ".join(CITES[why]),
            ]
            for held, why in consent.people
        ],
        "why": f"{REASONS[consent.why]} {', '.join(CITES[consent.why])}" if consent.why else "",
        "blanks": [
            [_("Who consents"), _("In which role")],
            [_("To whom (service, how many people)")],
            [_("Which rooms"), _("For what")],
            [_("From (day, time)"), _("Until (day, time)")],
            [_("Withdrawn at (day, time)"), _("Written down by (role)")],
        ],
        "closed": _("What was not agreed stays closed. Consent can be taken back at any time: write down when."),
    }


def _until(held: Holding, zone: str) -> str:
    return _("until %(until)s") % {"until": happened_words(Happened.at(held.until, zone))} if held.until else ""


def _log() -> dict[str, Any]:
    return {
        "title": _("Log: what happened"),
        "note": _(
            "How many; agency, badges, vehicles; masks, weapons; papers shown (photograph them); the exact words; line"
            " crossed or not; anybody touched; consent asked, answered by whom; who filmed. No names of visitors."
        ),
        "blanks": [_("Day"), _("Clock used (whose)")],
        "head": [_("Time"), _("What was seen, said or shown"), _("Who (role)")],
        "later": _(
            "Enter it later, each line with the time at which it was written here: %(note)s; for what names nobody:"
            " %(claim)s."
        )
        % {"note": Note.title, "claim": Claim.title},
    }


def _count() -> dict[str, Any]:
    return {
        "title": _("How many are inside"),
        "rule": _("Count. No names."),
        "rows": [_("Adults"), _("Children"), _("Children alone"), _("Unwell")],
        "total": _("Total"),
        "blanks": [_("Counted at (day, time)"), _("By (role)")],
        "again": _("Count again when somebody leaves or comes in: take a new sheet, keep this one."),
    }


def _asked(post: Post, today: date, facts: Mapping[str, tuple[str, ...]], language: str) -> dict[str, Any]:
    """What the law says is to be done there then, with its articles. Raises Faulty."""
    decided = record.decided(Path(settings.HOME))
    with ENGINE:
        case = read_case(case_file_text(case_there(post, today, facts)), post.slug)
        assessment = Assessment(case, decided.positions, (), decided.own, language)
        entry = assessment.entry()
        orders = assessment.to_do(entry["answer"], entry["possible"])
        # Where no treaty bars entry nobody's consent is asked for, so none is assumed.
        barred = assessment.settled("place")[0] == "inviolable"
    assumed = _("Consent is assumed for this alone, and only while it lasts.")
    return {
        "answer": assessment.words["results"][entry["answer"]],
        "assumed": assumed if barred and entry["answer"] == "admit_protective_action_only" else "",
        "do": entry["do"],
        "cites": ", ".join(entry["cites"]),
        "host": assessment.say(entry["answer"]).get("host", ""),
        "no_paper": _("No paper opens this door.") if "no-paper" in orders else "",
    }


# ---- whether what hangs there is still good ----------------------------------------------------


class Standing(StrEnum):
    """How it stands with the pack that was printed last."""

    GOOD = "good"
    NEVER = "never"
    EXPIRED = "expired"
    CHANGED = "changed"


STANDINGS = {
    Standing.GOOD: gettext_lazy("in force"),
    Standing.NEVER: gettext_lazy("never printed"),
    Standing.EXPIRED: gettext_lazy("expired"),
    Standing.CHANGED: gettext_lazy("outdated: it would say something else today"),
}


@dataclass(frozen=True)
class Printed:
    """A print, as the record has it."""

    at: datetime
    version: str
    language: str
    expires: datetime


def last_print(post: Post) -> Printed | None:
    """The print of a post's pack that counts."""
    row = Entry.objects.filter(stream=post.stream, kind="paper.printed").order_by("seq").last()
    if row is None:
        return None
    entry = canonical.decode(bytes(row.line))
    body = entry["body"]
    return Printed(read(entry["recorded"]), body["version"], body["language"], read(body["expires"]))


def standing(post: Post, now: datetime) -> Standing:
    """Whether the last print is still good. Raises Refused where the pack cannot be made any more."""
    printed = last_print(post)
    if printed is None:
        return Standing.NEVER
    if printed.expires <= now:
        return Standing.EXPIRED
    return Standing.GOOD if pack_of(post, printed.language, now).version == printed.version else Standing.CHANGED
