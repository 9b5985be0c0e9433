"""What the pages of the law share, here and in the rooms above: who asks, in which language, how a fault is said."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language

from inviolable.counsel import inquiry, library, record
from inviolable.counsel.clocks import as_of_words, when_words
from inviolable.counsel.wording import state_names
from inviolable.law.assess import ENGINE, Assessment, canonical
from inviolable.law.casefile import Case
from inviolable.law.faults import Fault, Faulty
from inviolable.law.lawfile import LANGUAGES
from inviolable.posts.models import User

LOG = logging.getLogger(__name__)
P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)

#: Rooms above say here of which cases they know; Ask the law offers to begin at their posts.
KNOWN_CASES: list[Callable[[], Iterable[Case]]] = []


class Request(HttpRequest):
    """A request of somebody signed in. now: when it came in; clock: the same for one that lasts (web/clock.py)."""

    user: User
    now: datetime
    clock: Callable[[], datetime]


def home() -> Path:
    """Where this installation keeps its files."""
    return Path(settings.HOME)


def reading() -> str:
    """The language of the page, if the law speaks it."""
    language = (get_language() or "en")[:2]
    return language if language in LANGUAGES else "en"


def about(case: Case) -> dict[str, object]:
    """What a case is about, in words."""
    return {
        "case": case,
        "when": when_words(case.occurred),
        "as_of": as_of_words(case.as_of),
        "states": state_names((case.sending, case.receiving), reading()),
        "post": library.post_class_words(case.post_class),
    }


def inquiry_at(case: Case, day: date) -> str:
    """The start of an inquiry at the post of a case, on a day; "" where its States are not named."""
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


def answer_in_json(case: Case, language: str) -> HttpResponse:
    """Byte for byte what `inviolable assess --json --lang LANGUAGE` prints for this case in this home.

    Where it cannot answer it says {"faults": […]}: 422 for faults of the case, 500 for those of the installation.
    """
    try:
        decided = record.decided(home())
        with ENGINE:
            answer = Assessment(case, decided.positions, decided.signed, decided.own, language=language).answer()
        text = canonical(answer) + "\n"
    except Faulty as faulty:
        return faults_in_json(without_paths(faulty.faults), 422 if all_of(faulty, case.file) else 500)
    except Exception as error:
        return faults_in_json((unexpected(case.file, error),), 500)
    return HttpResponse(text, content_type="application/json; charset=utf-8")


# ---- faults ----------------------------------------------------------------------------------


def faults_shown(
    view: Callable[Concatenate[Request, P], R],
) -> Callable[Concatenate[Request, P], R | HttpResponse]:
    """A file of this home that holds a fault is said on the page, with its way out."""

    @wraps(view)
    def shown(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> R | HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Faulty as faulty:
            return render(request, "counsel/faults.html", {"faults": without_paths(faulty.faults)}, status=500)

    return shown


def faults_in_json(faults: Iterable[Fault], status: int) -> JsonResponse:
    """The same for a program."""
    return JsonResponse({"faults": [vars(fault) for fault in faults]}, status=status)


def all_of(faulty: Faulty, file: str) -> bool:
    """Whether every fault is of that one file."""
    return all(fault.file == file for fault in faulty.faults)


def without_paths(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """The faults with the names of their files only: nobody on a page needs to know where this home lies."""
    return tuple(
        replace(
            fault,
            file=Path(fault.file).name,
            what=fault.what.replace(str(Path(fault.file).parent) + "/", "") if "/" in fault.file else fault.what,
        )
        for fault in faults
    )


def unexpected(name: str, error: Exception) -> Fault:
    """A failure that nobody foresaw, as a fault of one case; the log has the rest."""
    LOG.error("%s: %r", name, error, exc_info=error)
    return Fault(name, 0, f"it cannot be worked with ({type(error).__name__})", "the server's log says more")
