"""Reminding owner and superior of what has not been answered. Nothing waits in memory: `due_at` of a row says when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse

from inviolable.diplomacy.demands import aging
from inviolable.diplomacy.demands.lookup import people_for
from inviolable.diplomacy.demands.models import Demand
from inviolable.diplomacy.file import note_files
from inviolable.incidents.lookup import incident_state
from inviolable.incidents.models import Incident
from inviolable.ledger.actions import SYSTEM, append
from inviolable.outbox import actions as outbox
from inviolable.outbox.actions import Letter
from inviolable.outbox.models import Message
from inviolable.posts.lookup import quiet_way, ways_of
from inviolable.posts.models import Post
from inviolable.posts.roles import Role

TEMPLATE = "demand"


def remind(now: datetime) -> int:
    """Remind of every demand that is due; of how many. Any number may do so at once: each incident is one's alone.

    One that fails does not stop the others; what went wrong is raised at the end.
    """
    late = Demand.objects.filter(due_at__lte=now).order_by("due_at").values_list("stream", flat=True)
    reminded, faults = 0, []
    for stream in dict.fromkeys(late):
        try:
            reminded += _remind_in(stream, now)
        except Exception as fault:  # A fault of ours in one must not keep the others waiting.
            faults.append(fault)
    if faults:
        raise ExceptionGroup(f"of the demands of {len(faults)} incidents nobody can be reminded", faults)
    return reminded


@transaction.atomic
def _remind_in(stream: str, now: datetime) -> int:
    """The incident is locked before its stream, as by whoever writes to it at its desk."""
    free = Incident.objects.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
    incident = free.filter(stream=stream).first()
    if incident is None:
        return 0
    rows = list(Demand.objects.filter(stream=stream, closed=None, due_at__lte=now).order_by("since", "made"))
    told = {row: age for row in rows if (age := aging.owed(row.since, row.reminded, now))}
    notes = note_files(incident_state(incident.reference).timeline) if told else {}
    people = {row: _answering(row, notes[row.note].organ, now) for row in told}
    ways = ways_of({one for found in people.values() for one in found})
    outbox.send_all(list(_letters(incident, told, people, ways)), stream=stream, crash="resend", actor=SYSTEM, now=now)
    for row, age in told.items():
        reached = [one for one in people[row] if quiet_way(ways[one])]
        append(stream, "demand.reminded", {"demand": row.id, "days": age, "to": reached}, actor=SYSTEM, now=now)
    return len(told)


def _answering(row: Demand, organ: str, now: datetime) -> list[str]:
    """Owner and superior at the organ whose note it is, each person once; where none is reached, the duty officer."""
    post = Post.objects.filter(slug=organ).first()
    found = dict.fromkeys(one for role in (row.owner, row.superior) for one in people_for(role, post, now))
    ways = ways_of(found)
    if not any(quiet_way(ways[one]) for one in found):
        found |= dict.fromkeys(people_for(Role.DUTY_OFFICER, post, now))
    return list(found)


def unreached(now: datetime) -> int:
    """Of how many open demands a reminder has been due for an hour, and reached nobody."""
    rows = Demand.objects.filter(closed=None)
    return sum(bool(aging.owed(row.since, row.reminded, now - timedelta(hours=1))) for row in rows)


def _letters(
    incident: Incident,
    told: Mapping[Demand, int],
    people: Mapping[Demand, Sequence[str]],
    ways: Mapping[str, Sequence[str]],
) -> Iterator[Letter]:
    """One to each person, about all that they are to be reminded of: nothing in it says what was demanded, or why."""
    for person in dict.fromkeys(one for found in people.values() for one in found):
        mine = [row for row in told if person in people[row]]
        if way := quiet_way(ways[person]):
            oldest = max(told[row] for row in mine)
            context = {
                "reference": incident.reference,
                "days": str(oldest),
                "kinds": " ".join(dict.fromkeys(row.kind for row in mine)),
                "many": str(len(mine)),
                "exercise": "yes" if incident.status == "exercise" else "",
                "demands": " ".join(row.id for row in mine),
                "link": f"{settings.ADDRESS}{reverse('diplomacy:demands', args=[incident.reference])}",
            }
            name = f"{mine[0].id}/reminded/{mine[0].since.timestamp():.0f}/{told[mine[0]]}/{person}/{way}"
            yield Letter(name, person, way, TEMPLATE, context)


def unwanted(messages: Sequence[Message]) -> set[str]:
    """The ids of reminders of what was closed meanwhile."""
    mine = {one.id: set(one.context["demands"].split()) for one in messages if one.template == TEMPLATE}
    waiting = {name for names in mine.values() for name in names}
    still = set(Demand.objects.filter(id__in=waiting, closed=None).values_list("id", flat=True)) if mine else set()
    return {message for message, names in mine.items() if not names & still}


outbox.when_due(unwanted)
