"""That an incident may have happened before, in words: on its first page, and where a person confirms it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext

from inviolable.counsel.clocks import day_words
from inviolable.diplomacy.demands import aging, offers
from inviolable.diplomacy.demands.again import Standing
from inviolable.diplomacy.demands.book import book
from inviolable.diplomacy.demands.lookup import repeats, times_repeated
from inviolable.diplomacy.demands.wording import DEMANDS
from inviolable.incidents.lookup import shown_to
from inviolable.incidents.models import Incident
from inviolable.incidents.page import Page
from inviolable.posts.lookup import at_the_ministry
from inviolable.posts.models import User
from inviolable.posts.roles import can


def before(user: User, page: Page) -> dict[str, Any] | None:
    """What an incident repeats, or seems to, of others that the user is shown; None where there is nothing to show."""
    standing = repeats(page.state)
    if not standing:
        return None
    known = {one.stream: one for one in shown_to(user).filter(stream__in={one.stream for one in standing})}
    shown = [one for one in standing if one.stream in known]
    if not shown:
        return None
    said = {name for one in book(page.state.timeline).again for name in (*one.demands, *one.assurances)}
    rows = [_row(page, known[one.stream], one) | {"said": one.id in said} for one in shown]
    matched = [one.id for one in shown if one.id in said]
    times = times_repeated(page.state, matched or [one.id for one in shown], shown_to(user))
    return {
        "rows": rows,
        "matched": bool(matched),
        "times": times,
        "offered": [row for row in rows if not row["said"]],
        "offers": offers.told(offers.of_earlier(shown, times)),
        "may": can(user, "follow", "demand"),
    }


def _row(page: Page, incident: Incident, one: Standing) -> dict[str, Any]:
    return {
        "standing": one,
        "incident": incident,
        "what": DEMANDS.get(one.kind, ""),
        "since": day_words(at_the_ministry(one.since).date()),
        "days": aging.days_between(one.since, page.state.timeline[0].happened.end),
    }


def choices(offered: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """What a person may say that an incident repeats, as a form asks it."""
    return [(one["standing"].id, _chosen(one)) for one in offered]


def _chosen(one: Mapping[str, Any]) -> str:
    said = {"what": one["what"] or gettext("Assurance"), "words": one["standing"].words}
    said |= {"incident": one["incident"].reference, "since": one["since"]}
    return gettext("%(what)s: %(words)s (%(incident)s, since %(since)s)") % said
