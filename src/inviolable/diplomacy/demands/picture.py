"""Demands as pages show them: how each stands, what came back, which rung was reached, what it repeats."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext

from inviolable.counsel.opinion import day_words, opinion_on
from inviolable.counsel.page import home, reading
from inviolable.diplomacy.demands import aging, ladder
from inviolable.diplomacy.demands.actions import words_of
from inviolable.diplomacy.demands.again import Standing
from inviolable.diplomacy.demands.book import Book, Demand, Link, Reply, book
from inviolable.diplomacy.demands.firmer import Offer, offer
from inviolable.diplomacy.demands.forms import Matched
from inviolable.diplomacy.demands.kinds import RUNGS
from inviolable.diplomacy.demands.lookup import repeated_since, repeats, times_repeated
from inviolable.diplomacy.demands.models import Demand as Row
from inviolable.diplomacy.demands.wording import ANSWERS, DEMANDS, OCCASIONS, TONES, reason_words
from inviolable.diplomacy.demands.wording import RUNGS as RUNG_WORDS
from inviolable.incidents.case import case_of
from inviolable.incidents.lookup import list_incidents
from inviolable.incidents.page import Page
from inviolable.incidents.terms import FIRST
from inviolable.incidents.wording import charged, in_each_language, moment_words
from inviolable.law.faults import Faulty
from inviolable.ledger.moments import read
from inviolable.posts.models import User
from inviolable.posts.roles import can


def tone(days: int) -> str:
    """The colour that goes with an age; the number beside it says the same."""
    return "stop" if days >= aging.AGES[2] else "care" if days >= aging.AGES[1] else ""


def rows(page: Page, found: Book, now: datetime) -> Iterator[dict[str, Any]]:
    """Each demand in words, the open ones first, the oldest in front."""
    texts = {one.id: words_of(page.incident.stream, one) for one in found.replies.values()}
    closed = [one for one in found.demands.values() if one.closed]
    for one in (*found.unmet, *closed):
        days = one.days(now)
        yield {
            "demand": one,
            "kind": DEMANDS[one.kind],
            "days": days,
            "tone": "go" if one.closed else tone(days),
            "since": day_words(one.since.astimezone(UTC).date()),
            "owner": charged(one.to),
            "superior": charged(one.superior),
            "next": "" if one.closed else _day(aging.due(one.since, _last(one))),
            "reminded": [(age, _day(at), people) for age, at, people in one.reminded],
            "links": [_link(found.replies[link.reply], link, texts[link.reply]) for link in one.links],
            "proof": _proof(page, found, one),
            "again": repeated_since([one.id]),
        }


def _last(one: Demand) -> int:
    """The age of the last reminder since its days count as they do now."""
    return max((age for age, at, _people in one.reminded if at >= one.since), default=0)


def _day(moment: datetime) -> str:
    return day_words(moment.astimezone(UTC).date())


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


def reply_rows(found: Book) -> list[dict[str, Any]]:
    """Each reply in a list."""
    return [
        {
            "reply": one,
            "came": moment_words(read(one.came)),
            "note": found.notes[one.note].number,
            "links": len(found.links_of(one.id)),
            "assurances": sum(it.reply == one.id for it in found.assurances.values()),
        }
        for one in found.replies.values()
    ]


# ---- it happened again -------------------------------------------------------------------------


def before(page: Page, found: Book, user: User) -> dict[str, Any] | None:
    """What an incident repeats, or seems to, of other incidents that the user is shown; None for nothing."""
    known = {one.stream: one for one in list_incidents(user)}
    standing = [one for one in repeats(page.incident, page.state) if one.stream in known]
    if not standing:
        return None
    said = {name for one in found.again for name in (*one.demands, *one.assurances)}
    told = [
        {
            "standing": one,
            "incident": known[one.stream],
            "what": DEMANDS.get(one.kind, ""),
            "since": _day(one.since),
            "days": aging.days_between(one.since, page.state.timeline[0].happened.end),
            "said": one.id in said,
        }
        for one in standing
    ]
    matched = [one.id for one in standing if one.id in said]
    times = times_repeated(page.incident, page.state, matched or [one.id for one in standing])
    offered = [one for one in told if not one["said"]]
    counted = {"matched": bool(matched), "times": times}
    return {"rows": told, **counted, "offered": offered, "offers": _firmer(standing, times)}


def before_panel(
    user: User, page: Page, found: Book | None = None, form: Matched | None = None
) -> dict[str, Any] | None:
    """What the panel "It happened before" of an incident shows; None where there is nothing to show."""
    told = before(page, found or book(page.state.timeline), user)
    if told is None:
        return None
    may = can(user, "follow", "demand")
    # What somebody may confirm stands in the form, and need not stand above it, too.
    listed = [one for one in told["rows"] if one["said"] or not may]
    return told | {"form": form or Matched(choices(told)), "may": may, "listed": listed}


def choices(told: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    """What a person may say that an incident repeats."""
    return [(one["standing"].id, _chosen(one)) for one in told["offered"]] if told else []


def _chosen(one: Mapping[str, Any]) -> str:
    said = {"what": one["what"] or gettext("Assurance"), "words": one["standing"].words}
    said |= {"incident": one["incident"].reference, "since": one["since"]}
    return gettext("%(what)s: %(words)s (%(incident)s, since %(since)s)") % said


def _firmer(standing: list[Standing], times: int) -> list[dict[str, Any]]:
    """What a note about this incident may say of the earlier ones."""
    demands = [one for one in standing if one.kind]
    offers = []
    if demands:
        number = Row.objects.get(id=demands[0].id).number
        told = {"note": _same(number), "since": _days(demands[0].since), "times": _same(str(times))}
        offers.append(("again", offer("again", told)))
    for one in standing:
        if not one.kind:
            offers.append(("broken", offer("broken", {"replied": _days(one.since), "words": _same(one.words)})))
    return [_offered(*one) for one in offers]


def _offered(occasion: str, one: Offer) -> dict[str, Any]:
    words = [(language, one.words(language)) for language in one.paragraph.text]
    return {"occasion": OCCASIONS[occasion], "words": words}


def _same(words: str) -> dict[str, str]:
    return in_each_language(lambda: words)


def _days(moment: datetime) -> dict[str, str]:
    return in_each_language(lambda: _day(moment))


# ---- the ladder and the forums -----------------------------------------------------------------


def ladder_of(found: Book, now: datetime) -> dict[str, Any]:
    """The rungs, which were reached, which one to think of next, and why; with the wording that goes with it."""
    unmet = found.unmet
    later = repeated_since([*(one.id for one in unmet), *found.assurances])
    broken = sum(bool(repeated_since([name])) for name in found.assurances)
    why = ladder.reasons(unmet, unmet[0].days(now) if unmet else 0, len(later), broken)
    top = ladder.highest(found.rungs)
    coming = ladder.following(top, why)
    reached = {one.rung: one for one in sorted(found.rungs, key=lambda one: one.at)}
    rungs = [
        {
            "words": RUNG_WORDS[name],
            "reached": reached.get(name),
            "when": _day(reached[name].at) if name in reached else "",
            "here": top is not None and name == top.rung,
            "next": name == coming,
        }
        for name in RUNGS
    ]
    return {"rungs": rungs, "why": [reason_words(one) for one in why], "offers": list(_own_offers(found, why, now))}


def _own_offers(found: Book, why: list[ladder.Reason], now: datetime) -> Iterator[dict[str, Any]]:
    codes = {one.code for one in why}
    if not found.unmet:
        return
    oldest = found.unmet[0]
    told = {"note": _same(oldest.note.number), "since": _days(oldest.since), "days": _same(str(oldest.days(now)))}
    for code, says in {"unanswered": "", "refused": "refuses", "evaded": "evades"}.items():
        if code in codes:
            link = next((link for one in found.unmet for link in one.links if link.says == says), None)
            if link:
                reply = found.replies[link.reply]
                told |= {"note": _same(found.notes[reply.note].number), "replied": _days(read(reply.came))}
            yield _offered(code, offer(code, told))
    if codes:
        yield _offered("dispute", offer("dispute", {}))


def forums(page: Page, found: Book, now: datetime) -> dict[str, list[dict[str, Any]]]:
    """Who could decide between the two States today and which two months run, and who could not; nothing where the
    law does not answer."""
    try:
        opinion = opinion_on(case_of(page.state, FIRST, now.date().isoformat()), home(), reading())
    except Faulty:
        return {}
    notified = min((at for at, _note in found.disputes), default=None)
    told: dict[str, list[dict[str, Any]]] = {"open": [], "shut": []}
    for one in opinion.forums:
        clock: dict[str, Any] = {}
        if one.id in ladder.MONTHS and notified:
            last = ladder.ends(one.id, notified.date())
            clock = {"until": day_words(last), "over": now.date() > last, "cites": ladder.MONTHS[one.id][1]}
        side = "shut" if one.result == "not_available" else "open"
        told[side].append({"forum": one, "clock": clock, "clocked": one.id in ladder.MONTHS})
    return told
