"""Who can see an incident: people by their role, keys that open what is sealed, programs; and who did open what."""

from typing import Any, NamedTuple

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from inviolable.counsel.page import Request, faults_shown
from inviolable.incidents.lookup import list_incidents
from inviolable.incidents.models import Incident
from inviolable.incidents.page import Page, existing, show
from inviolable.incidents.wording import details_of, kind_words, moment_words, who_words
from inviolable.ledger.models import Recipient
from inviolable.posts.models import Token, User
from inviolable.posts.roles import Role, Scope, can

#: What hands something sealed out, or what is in a dossier.
OPENINGS = ("exhibit.opened", "field.disclosed", "dossier.exported")


class Readers(NamedTuple):
    """People of one role. unshown: for whom there is no such incident, as of an alarm under duress.

    fetches: whether they are handed what is sealed, which only a key of headquarters opens.
    """

    role: Role
    shown: list[str]
    unshown: list[str]
    fetches: bool


def readers_of(incident: Incident) -> list[Readers]:
    """Everybody who may sign in today and read incidents."""
    found: dict[str, tuple[list[str], list[str]]] = {role: ([], []) for role in Role}
    fetching = set()
    listed: dict[str, bool] = {}  # What is hidden depends on the role alone: asked once for each.
    for user in User.objects.filter(is_active=True).order_by("name"):
        if not can(user, "read", "incident"):
            continue
        if user.role not in listed:
            listed[user.role] = incident in list_incidents(user)
        found[user.role][not listed[user.role]].append(user.name)
        if can(user, "fetch", "exhibit"):
            fetching.add(user.role)
    return [Readers(role, *found[role], role in fetching) for role in Role if any(found[role])]


@require_safe
@faults_shown
def readership(request: Request, reference: str) -> HttpResponse:
    """All of it on one page."""
    page = existing(reference)
    tokens = Token.objects.filter(revoked=None, expires__gt=request.now).order_by("name")
    context = {
        "here": "readership",
        "readers": readers_of(page.incident),
        "keys": Recipient.objects.filter(retired=None).order_by("name"),
        "programs": [one for one in tokens if Scope.ALARMS_READ in one.scopes],
        "openings": _openings(page),
    }
    return show(request, "web/readership.html", page, context)


def _openings(page: Page) -> list[dict[str, Any]]:
    return [
        {
            "what": kind_words(one.kind),
            "seq": one.seq,
            "when": moment_words(one.recorded),
            "who": who_words(one.actor),
            "details": details_of(one),
        }
        for one in page.state.timeline
        if one.kind in OPENINGS
    ]
