"""Every address and who may open it, in one table. What has no row is closed to everybody."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse

from inviolable.posts.models import User
from inviolable.posts.roles import EVERY_PERSON, EVERY_ROLE, MAY, Role

ANYONE: Final = "anyone"
"""Signed in or not."""

# Name of the address -> who may open it. Sorted by room.
WHO_MAY: dict[str, frozenset[Role] | str] = {
    "alarm:alarm": MAY["read", "alarm"],
    "alarm:answer": ANYONE,
    "alarm:confirm": ANYONE,
    "alarm:drills": MAY["read", "alarm"],
    "alarm:end": MAY["end", "alarm"],
    "alarm:list": MAY["read", "alarm"],
    "alarm:make-real": MAY["raise", "alarm"],
    "alarm:raise": MAY["raise", "alarm"],
    "alarm:reply": MAY["answer", "alarm"],
    "alarm:retract": MAY["release", "warning"],
    "alarm:simulate": MAY["read", "alarm"],
    "alarm:warn": MAY["release", "warning"],
    "alarm:warning": MAY["read", "alarm"],
    "beacon": ANYONE,
    "counsel:ask": EVERY_PERSON,
    "counsel:ask-case-file": EVERY_PERSON,
    "counsel:law": EVERY_PERSON,
    "counsel:pack": EVERY_PERSON,
    "counsel:sign": frozenset({Role.LEGAL}),
    "counsel:take-position": frozenset({Role.LEGAL}),
    "healthz": ANYONE,
    "home": EVERY_ROLE,
    "incidents:add-exhibit": MAY["add", "exhibit"],
    "incidents:claim": MAY["claim", "fact"],
    "incidents:close": MAY["close", "incident"],
    "incidents:confirm": MAY["confirm", "fact"],
    "incidents:entry": MAY["read", "incident"],
    "incidents:entry-file": MAY["read", "incident"],
    "incidents:erase-exhibit": MAY["erase", "exhibit"],
    "incidents:exhibit": MAY["read", "incident"],
    "incidents:exhibits": MAY["read", "incident"],
    "incidents:facts": MAY["read", "incident"],
    "incidents:fetch-exhibit": MAY["fetch", "exhibit"],
    "incidents:finding": MAY["keep", "finding"],
    "incidents:hold": MAY["place", "hold"],
    "incidents:law": MAY["read", "incident"],
    "incidents:law-json": MAY["read", "incident"],
    "incidents:lift-hold": MAY["place", "hold"],
    "incidents:list": MAY["read", "incident"],
    "incidents:note": MAY["add", "note"],
    "incidents:open": MAY["open", "incident"],
    "incidents:overview": MAY["read", "incident"],
    "incidents:reopen": MAY["close", "incident"],
    "incidents:task": MAY["assign", "task"],
    "incidents:task-done": MAY["finish", "task"],
    "incidents:timeline": MAY["read", "incident"],
    "incidents:withdraw": MAY["confirm", "fact"],
    "language": ANYONE,
    "log-checkpoint": ANYONE,
    "outbox:in": ANYONE,
    "posts:list": MAY["read", "post"],
    "posts:post": MAY["read", "post"],
    "sign-in": ANYONE,
    "sign-in-link": ANYONE,
    "sign-out": EVERY_ROLE,
    "verify": ANYONE,
    "witness-add-checkpoint": ANYONE,
}


def may_open(user: object, name: str | None) -> bool:
    """Whether `user` (signed in or anonymous) may open the address called `name`."""
    who = WHO_MAY.get(name or "")
    if who is None:
        return False
    if who == ANYONE:
        return True
    return isinstance(user, User) and user.is_active and user.role in who


def address_of(name: str) -> str | None:
    """The address called `name`, or None where this installation has no such page."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return None


class DenyByDefault:
    """Lets a request through only when the table says so: strangers go to the sign-in page, the rest get 403."""

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
        if WHO_MAY.get(name or "") == ANYONE:
            # Do not even look who it is: /healthz must answer when the database does not.
            return None
        if may_open(request.user, name):
            return None
        if request.user.is_authenticated:
            return render(request, "403.html", status=403)
        return redirect_to_login(request.get_full_path())
