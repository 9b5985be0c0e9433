"""What demands add to the pages of other rooms."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inviolable.diplomacy.demands import projections, reminders, wording  # noqa: F401
from inviolable.diplomacy.demands.models import Demand
from inviolable.diplomacy.demands.picture import before_panel
from inviolable.incidents.lookup import list_incidents
from inviolable.incidents.page import PANELS, TABS
from inviolable.incidents.wording import speak
from inviolable.posts.models import User
from inviolable.posts.roles import can
from inviolable.posts.waiting import Question, when_asked


def join() -> None:
    """Once, when the program starts."""
    TABS.append(("diplomacy:demands", gettext_lazy("Demands")))
    PANELS.append(("diplomacy/demands/parts/before.html", before_panel))
    speak(wording.ENTRIES, wording.SHOWN, wording.SAID)
    when_asked(waiting)


def waiting(user: User, now: datetime) -> Iterator[Question]:
    """Which demands somebody is to decide about: whether they are met."""
    if not can(user, "close", "demand"):
        return
    known = {one.stream: one.reference for one in list_incidents(user)}
    for one in Demand.objects.filter(closed=None, met__isnull=False, stream__in=known).order_by("met"):
        words = _("%(what)s (%(incident)s): somebody says that this demand is met. Do you agree?")
        said = {"what": str(wording.DEMANDS[one.kind]), "incident": known[one.stream]}
        address = reverse("diplomacy:decide", args=[known[one.stream]], query={"demand": one.id})
        yield Question(words % said, address, one.met or now)
