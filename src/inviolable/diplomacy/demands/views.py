"""The pages of demands: those of one incident, all of them by age, a reply, and that it happened again."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inviolable.counsel.clocks import day_words
from inviolable.counsel.page import Request, faults_shown
from inviolable.diplomacy.demands import actions, aging, picture, replies
from inviolable.diplomacy.demands.before import before, choices
from inviolable.diplomacy.demands.book import Book, Reply, book
from inviolable.diplomacy.demands.forms import Linked, Matched, Received
from inviolable.diplomacy.demands.models import Demand
from inviolable.diplomacy.demands.sentences import sentences
from inviolable.diplomacy.demands.wording import ANSWERS, DEMANDS, TONES, demand_words
from inviolable.incidents.exhibit_views import MEDIA
from inviolable.incidents.fields import UTC
from inviolable.incidents.lookup import shown_to
from inviolable.incidents.page import Page, existing, show
from inviolable.incidents.wording import charged, happened_words, mark_of, moment_words
from inviolable.incidents.writing import written
from inviolable.ledger.exhibits import About, Intake
from inviolable.ledger.upload import Upload, streamed
from inviolable.posts.lookup import ministry_zone
from inviolable.posts.models import User
from inviolable.sources.extract import read_document
from inviolable.sources.page import who
from inviolable.sources.taking_views import Document, TooLarge
from inviolable.sources.terms import MOST_BYTES, pasted

HERE = {"here": "diplomacy:demands"}


@require_safe
@faults_shown
def every(request: Request) -> HttpResponse:
    """Every open demand of every incident, the oldest first."""
    shown = shown_to(request.user)
    open_ones = Demand.objects.filter(closed=None, stream__in=shown.values("stream")).order_by("since", "made")
    known = {one.stream: one for one in shown.filter(stream__in=open_ones.values("stream"))}
    zone = ministry_zone()
    rows = [
        {
            "demand": one,
            "incident": known[one.stream],
            "mark": mark_of(known[one.stream]),
            "kind": DEMANDS[one.kind],
            "owner": charged(one.owner),
            "since": day_words(one.since.astimezone(zone).date()),
            "days": (days := aging.days_between(one.since, request.now)),
            "tone": picture.tone(days),
            "passed": aging.passed(days),
        }
        for one in open_ones
    ]
    closed = Demand.objects.filter(closed__isnull=False, stream__in=shown.values("stream")).count()
    return render(request, "diplomacy/demands/every.html", {"rows": rows, "closed": closed})


@require_safe
@faults_shown
def demands(request: Request, reference: str) -> HttpResponse:
    """The demands of one incident: how old each is, what came back, and what to think of next."""
    page = existing(reference)
    found = book(page.state.timeline)
    return _shown(request, page, found, None, 200)


def _shown(request: Request, page: Page, found: Book, matched: Matched | None, status: int) -> HttpResponse:
    context = HERE | {
        "rows": list(picture.rows(page, found, request.user, request.now)),
        "replies": picture.reply_rows(page, found),
        "assurances": list(found.assurances.values()),
        "released": found.released,
        "ladder": picture.ladder_of(found, request.user, request.now) if found.demands or found.rungs else None,
        "forums": picture.forums(page, found, request.now) if found.demands else {},
        "disputes": [moment_words(at) for at, _note in found.disputes],
        **_repeating(request.user, page, matched),
    }
    return show(request, "diplomacy/demands/demands.html", page, context, status)


def _repeating(user: User, page: Page, form: Matched | None) -> dict[str, Any]:
    """What it may repeat, and the form by which somebody says so."""
    told = before(user, page)
    asked = told and told["may"] and told["offered"]
    return {"before": told, "matching": (form or Matched(choices(told["offered"]))) if told and asked else None}


@require_POST
@faults_shown
def match(request: Request, reference: str) -> HttpResponse:
    """A person says what an incident repeats."""
    page = existing(reference)
    found = book(page.state.timeline)
    told = before(request.user, page)
    form = Matched(choices(told["offered"] if told else []), request.POST)
    if written(
        form,
        lambda: actions.match(reference, form.cleaned_data["chosen"], form.cleaned_data["why"], **who(request)),
    ):
        return redirect("diplomacy:demands", reference)
    return _shown(request, page, found, form, 422)


# ---- replies -----------------------------------------------------------------------------------


@streamed
@require_http_methods(["GET", "HEAD", "POST"])
@faults_shown
def add_reply(request: Request, reference: str, upload: Upload | None) -> HttpResponse:
    """A reply, as a file or as words."""
    page = existing(reference)
    form, taken = Received(page, request), list[str]()
    if form.is_bound and page.incident.closed:
        form.add_error(None, _("The incident is closed; reopen it first."))
    elif form.is_bound and written(form, lambda: taken.append(_take(request, page, form, upload))):
        return redirect("diplomacy:reply", reference, taken[0])
    context = HERE | {"form": form, "title": _("Record a reply")}
    return show(request, "diplomacy/demands/reply_add.html", page, context, 422 if form.is_bound else 200)


def _take(request: Request, page: Page, form: Received, upload: Upload | None) -> str:
    given = form.cleaned_data
    zone = given["zone"] if given["zone"] != UTC else ""
    told = (page.incident.reference, given["note"], given["sender"], given["came"])
    if upload is None or not upload.name:
        if not given["words"].strip():
            form.add_error(None, _("Choose a file, or give its text."))
            return ""
        return replies.take_reply(*told, pasted(given["words"]), number=given["number"], zone=zone, **who(request))
    media = upload.content_type if MEDIA.fullmatch(upload.content_type) else ""
    about = About("C", name=upload.name[:200], consent="not_needed", media=media)
    document = Document(Intake(page.incident.stream, about, **who(request)))
    try:
        upload.into(document)
        read_words = pasted(given["words"]) if given["words"].strip() else read_document(bytes(document.data))
        by = who(request) | {"now": request.clock()}
        return replies.take_reply(*told, read_words, number=given["number"], zone=zone, document=document.intake, **by)
    except TooLarge:
        form.add_error(None, _("The file is larger than %(most)s MB.") % {"most": MOST_BYTES // 1024**2})
        return ""
    except BaseException:
        document.abort()
        raise


@require_safe
@faults_shown
def reply(request: Request, reference: str, reply: str) -> HttpResponse:
    """A reply, sentence by sentence, each with what people say that it does."""
    page = existing(reference)
    found = book(page.state.timeline)
    return _reply_shown(request, page, found, _existing(found, reply), None, 200)


def _existing(found: Book, reply: str) -> Reply:
    one = found.replies.get(str(reply))
    if one is None:
        raise Http404
    return one


def _reply_shown(
    request: Request, page: Page, found: Book, one: Reply, wrong: Linked | None, status: int
) -> HttpResponse:
    links = found.links_of(one.id)
    promised = {it.start for it in found.assurances.values() if it.reply == one.id}
    rows = [
        {
            "sentence": it,
            "links": [
                (DEMANDS[found.demands[link.demand].kind], ANSWERS[link.says], TONES[link.says], link.seq)
                for link in links
                if link.start == it.start
            ],
            "assurance": it.start in promised,
            "form": Linked(found.unmet, auto_id=f"s{it.number}_%s", initial={"sentence": it.number}),
        }
        for it in sentences(replies.words_of(page.incident.stream, one))
    ]
    context = HERE | {
        "reply": one,
        "note": found.notes[one.note],
        "came": happened_words(page.state.timeline[one.seq].happened),
        "rows": rows,
        "open": [demand_words(it) for it in found.unmet],
        "kinds": DEMANDS,
        "form": wrong,
    }
    return show(request, "diplomacy/demands/reply.html", page, context, status)


@require_POST
@faults_shown
def link(request: Request, reference: str, reply: str) -> HttpResponse:
    """What a sentence does with a demand, or that it is an assurance."""
    page = existing(reference)
    found = book(page.state.timeline)
    one = _existing(found, reply)
    form = Linked(found.unmet, request.POST)
    if "assurance" in request.POST:
        for name in ("demand", "says"):
            form.fields[name].required = False

    def record() -> None:
        number = form.cleaned_data["sentence"]
        marked = [it.id for it in found.assurances.values() if (it.reply, it.sentence) == (one.id, number)]
        if request.POST.get("assurance") == "no":
            replies.take_back_assurance(reference, next(iter(marked), ""), **who(request))
        elif "assurance" in request.POST:
            replies.mark_assurance(reference, one.id, number, **who(request))
        else:
            given = form.cleaned_data
            replies.link(reference, one.id, number, given["demand"], given["says"], **who(request))

    if written(form, record):
        place = form.cleaned_data["sentence"]
        return redirect(f"{request.path.removesuffix('link/')}#sentence-{place}")
    return _reply_shown(request, page, found, one, form, 422)
