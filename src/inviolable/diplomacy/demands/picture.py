"""Demands as pages show them: how each stands, what came back, which rung was reached, what it repeats."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.translation import get_language

from inviolable.counsel.clocks import day_words
from inviolable.counsel.opinion import opinion_on
from inviolable.counsel.page import home, reading
from inviolable.diplomacy.demands import aging, ladder, offers
from inviolable.diplomacy.demands.book import Book, Demand, Link, Reply
from inviolable.diplomacy.demands.kinds import RUNGS
from inviolable.diplomacy.demands.lookup import repeated_since
from inviolable.diplomacy.demands.replies import texts_of
from inviolable.diplomacy.demands.wording import ANSWERS, DEMANDS, TONES, demand_words, reason_words
from inviolable.diplomacy.demands.wording import RUNGS as RUNG_WORDS
from inviolable.incidents.case import case_of
from inviolable.incidents.lookup import shown_to
from inviolable.incidents.models import Incident
from inviolable.incidents.page import Page
from inviolable.incidents.terms import FIRST
from inviolable.incidents.wording import charged, happened_words
from inviolable.law.faults import Faulty
from inviolable.posts.lookup import ministry_zone
from inviolable.posts.models import User


def tone(days: int) -> str:
    """The colour that goes with an age; the number beside it says the same."""
    return "stop" if days >= aging.AGES[2] else "care" if days >= aging.AGES[1] else ""


def rows(page: Page, found: Book, user: User, now: datetime) -> Iterator[dict[str, Any]]:
    """Each demand in words, the open ones first, the oldest in front."""
    texts = texts_of(page.incident.stream, found.replies.values())
    again, zone = repeated_since(found.demands, shown_to(user)), ministry_zone()
    closed = [one for one in found.demands.values() if one.closed]
    for one in (*found.unmet, *closed):
        days = one.days(now)
        yield {
            "demand": one,
            "kind": DEMANDS[one.kind],
            "what": demand_words(one),
            "language": "" if one.words.get((get_language() or "")[:2]) else one.language,
            "days": days,
            "tone": "go" if one.closed else tone(days),
            "since": _day(one.since, zone),
            "owner": charged(one.to),
            "superior": charged(one.superior),
            "next": "" if one.closed else _day(aging.due(one.since, _last(one)), zone),
            "reminded": [(age, _day(at, zone), people) for age, at, people in one.reminded],
            "links": [_link(found.replies[link.reply], link, texts[link.reply]) for link in one.links],
            "proof": _proof(page, found, one),
            "again": again[one.id],
        }


def _last(one: Demand) -> int:
    """The age of the last reminder since its days count as they do now."""
    return max((age for age, at, people in one.reminded if people and at >= one.since), default=0)


def _day(moment: datetime, zone: ZoneInfo) -> str:
    return day_words(moment.astimezone(zone).date())


def _link(reply: Reply, link: Link, text: str) -> dict[str, Any]:
    words = text[link.start : link.end]
    return {"link": link, "reply": reply, "words": words, "says": ANSWERS[link.says], "tone": TONES[link.says]}


def _proof(page: Page, found: Book, one: Demand) -> dict[str, Any]:
    """What is said to prove that it is met: an exhibit, or a sentence of a reply."""
    proof = str(one.closed.body["proof"]) if one.closed else one.met.proof if one.met else ""
    if proof in page.state.exhibits:
        return {"exhibit": proof, "number": list(page.state.exhibits).index(proof) + 1}
    _kind, _sep, rest = proof.partition("/")
    reply, _sep, sentence = rest.partition("/")
    return {"reply": found.replies[reply], "sentence": sentence} if reply in found.replies else {}


def reply_rows(page: Page, found: Book) -> list[dict[str, Any]]:
    """Each reply in a list."""
    return [
        {
            "reply": one,
            "came": happened_words(page.state.timeline[one.seq].happened),
            "note": found.notes[one.note].number,
            "links": len(found.links_of(one.id)),
            "assurances": sum(it.reply == one.id for it in found.assurances.values()),
        }
        for one in found.replies.values()
    ]


# ---- the ladder and the forums -----------------------------------------------------------------


def ladder_of(found: Book, user: User, now: datetime) -> dict[str, Any]:
    """The rungs, which were reached, which one to think of next, and why; with the wording that goes with it."""
    why = reasons_of(found, shown_to(user), now)
    top = ladder.highest(found.rungs)
    coming = ladder.following(top, why)
    zone = ministry_zone()
    reached = {one.rung: one for one in sorted(found.rungs, key=lambda one: one.at)}
    rungs = [
        {
            "words": RUNG_WORDS[name],
            "reached": reached.get(name),
            "when": _day(reached[name].at, zone) if name in reached else "",
            "here": top is not None and name == top.rung,
            "next": name == coming,
        }
        for name in RUNGS
    ]
    return {
        "rungs": rungs,
        "why": [reason_words(one) for one in why],
        "offers": offers.told(offers.of_this(found, why, now)),
    }


def reasons_of(found: Book, shown: QuerySet[Incident], now: datetime) -> list[ladder.Reason]:
    """Why it may be time to go on. shown: the incidents that count."""
    unmet = found.unmet
    again = repeated_since([*(one.id for one in unmet), *found.assurances], shown)
    later = {one.pk for several in again.values() for one in several}
    broken = sum(bool(again[name]) for name in found.assurances)
    return ladder.reasons(unmet, unmet[0].days(now) if unmet else 0, len(later), broken)


def forums(page: Page, found: Book, now: datetime) -> dict[str, list[dict[str, Any]]]:
    """Who could decide between the two States today and which two months run, and who could not; nothing where the
    law does not answer."""
    try:
        opinion = opinion_on(case_of(page.state, FIRST, now.date().isoformat()), home(), reading())
    except Faulty:
        return {}
    zone = ministry_zone()
    notified = min((at for at, _note in found.disputes), default=None)
    told: dict[str, list[dict[str, Any]]] = {"open": [], "shut": []}
    for one in opinion.forums:
        clock: dict[str, Any] = {}
        if one.id in ladder.MONTHS and notified:
            last = ladder.ends(one.id, notified.astimezone(zone).date())
            over = now.astimezone(zone).date() > last
            clock = {"until": day_words(last), "over": over, "cites": ladder.MONTHS[one.id][1]}
        side = "shut" if one.result == "not_available" else "open"
        told[side].append({"forum": one, "clock": clock, "clocked": one.id in ladder.MONTHS})
    return told
