"""Every address and who may open it, in one table. What has no row is closed to everybody."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

from django.contrib.auth.views import redirect_to_login
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from inviolable.incidents.lookup import is_shown
from inviolable.posts.actions import note_use
from inviolable.posts.lookup import token_of
from inviolable.posts.models import User
from inviolable.posts.programs import Problem
from inviolable.posts.roles import EVERY_PERSON, EVERY_ROLE, MAY, Role, Scope

ANYONE: Final = "anyone"
"""Signed in or not."""

#: Of an address for programs: which scope of a token each method needs. No session opens it.
ByToken = Mapping[str, Scope]

# Name of the address -> who may open it. Sorted by room.
WHO_MAY: dict[str, frozenset[Role] | str | ByToken] = {
    "account_login": ANYONE,
    "alarm:alarm": MAY["read", "alarm"],
    "alarm:answer": ANYONE,
    "alarm:api-alarm": {"GET": Scope.ALARMS_READ, "PUT": Scope.ALARMS_RAISE},
    "alarm:api-answer": {"POST": Scope.ALARMS_ANSWER},
    "alarm:api-end": {"POST": Scope.ALARMS_END},
    "alarm:api-heartbeat": {"PUT": Scope.POSTS_BEAT},
    "alarm:api-list": {"GET": Scope.ALARMS_READ},
    "alarm:cap": MAY["read", "alarm"],
    "alarm:confirm": ANYONE,
    "alarm:drills": MAY["read", "alarm"],
    "alarm:end": MAY["end", "alarm"],
    "alarm:list": MAY["read", "alarm"],
    "alarm:make-real": MAY["raise", "alarm"],
    "alarm:notifications": MAY["answer", "alarm"],
    "alarm:raise": MAY["raise", "alarm"],
    "alarm:reply": MAY["answer", "alarm"],
    "alarm:retract": MAY["release", "warning"],
    "alarm:simulate": MAY["read", "alarm"],
    "alarm:siren": MAY["read", "alarm"],
    "alarm:warn": MAY["release", "warning"],
    "alarm:warning": MAY["read", "alarm"],
    "api": ANYONE,
    "beacon": ANYONE,
    "card:addresses": ANYONE,
    "card:ask": ANYONE,
    "card:card": ANYONE,
    "card:decide": MAY["verify", "request"],
    "card:emergency": ANYONE,
    "card:photograph": MAY["photograph", "signage"],
    "card:post": MAY["read", "post"],
    "card:qr": MAY["read", "post"],
    "counsel:ask": EVERY_PERSON,
    "counsel:ask-case-file": EVERY_PERSON,
    "counsel:law": EVERY_PERSON,
    "counsel:pack": EVERY_PERSON,
    "counsel:sign": frozenset({Role.LEGAL}),
    "counsel:take-position": frozenset({Role.LEGAL}),
    "diplomacy:accept": MAY["draft", "note"],
    "diplomacy:add-reply": MAY["follow", "demand"],
    "diplomacy:again": MAY["follow", "demand"],
    "diplomacy:all-demands": MAY["read", "incident"],
    "diplomacy:bring-back": MAY["draft", "note"],
    "diplomacy:check": MAY["draft", "note"],
    "diplomacy:decide": MAY["close", "demand"],
    "diplomacy:deliver": MAY["deliver", "note"],
    "diplomacy:demands": MAY["read", "incident"],
    "diplomacy:demarche": MAY["deliver", "note"],
    "diplomacy:dispute": MAY["close", "demand"],
    "diplomacy:draft": MAY["draft", "note"],
    "diplomacy:edit": MAY["draft", "note"],
    "diplomacy:link": MAY["follow", "demand"],
    "diplomacy:mail": MAY["send", "note"],
    "diplomacy:met": MAY["follow", "demand"],
    "diplomacy:note": MAY["read", "note"],
    "diplomacy:notes": MAY["read", "incident"],
    "diplomacy:own": MAY["follow", "demand"],
    "diplomacy:paper": MAY["read", "note"],
    "diplomacy:reply": MAY["read", "incident"],
    "diplomacy:review": MAY["sign", "pack"],
    "diplomacy:rung": MAY["follow", "demand"],
    # What is done in one step, its view asks of posts/roles.py.
    "diplomacy:step": MAY["read", "note"],
    "door:approve": MAY["enrol", "device"],
    # Her code opens it (door/clip.py); without one nothing is told.
    "door:clip": ANYONE,
    "door:clip-ask": MAY["ask", "clip"],
    "door:clip-give": ANYONE,
    "door:clip-open": ANYONE,
    "door:clip-take-back": MAY["ask", "clip"],
    "door:clips": MAY["read", "incident"],
    "door:codes": MAY["answer", "consent"],
    "door:consent": MAY["answer", "consent"],
    "door:consent-answer": MAY["answer", "consent"],
    "door:cut-off": MAY["cut off", "device"],
    "door:decide-recording": MAY["decide", "recording"],
    "door:devices": MAY["read", "post"],
    # Of a device it is its signature that opens (door/actions.py), and to ask for a code opens nothing.
    "door:enrol": ANYONE,
    "door:heads": ANYONE,
    "door:log": ANYONE,
    "door:page": ANYONE,
    "door:paper": MAY["read", "post"],
    "door:print": MAY["print", "paper"],
    "door:recording": MAY["read", "post"],
    "door:say": ANYONE,
    "door:segment": ANYONE,
    "door:worker": ANYONE,
    "healthz": ANYONE,
    "home": EVERY_ROLE,
    "incidents:add-exhibit": MAY["add", "exhibit"],
    "incidents:after": MAY["read", "incident"],
    "incidents:after-paper": MAY["read", "incident"],
    "incidents:brief": MAY["read", "incident"],
    "incidents:claim": MAY["claim", "fact"],
    "incidents:close": MAY["close", "incident"],
    "incidents:confirm": MAY["confirm", "fact"],
    "incidents:entry": MAY["read", "incident"],
    "incidents:entry-file": MAY["read", "incident"],
    "incidents:decide-hand-out": MAY["agree", "handout"],
    "incidents:erase-exhibit": MAY["erase", "exhibit"],
    "incidents:exhibit": MAY["read", "incident"],
    "incidents:exhibits": MAY["read", "incident"],
    "incidents:export": MAY["read", "incident"],
    "incidents:facts": MAY["read", "incident"],
    "incidents:fetch-exhibit": MAY["fetch", "exhibit"],
    "incidents:finding": MAY["keep", "finding"],
    "incidents:hand-out": MAY["ask", "handout"],
    "incidents:hold": MAY["place", "hold"],
    "incidents:law": MAY["read", "incident"],
    "incidents:law-json": MAY["read", "incident"],
    "incidents:lesson": MAY["write", "lesson"],
    "incidents:lift-hold": MAY["place", "hold"],
    "incidents:list": MAY["read", "incident"],
    "incidents:note": MAY["add", "note"],
    "incidents:open": MAY["open", "incident"],
    "incidents:open-recording": MAY["fetch", "exhibit"],
    "incidents:own": MAY["assign", "task"],
    "incidents:overview": MAY["read", "incident"],
    "incidents:recording": MAY["read", "incident"],
    "incidents:reopen": MAY["close", "incident"],
    "incidents:settle": MAY["confirm", "fact"],
    "incidents:task": MAY["assign", "task"],
    "incidents:task-done": MAY["finish", "task"],
    "incidents:timeline": MAY["read", "incident"],
    "incidents:watch": MAY["fetch", "exhibit"],
    "incidents:watch-key": MAY["fetch", "exhibit"],
    "incidents:watch-list": MAY["fetch", "exhibit"],
    "incidents:watch-segment": MAY["fetch", "exhibit"],
    "incidents:withdraw": MAY["confirm", "fact"],
    "language": ANYONE,
    "log-checkpoint": ANYONE,
    "mfa_activate_totp": EVERY_PERSON,
    "mfa_add_webauthn": EVERY_PERSON,
    "mfa_authenticate": ANYONE,
    "mfa_deactivate_totp": EVERY_PERSON,
    "mfa_index": EVERY_PERSON,
    "mfa_login_webauthn": ANYONE,
    "mfa_remove_webauthn": EVERY_PERSON,
    "openid_connect_callback": ANYONE,
    "openid_connect_login": ANYONE,
    "outbox:in": ANYONE,
    "outbox:push-worker": ANYONE,
    "posts:api-list": {"GET": Scope.POSTS_READ},
    "posts:api-post": {"GET": Scope.POSTS_READ},
    "posts:list": MAY["read", "post"],
    "posts:post": MAY["read", "post"],
    "readership": MAY["read", "incident"],
    "search-reason": EVERY_PERSON,
    "judge-reading": MAY["read", "search"],
    "searches": MAY["read", "search"],
    "sign-in": ANYONE,
    "sign-in-again": EVERY_ROLE,
    "sign-in-link": ANYONE,
    # Whose session is over by itself is out already, and lands where one signs in.
    "sign-out": ANYONE,
    "sources:accounts": MAY["read", "incident"],
    "sources:add": MAY["add", "source"],
    "sources:answer": MAY["answer", "claim"],
    "sources:claim": MAY["claim", "fact"],
    "sources:correct": MAY["confirm", "fact"],
    "sources:correct-proposal": MAY["confirm", "fact"],
    "sources:decide": MAY["confirm", "fact"],
    "sources:describe": MAY["add", "source"],
    "sources:import": MAY["claim", "fact"],
    "sources:lineage": MAY["read", "incident"],
    "sources:list": MAY["read", "incident"],
    "sources:paste": MAY["add", "source"],
    "sources:propose": MAY["confirm", "fact"],
    "sources:records": MAY["read", "incident"],
    "sources:source": MAY["read", "incident"],
    "sources:table": MAY["read", "incident"],
    "sources:theirs": MAY["read", "incident"],
    "sources:words": MAY["add", "source"],
    "still-here": EVERY_ROLE,
    "verify": ANYONE,
    "year": MAY["read", "incident"],
    "year-paper": MAY["read", "incident"],
    "witness-add-checkpoint": ANYONE,
}


def may_open(user: object, name: str | None) -> bool:
    """Whether `user` (signed in or anonymous) may open the address called `name`."""
    who = WHO_MAY.get(name or "")
    if who is None:
        return False
    if who == ANYONE:
        return True
    return isinstance(user, User) and user.is_active and isinstance(who, frozenset) and user.role in who


def refused(request: HttpRequest, scopes: ByToken) -> Problem | None:
    """Why a program may not do this; None where its token may, which is then `request.token`."""
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    now: datetime = request.now  # type: ignore[attr-defined]
    token = token_of(secret, now) if scheme.lower() == "bearer" else None
    if token is None:
        said = _("A token is needed (Authorization: Bearer TOKEN), and there is none, or one that is not in force.")
        more = _("Ask the administrator for one: inviolable token add.")
        return Problem(401, f"{said} {more}", WWW_Authenticate="Bearer")
    needed = scopes.get("GET" if request.method == "HEAD" else request.method or "")
    if needed is None:
        found = {"found": request.method, "expected": ", ".join(scopes)}
        return Problem(405, _("Method: found %(found)s; expected: %(expected)s.") % found, Allow=", ".join(scopes))
    if needed not in token.scopes:
        said = _("This token lacks the scope %(scope)s. Ask the administrator for one that has it.")
        header = f'Bearer error="insufficient_scope", scope="{needed}"'
        return Problem(403, said % {"scope": needed}, WWW_Authenticate=header)
    with suppress(Error):  # An alarm does not fail for that.
        note_use(token, now)
    request.token = token  # type: ignore[attr-defined]
    return None


def address_of(name: str) -> str | None:
    """The address called `name`, or None where this installation has no such page."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return None


class DenyByDefault:
    """Lets a request through only when the table says so: strangers go to the sign-in page, the rest get 403.

    Whatever belongs to an incident that a user is not shown is as if there were none: its address can be guessed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Nothing to do here: which address is meant is known only in `process_view`."""
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponseBase],
        args: list[Any],
        kwargs: dict[str, Any],
    ) -> HttpResponse | None:
        """Decide before the page's own code runs."""
        name = request.resolver_match.view_name if request.resolver_match else None
        who = WHO_MAY.get(name or "")
        if who == ANYONE:
            # Do not even look who it is: /healthz must answer when the database does not.
            return None
        if isinstance(who, Mapping):
            problem = refused(request, who)
            return problem.answer() if problem else None
        if isinstance(request.user, User) and may_open(request.user, name):
            if "reference" in kwargs and not is_shown(kwargs["reference"], request.user):
                raise Http404
            return None
        if request.user.is_authenticated:
            return render(request, "403.html", status=403)
        return redirect_to_login(request.get_full_path())
