"""What the first page of an incident says of its alarms: who has been told, and who has it."""

from __future__ import annotations

from dataclasses import dataclass

from inviolable.alarm.lookup import seen_by
from inviolable.alarm.models import Warned
from inviolable.alarm.picture import Picture, picture_of
from inviolable.incidents.page import Page
from inviolable.posts.models import User


@dataclass(frozen=True)
class Told:
    """Each alarm of one incident with those who were called, and each warning to the other posts."""

    alarms: list[Picture]
    warnings: list[Warned]


def told(user: User, page: Page) -> Told | None:
    """Whom an incident's alarms have reached, as far as a user may see it; None where there was none."""
    alarms = list(seen_by(user).filter(stream=page.incident.stream).order_by("raised", "id"))
    warned = Warned.objects.filter(alarm__in=[one.id for one in alarms]).order_by("released")
    return Told([picture_of(one) for one in alarms], list(warned)) if alarms else None
