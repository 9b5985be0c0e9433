"""The pages on which people write into an incident. What was recorded is shown at once; what was refused says why."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from inviolable.counsel.page import Request, faults_shown
from inviolable.incidents.acts import Act, Assign, Done, Hold, Lift, Note
from inviolable.incidents.closing_acts import Close, Lesson, Own, Reopen
from inviolable.incidents.fact_acts import Claim, Confirm, Keep, Withdraw
from inviolable.incidents.forms import FactKey, Open
from inviolable.incidents.handing_acts import Ask, Decide
from inviolable.incidents.page import Page, actor_of, existing, show
from inviolable.incidents.terms import FIRST
from inviolable.law.faults import Faulty
from inviolable.ledger.registry import BadEntry
from inviolable.ledger.store import StoreError
from inviolable.ledger.subjects import TooFewRecipients
from inviolable.posts.actions import Refused, Told
from inviolable.posts.models import User
from inviolable.posts.roles import can

LOG = logging.getLogger(__name__)

#: The rooms below refuse in English; the page says so to a screen reader.
ENGLISH = "english"
#: Name of the address, and what is under the incident's own -> the form.
ACTS: dict[str, tuple[str, type[Act]]] = {
    "claim": ("facts/claim/", Claim),
    "confirm": ("facts/confirm/", Confirm),
    "withdraw": ("facts/withdraw/", Withdraw),
    "note": ("notes/add/", Note),
    "task": ("tasks/assign/", Assign),
    "task-done": ("tasks/done/", Done),
    "own": ("tasks/own/", Own),
    "lesson": ("lessons/write/", Lesson),
    "finding": ("law/keep/", Keep),
    "hold": ("holds/place/", Hold),
    "lift-hold": ("holds/lift/", Lift),
    "hand-out": ("hand-out/", Ask),
    "decide-hand-out": ("hand-out/decide/", Decide),
    "close": ("close/", Close),
    "reopen": ("reopen/", Reopen),
}
#: Those that the overview offers; the others stand beside what they are about.
#: What rooms above offer beside them: name of the address, which takes the reference, who may, and the words.
ABOVE: list[tuple[str, tuple[str, str], Promise]] = []
OFFERED = ("claim", "note", "task", "own", "hold", "lesson", "hand-out", "decide-hand-out", "close", "reopen")


def acts_for(user: User, page: Page) -> list[tuple[str, str]]:
    """What somebody may add to an incident as it stands: (words, address)."""
    reference = page.incident.reference
    found = [
        (str(form.title), reverse(f"incidents:{name}", args=[reference]))
        for name, (_address, form) in ACTS.items()
        if name in OFFERED and can(user, *form.may) and form.fits(page)
    ]
    if can(user, "add", "exhibit") and not page.incident.closed:
        found.insert(1, (_("Add an exhibit"), reverse("incidents:add-exhibit", args=[reference])))
    above = [one for one in ABOVE if can(user, *one[1]) and not page.incident.closed]
    return found + [(str(words), reverse(name, args=[reference])) for name, _may, words in above]


@require_http_methods(["GET", "HEAD", "POST"])
@faults_shown
def act(request: Request, reference: str, form: type[Act]) -> HttpResponse:
    """Ask for what is needed, record it, and show it. Nothing is asked that would be refused afterwards."""
    page = existing(reference)
    if request.method != "POST" and not form.fits(page):
        return redirect("incidents:overview", reference)
    filled = form(page, request)
    if request.method == "POST" and written(filled, lambda: filled.record(reference, **_who(request))):
        return redirect(_told(filled.goes_to(reference), reference, request))
    return show(request, "act.html", page, {"form": filled, "here": ""}, status=422 if filled.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@faults_shown
def claim(request: Request, reference: str, form: type[Act]) -> HttpResponse:
    """First about which fact, then what was said of it."""
    asked = "other" in request.GET
    if request.method == "POST" or (request.GET.get("key") and not asked):
        return act(request, reference, form)
    page = existing(reference)
    if not form.fits(page):
        return redirect("incidents:overview", reference)
    chosen = FactKey(request.GET if asked else None)
    if asked and chosen.is_valid():
        told = {"part": request.GET.get("part", ""), "key": chosen.chosen}
        return redirect(reverse("incidents:claim", args=[reference], query=told))
    context = {"form": chosen, "part": request.GET.get("part", ""), "here": ""}
    return show(request, "claim_key.html", page, context, status=422 if asked else 200)


@require_safe
@faults_shown
def settle(request: Request, reference: str) -> HttpResponse:
    """Make a fact count: to confirming what somebody said of it, else to recording what somebody says.

    then: the page of this incident to which whoever came from there goes back.
    """
    page = existing(reference)
    asked = {name: request.GET.get(name, "") for name in ("part", "key", "then")}
    part = asked["part"] or FIRST
    told = (
        one
        for one in page.state.claims.values()
        if (one.part, one.key, one.polarity) == (part, asked["key"], "affirms")
    )
    values = list(dict.fromkeys(one.value for one in told))
    if not values:
        return redirect(reverse("incidents:claim", args=[reference], query=asked))
    if len(values) == 1:
        return redirect(reverse("incidents:confirm", args=[reference], query=asked | {"value": values[0]}))
    return redirect(f"{reverse('incidents:facts', args=[reference], query=asked)}#fact-{asked['key']}")


@require_http_methods(["GET", "HEAD", "POST"])
@faults_shown
def open_incident(request: Request) -> HttpResponse:
    """A new incident."""
    form = Open(request)
    opened: list[str] = []
    if request.method == "POST" and written(form, lambda: opened.append(form.record(**_who(request)))):
        return redirect("incidents:overview", opened[0])
    return render(request, "incidents/open.html", {"form": form}, status=422 if form.is_bound else 200)


def written(form: forms.Form, record: Callable[[], None]) -> bool:
    """Whether a form was right and what it asks for was recorded. If not, the form says why."""
    if not form.is_valid():
        return False
    try:
        record()
    except TooFewRecipients:
        form.add_error(
            None,
            _("Nothing was recorded: it must be sealed to two keys of headquarters at least. Tell the administrator."),
        )
    except StoreError as fault:
        LOG.error("store: %s", fault)  # It names places of the home, which are nobody's business on a page.
        form.add_error(None, _("The store did not do this; the server's log says why. Tell the administrator."))
    except Told as fault:
        form.add_error(None, str(fault))
    except (Refused, BadEntry) as fault:
        form.add_error(None, ValidationError(str(fault), code=ENGLISH))
    except Faulty as faulty:
        for one in faulty.faults:
            said = f"{one.what}; {one.way_out}" if one.way_out else one.what
            form.add_error(None, ValidationError(said, code=ENGLISH))
    return not form.errors


def _told(address: str, reference: str, request: Request) -> str:
    """An address at which a page says what was just recorded of a fact (page.framed)."""
    where, at, anchor = address.partition("#")
    own = (one for one in reversed(existing(reference).state.timeline) if one.actor == actor_of(request.user))
    item = next(own, None)
    if item is None or not item.kind.startswith("fact."):
        return address
    return f"{where}{'&' if '?' in where else '?'}recorded={item.seq}{at}{anchor}"


def _who(request: Request) -> dict[str, object]:
    return {"actor": actor_of(request.user), "now": request.now}
