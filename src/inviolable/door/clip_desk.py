"""The page of an incident on which a visitor is asked for a clip: her code, what came of it, whose a receipt is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import segno
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from inviolable.alarm.models import Alarm
from inviolable.counsel.page import Request, faults_shown
from inviolable.door import clip
from inviolable.door.models import ClipCode
from inviolable.incidents.models import Incident
from inviolable.incidents.page import Page, actor_of, existing, show
from inviolable.incidents.wording import moment_words
from inviolable.ledger.moments import read
from inviolable.ledger.store import StoreError
from inviolable.ledger.subjects import TooFewRecipients
from inviolable.posts.actions import Refused
from inviolable.posts.lookup import list_posts, works_elsewhere
from inviolable.posts.models import Post
from inviolable.posts.roles import OF_A_POST, can
from inviolable.posts.terms import MINISTRY


@require_safe
@faults_shown
def clips(request: Request, reference: str) -> HttpResponse:
    """Who was asked, what came of it, and whose clip a receipt is."""
    quoted = "".join(request.GET.get("receipt", "").upper().split())[:20]
    if quoted and (found := clip.exhibit_of(quoted)):
        return redirect("incidents:exhibit", found[0].reference, found[1])
    fault = _("There is no receipt of that reference.") if quoted else ""
    return _show(request, existing(reference), fault, quoted=quoted)


@require_POST
@faults_shown
def ask(request: Request, reference: str) -> HttpResponse:
    """Make a code and show it, once: nobody can look it up later."""
    page, post = existing(reference), request.POST.get("post", "")
    if post not in {one.slug for one in _places(request, page.incident)}:
        return _show(request, page, _("Choose your post. Whoever works at another post cannot ask here."))
    try:
        code, made = clip.ask(page.incident, post, actor=actor_of(request.user), now=request.now)
    except TooFewRecipients:
        said = _(
            "No code was made: a clip must be sealed to two keys of headquarters at least. Tell the administrator."
        )
        return _show(request, page, said)
    except StoreError:
        return _show(request, page, _("The store did not take it. Tell the administrator."))
    except Refused as fault:
        return _show(request, page, str(fault))
    return _show(request, existing(reference), code=code, made=made)


@require_POST
@faults_shown
def take_back(request: Request, reference: str, name: str) -> HttpResponse:
    """A code that was made for nothing."""
    page = existing(reference)
    try:
        clip.take_back(name, page.incident.stream, actor=actor_of(request.user), now=request.now)
    except Refused as fault:
        return _show(request, page, str(fault))
    return redirect("door:clips", reference)


def _show(
    request: Request, page: Page, fault: str = "", *, quoted: str = "", code: str = "", made: ClipCode | None = None
) -> HttpResponse:
    address = f"{settings.ADDRESS}{reverse('door:clip')}"
    context = {
        "here": "clips",
        "fault": fault,
        "quoted": quoted,
        "code": code,
        "address": address,
        "until": made.until if made else None,
        "qr": _qr(f"{address}#{code}") if code else "",
        "rows": _rows(page, request.now),
        "places": _places(request, page.incident) if can(request.user, "ask", "clip") else [],
    }
    return show(request, "clips.html", page, context, status=422 if fault else 200)


def _qr(address: str) -> str:
    """The code as a drawing in the page: it has no address of its own, since nothing keeps it."""
    drawn = segno.make(address, error="m", micro=False)
    return mark_safe(drawn.svg_inline(scale=6, border=4, light="white", svgclass=None, lineclass=None))  # noqa: S308


def _places(request: Request, incident: Incident) -> list[Post]:
    """Where she may be asked: at the post of the incident's alarm, else at any; who is of a post, at their own."""
    alarm = Alarm.objects.filter(stream=incident.stream).order_by("raised", "id").first()
    posts = [one for one in list_posts() if one.post_class != MINISTRY and (alarm is None or one.slug == alarm.post)]
    everywhere = request.user.role not in OF_A_POST
    return [one for one in posts if everywhere or not works_elsewhere(request.user, one.slug, request.now)]


def _rows(page: Page, now: datetime) -> list[dict[str, Any]]:
    """Every code that was made, the newest first."""
    timeline = page.state.timeline
    given = {one.body["clip"]: one.body["exhibit"] for one in timeline if one.kind == "clip.given"}
    back = {one.body["clip"] for one in timeline if one.kind == "clip.taken_back"}
    rows = []
    for item in reversed([one for one in timeline if one.kind == "clip.asked"]):
        name, until = item.body["clip"], read(item.body["until"])
        row = {"clip": name, "asked": moment_words(item.recorded), "until": moment_words(until)}
        rows.append(row | {"exhibit": given.get(name, ""), "back": name in back, "waits": now < until})
    return rows
