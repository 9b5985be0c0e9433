"""The pages of the roof: home, signing in and out, language, and the state of the server."""

import sys
from typing import cast

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.forms import AuthenticationForm
from django.db import Error, OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.defaults import page_not_found

from inviolable.alarm.lookup import open_alarms
from inviolable.posts.actions import choose_language
from inviolable.posts.models import User
from inviolable.posts.programs import Problem
from inviolable.posts.roles import can
from inviolable.posts.waiting import waiting_for
from inviolable.web import loops
from inviolable.web.keeper import Keeper
from inviolable.web.links import find_link, is_loopback, use_link


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Where everybody lands: what there is to do, and who and where one is."""
    user = cast("User", request.user)  # web/access.py lets nobody else come here.
    alarms = len(open_alarms(user)) if can(user, "read", "alarm") else 0
    told = {"served_name": settings.PUBLIC_NAME, "database": connection.vendor, "open_alarms": alarms}
    told["waiting"] = waiting_for(user, request.now)  # type: ignore[attr-defined]
    return render(request, "web/home.html", told)


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """200 when web, database and, where it is kept by this process, the record are well; 503 and which one is not."""
    parts = {"web": "ok", "database": "ok"}
    if Keeper.here:
        parts["ledger"] = "ok" if Keeper.here.well else "failing"
    if loops.escalation:
        parts["escalation"] = "ok" if loops.escalation.well else "failing"
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM posts_user LIMIT 1")
            cursor.fetchone()
    except Error:
        parts["database"] = "failing"
    well = all(state == "ok" for state in parts.values())
    return JsonResponse({"status": "ok" if well else "failing", **parts}, status=200 if well else 503)


def _safe_next(request: HttpRequest) -> str:
    """Where to go on to: only an address of our own."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    return "/"


def _let_in(request: HttpRequest, user: User) -> HttpResponse:
    """Start the session; the language the user once chose wins over this browser's."""
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    response = redirect(_safe_next(request))
    if user.language:
        _keep_language(response, user.language)
    elif (chosen := request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)) in dict(settings.LANGUAGES):
        choose_language(user, str(chosen))
    return response


def _keep_language(response: HttpResponse, language: str) -> None:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
        secure=settings.LANGUAGE_COOKIE_SECURE,
    )


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Name and password."""
    form = AuthenticationForm(request, data=request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _let_in(request, form.get_user())
    status = 422 if request.method == "POST" else 200
    return render(request, "web/sign_in.html", {"form": form, "next": _safe_next(request)}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_link(request: HttpRequest, token: str) -> HttpResponse:
    """Ask before using the link up, so that a program which previews links does not spend it."""
    if not is_loopback(request):
        return render(request, "web/link_refused.html", {"why": "elsewhere"}, status=403)
    now = timezone.now()
    if request.method == "POST":
        user = use_link(token, now=now)
        if user is not None:
            return _let_in(request, user)
    link = find_link(token, now=now)
    if link is None:
        return render(request, "web/link_refused.html", {"why": "spent"}, status=410)
    return render(request, "web/link_confirm.html", {"link": link})


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("sign-in")


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Read on in another language; remembered for the user, and in a cookie for everybody."""
    response = redirect(_safe_next(request))
    chosen = request.POST.get("language", "")
    if chosen not in dict(settings.LANGUAGES):
        return render(request, "400.html", status=400)
    if isinstance(request.user, User):
        choose_language(request.user, chosen)
    _keep_language(response, chosen)
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """The form was too old, or came from somewhere else."""
    return render(request, "web/form_refused.html", {"language": get_language()}, status=403)


#: How addresses for programs begin; these are told what is wrong as JSON, also where no view of theirs is reached.
PROGRAMS = ("/api/", "/door/say", "/door/enrol")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """There is nothing at this address."""
    if request.path.startswith(PROGRAMS):
        return Problem(404, _("There is nothing at this address; /api/v1/openapi.json lists those there are.")).answer()
    return page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Something failed. Where the database is only busy or away, say so, and when to come back."""
    busy = _database_is_busy(sys.exception())
    if request.path.startswith(PROGRAMS):
        said = _("It failed. Send it again in a few seconds, with the same id; if it stays so, tell the administrator.")
        return Problem(503, said, Retry_After="5").answer() if busy else Problem(500, said).answer()
    if busy:
        return HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": "5"})
    return HttpResponse(render_to_string("500.html"), status=500)


def _database_is_busy(fault: BaseException | None) -> bool:
    """Whether it could not be reached, is locked or full for now; a table that is not there is no such thing."""
    if not isinstance(fault, OperationalError):
        return False
    return connection.vendor != "sqlite" or any(word in str(fault) for word in ("locked", "busy", "full"))
