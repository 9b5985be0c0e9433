"""What demands add to the pages of other rooms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from inviolable.counsel.clocks import day_words
from inviolable.diplomacy.demands import projections, reminders, wording  # noqa: F401
from inviolable.diplomacy.demands.aging import AGES
from inviolable.diplomacy.demands.before import before
from inviolable.diplomacy.demands.models import Demand
from inviolable.diplomacy.demands.similar import similar
from inviolable.incidents.lookup import shown_to
from inviolable.incidents.page import PANELS, TABS, Panel
from inviolable.incidents.wording import speak
from inviolable.posts.lookup import at_the_ministry
from inviolable.posts.models import User
from inviolable.posts.roles import can
from inviolable.posts.waiting import Question, when_asked


def join() -> None:
    """Once, when the program starts."""
    TABS.append(("diplomacy:demands", gettext_lazy("Demands")))
    what = gettext_lazy("What it repeats")
    PANELS.append(Panel("diplomacy/demands/parts/before.html", before, "before", what, _unconfirmed))
    earlier = gettext_lazy("Earlier in the same State")
    PANELS.append(Panel("diplomacy/demands/parts/similar.html", similar, "similar", earlier))
    speak(wording.ENTRIES, wording.SHOWN, wording.SAID)
    when_asked(waiting)


def _unconfirmed(told: Mapping[str, Any]) -> str:
    return _("A person is to say whether it repeats what was demanded or promised before") if told["offered"] else ""


def waiting(user: User, now: datetime) -> Iterator[Question]:
    """Which demands somebody is to decide about: whether they are met; and theirs that grew old without an answer."""
    yield from _grown_old(user, now)
    if not can(user, "close", "demand"):
        return
    rows = list(Demand.objects.filter(closed=None, met__isnull=False).order_by("met"))
    streams = {one.stream for one in rows}
    known = dict(shown_to(user).filter(stream__in=streams).values_list("stream", "reference")) if rows else {}
    for one in (row for row in rows if row.stream in known):
        words = _("%(what)s (%(incident)s): somebody says that this demand is met. Do you agree?")
        said = {"what": str(wording.DEMANDS[one.kind]), "incident": known[one.stream]}
        address = reverse("diplomacy:decide", args=[known[one.stream]], query={"demand": one.id})
        yield Question(words % said, address, one.met or now)


def _grown_old(user: User, now: datetime) -> Iterator[Question]:
    """The demands that are somebody's by their role and have passed an age, those of one incident together."""
    if not can(user, "follow", "demand"):
        return
    old = now - timedelta(days=AGES[0])
    rows = list(Demand.objects.filter(closed=None, met=None, owner=user.role, since__lte=old).order_by("since"))
    first = {one.stream: one for one in reversed(rows)}
    incidents = shown_to(user).filter(stream__in=first) if rows else ()
    for incident in incidents:
        number, since = sum(one.stream == incident.stream for one in rows), first[incident.stream].since
        words = ngettext(
            "%(number)s demand is not met since %(day)s: %(incident)s",
            "%(number)s demands are not met since %(day)s: %(incident)s",
            number,
        )
        said = {"number": number, "day": day_words(at_the_ministry(since).date()), "incident": incident.called}
        yield Question(words % said, reverse("diplomacy:demands", args=[incident.reference]), since)
