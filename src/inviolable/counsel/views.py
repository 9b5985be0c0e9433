"""The pages of this room: cases, asking the law, and the law itself."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from inviolable.counsel import inquiry, library, record
from inviolable.counsel.cases import CaseFile, case_files, find_case, unexpected, without_paths
from inviolable.counsel.opinion import ENGINE, as_of_words, opinion_on, states, when_words
from inviolable.law.assess import Assessment, canonical
from inviolable.law.casefile import POST_CLASSES, Case
from inviolable.law.faults import Fault, Faulty
from inviolable.law.lawfile import LANGUAGES
from inviolable.law.vocabulary import vocabulary
from inviolable.posts.models import User
from inviolable.posts.roles import can

P = ParamSpec("P")


class Request(HttpRequest):
    """A request of somebody signed in. now: when it came in (web/clock.py)."""

    user: User
    now: datetime


def home() -> Path:
    """Where this installation keeps its files."""
    return Path(settings.HOME)


def reading() -> str:
    """The language of the page, if the law speaks it."""
    language = (get_language() or "en")[:2]
    return language if language in LANGUAGES else "en"


def faults_shown(
    view: Callable[Concatenate[Request, P], HttpResponse],
) -> Callable[Concatenate[Request, P], HttpResponse]:
    """A file of this home that holds a fault is said on the page, with its way out."""

    @wraps(view)
    def shown(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Faulty as faulty:
            return render(request, "counsel/faults.html", {"faults": without_paths(faulty.faults)}, status=500)

    return shown


# ---- cases -----------------------------------------------------------------------------------


@require_safe
@faults_shown
def cases(request: Request) -> HttpResponse:
    """Every case of this installation with its answer at the door."""
    rows = []
    for file in case_files(home()):
        row: dict[str, object] = {"file": file, "faults": file.faults}
        if file.case:
            try:
                row |= about(file.case)
                row["opinion"] = opinion_on(file.case, home(), reading())
            except Faulty as faulty:
                row["faults"] = without_paths(faulty.faults)
            except Exception as error:
                row["faults"] = (unexpected(file.name, error),)
        rows.append(row)
    return render(request, "counsel/cases.html", {"rows": rows})


@require_safe
@faults_shown
def case(request: Request, reference: str) -> HttpResponse:
    """What happened, what the law says of it, and why."""
    file = _existing(reference)
    if file.case is None:
        return render(request, "counsel/case_faulty.html", {"file": file, "faults": file.faults}, status=422)
    try:
        opinion = opinion_on(file.case, home(), reading())
    except Faulty as faulty:
        if not _all_of(faulty, file.case.file):
            raise
        faults = without_paths(faulty.faults)
        return render(request, "counsel/case_faulty.html", {"file": file, "faults": faults}, status=422)
    others = []
    for other in case_files(home()):
        if other.case and other.name != file.name and _same_event(other.case, file.case):
            try:
                others.append((other.reference, as_of_words(other.case) or other.reference))
            except Exception as error:  # The list of cases shows what is wrong with it.
                unexpected(other.name, error)
    return render(
        request,
        "counsel/case.html",
        {
            "file": file,
            "opinion": opinion,
            "others": others,
            "ask_query": _profile_of(file.case, file.case.day),
            "json_query": "" if reading() == "en" else f"?lang={reading()}",
            **about(file.case),
        },
    )


@require_safe
def case_json(request: Request, reference: str) -> HttpResponse:
    """Byte for byte what `inviolable assess --json` prints in this home; `?lang=es` as `--lang es` does.

    Where it cannot answer it says {"faults": […]}: 422 for faults of the case file, 500 for those of the installation.
    """
    file = _existing(reference)
    language = request.GET.get("lang", "en")
    if language not in LANGUAGES:
        raise Http404
    if file.case is None:
        return _json_faults(file.faults, 422)
    try:
        decided = record.decided(home())
        with ENGINE:
            answer = Assessment(file.case, decided.positions, decided.signed, decided.own, language=language).answer()
    except Faulty as faulty:
        return _json_faults(without_paths(faulty.faults), 422 if _all_of(faulty, file.case.file) else 500)
    except Exception as error:
        return _json_faults((unexpected(file.name, error),), 500)
    return HttpResponse(canonical(answer) + "\n", content_type="application/json; charset=utf-8")


def _all_of(faulty: Faulty, file: str) -> bool:
    """Whether every fault is of that one file."""
    return all(fault.file == file for fault in faulty.faults)


def _json_faults(faults: Iterable[Fault], status: int) -> JsonResponse:
    return JsonResponse({"faults": [vars(fault) for fault in faults]}, status=status)


def about(case: Case) -> dict[str, object]:
    """What a case is about, in words."""
    return {
        "case": case,
        "when": when_words(case),
        "as_of": as_of_words(case),
        "states": states(case, reading()),
        "post": library.post_class_words(case.post_class),
    }


def _existing(reference: str) -> CaseFile:
    file = find_case(home(), reference)
    if file is None:
        raise Http404
    return file


def _same_event(one: Case, other: Case) -> bool:
    return (one.occurred, one.place, one.sending) == (other.occurred, other.place, other.sending)


def _profile_of(case: Case, day: date) -> str:
    """The start of an inquiry at the post of a case, on a day."""
    profile = {
        "sending": case.sending,
        "receiving": case.receiving,
        "class": case.post_class,
        "day": day.isoformat(),
    }
    if case.host_language in inquiry.host_languages():
        profile["host"] = case.host_language
    known = {name: case.facts[name][0] for name in ("head", "status") if len(case.facts.get(name, ())) == 1}
    if not case.sending or not case.receiving:
        return ""
    return inquiry.Inquiry(profile, known).query


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
        if not _all_of(faulty, inquiry.FILE):
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
    known = [file.case for file in case_files(home()) if file.case]
    # Files about one event differ in what was known, not in the post; the question is today's.
    today = request.now.date()
    posts = {}
    for case in known:
        try:
            if query := _profile_of(case, today):
                posts[query] = about(case) | {"place": case.place}
        except Exception as error:  # The list of cases shows what is wrong with it.
            unexpected(Path(case.file).name, error)
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
    """The legal adviser has read this pack, as it stands, and agrees with it."""
    book = library.book(home(), pack_id, reading())
    if book is None:
        raise Http404
    if request.POST.get("hash") != book.pack.hash:
        return _pack(
            request,
            pack_id,
            _("This pack is not the one you read: it has changed. Read it again, then sign it off."),
            409,
        )
    if request.POST.get("read") != "yes":
        return _pack(request, pack_id, _("Confirm that you have read the pack before you sign it off."), 422)
    record.sign(home(), pack_id, request.user.role, request.now.date())
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
