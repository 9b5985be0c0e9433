"""The pages of this room: asking the law, and the law itself."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from inviolable.counsel import inquiry, library, record
from inviolable.counsel.opinion import opinion_on
from inviolable.counsel.page import (
    KNOWN_CASES,
    Request,
    about,
    all_of,
    faults_shown,
    home,
    inquiry_at,
    reading,
    unexpected,
)
from inviolable.counsel.reviewing import NotSigned, sign_ticked
from inviolable.law.casefile import POST_CLASSES
from inviolable.law.faults import Faulty
from inviolable.law.vocabulary import vocabulary
from inviolable.posts.roles import can

# ---- asking ----------------------------------------------------------------------------------


@require_safe
@faults_shown
def ask(request: Request) -> HttpResponse:
    """One question at a time. The address holds everything that was answered.

    Only what the asker answered can be the asker's fault; a broken file of this home is said as what it is.
    """
    if not request.GET:
        return _start(request)
    try:
        asked = inquiry.read_inquiry([(name, value) for name, values in request.GET.lists() for value in values])
    except inquiry.Misasked as fault:
        return _start(request, fault)
    decided = record.decided(home())
    try:
        state = inquiry.state_of(asked, decided, reading())
        opinion = opinion_on(asked.case(), home(), reading()) if state.question is None else None
    except Faulty as faulty:
        if not all_of(faulty, inquiry.FILE):
            raise
        return _start(request, faulty)
    hidden = [*asked.pairs(), *asked.answers.items()]
    last = next(reversed([*asked.answers]), None)
    profile = [name for name in asked.answers if vocabulary().facts[name].profile]
    return render(
        request,
        "counsel/ask.html",
        {
            "asked": asked,
            "state": state,
            "opinion": opinion,
            "hidden": hidden,
            "number": len(asked.answers) - len(profile) + 1,
            "back": asked.without(last).query if last and last not in profile else "",
            "unknown": inquiry.UNKNOWN,
            **about(asked.case()),
        },
    )


@require_safe
def ask_case_file(request: Request) -> HttpResponse:
    """The same inquiry as a case file, for `inviolable assess`."""
    try:
        asked = inquiry.read_inquiry([(name, value) for name, values in request.GET.lists() for value in values])
    except inquiry.Misasked:
        raise Http404 from None
    return HttpResponse(
        asked.case_file,
        content_type="application/toml; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="ask.toml"'},
    )


def _start(request: Request, fault: inquiry.Misasked | Faulty | None = None) -> HttpResponse:
    chosen = {name: request.GET.get(name, "") for name in (*inquiry.PROFILE, "head", "status")}
    if not request.GET:
        chosen |= {"class": "consulate", "head": "career", "status": "open", "day": request.now.date().isoformat()}
    # What is asked at a known post is asked today.
    today = request.now.date()
    posts = {}
    for case in (case for cases in KNOWN_CASES for case in cases()):
        try:
            if query := inquiry_at(case, today):
                posts[query] = about(case) | {"place": case.place}
        except Exception as error:  # The list of incidents shows what is wrong with it.
            unexpected(case.file, error)
    return render(
        request,
        "counsel/ask_start.html",
        {
            "chosen": chosen,
            "fault": fault if isinstance(fault, inquiry.Misasked) else None,
            "contradictory": fault.faults if isinstance(fault, Faulty) else (),
            "states": library.state_choices(reading()),
            "classes": [(name, library.post_class_words(name)) for name in POST_CLASSES],
            "instruments": library.instrument_choices(reading()),
            "hosts": inquiry.host_languages().items(),
            "heads": library.answers("head", reading()),
            "statuses": library.answers("status", reading()),
            "unknown": inquiry.UNKNOWN,
            "posts": posts.items(),
        },
        status=422 if fault else 200,
    )


# ---- the law ---------------------------------------------------------------------------------


@require_safe
@faults_shown
def law(request: Request) -> HttpResponse:
    """The packs and who reviewed them; the disputed points and what was chosen."""
    shelf = library.shelf(home(), reading())
    may = {"may_choose": can(request.user, "choose", "position")}
    return render(request, "counsel/law.html", {"shelf": shelf, **may})


@require_safe
@faults_shown
def pack(request: Request, pack_id: str) -> HttpResponse:
    """One law file, provision by provision."""
    return _pack(request, pack_id)


def _pack(request: Request, pack_id: str, complaint: str = "", status: int = 200) -> HttpResponse:
    book = library.book(home(), pack_id, reading())
    if book is None:
        raise Http404
    context = {"book": book, "may_sign": can(request.user, "sign", "pack"), "complaint": complaint}
    return render(request, "counsel/pack.html", context, status=status)


@require_POST
@faults_shown
def sign(request: Request, pack_id: str) -> HttpResponse:
    """The legal adviser has read these provisions of the pack, as they stand, and agrees with them."""
    try:
        sign_ticked(request)
    except NotSigned as refusal:
        return _pack(request, pack_id, str(refusal), refusal.status)
    return redirect("counsel:pack", pack_id)


@require_POST
@faults_shown
def take_position(request: Request, name: str) -> HttpResponse:
    """The legal adviser chooses a view on a disputed point, or leaves it open again."""
    position = vocabulary().positions.get(name)
    if position is None:
        raise Http404
    option = request.POST.get("option")
    if option is None or (option and option not in position.options):
        return render(request, "400.html", status=400)
    record.take_position(home(), name, option, request.user.role, request.now)
    return redirect(reverse("counsel:law") + f"#position-{name}")
