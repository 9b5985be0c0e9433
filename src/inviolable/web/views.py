"""The pages of the roof: home, language, and the state of the server."""

import sys
from typing import cast

from django.conf import settings
from django.db import Error, OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.defaults import page_not_found

from inviolable.alarm.lookup import open_alarms
from inviolable.posts.actions import choose_language
from inviolable.posts.models import User
from inviolable.posts.programs import Problem
from inviolable.posts.roles import can
from inviolable.posts.waiting import waiting_for
from inviolable.web import loops
from inviolable.web.entrance import keep_language, next_of
from inviolable.web.keeper import Keeper


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


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Read on in another language; remembered for the user, and in a cookie for everybody."""
    response = redirect(next_of(request))
    chosen = request.POST.get("language", "")
    if chosen not in dict(settings.LANGUAGES):
        return render(request, "400.html", status=400)
    if isinstance(request.user, User):
        choose_language(request.user, chosen)
    keep_language(response, chosen)
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
