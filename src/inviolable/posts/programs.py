"""What addresses for programs have in common: JSON read strictly, and problems said as RFC 9457 has them.

No cookie counts here, so no form token is asked for: web/access.py lets a request in by its token alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from http import HTTPStatus
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt

from inviolable.law.faults import shown
from inviolable.posts.actions import SLUG, Refused
from inviolable.posts.models import Token

#: Bytes of what a program may send.
MOST = 10_000
WRONG_FIELDS = gettext_lazy("Nothing was done: a field is not as it must be. Correct what is listed and send it again.")


class Problem(Exception):
    """Why a request is not carried out. faults: of each field that is wrong, what was found and what is expected."""

    def __init__(self, status: int, detail: str, faults: Mapping[str, str] | None = None, **headers: str) -> None:
        self.status, self.detail, self.faults, self.headers = status, detail, faults or {}, headers
        super().__init__(detail)

    def answer(self) -> HttpResponse:
        """As `application/problem+json`. Its type is `about:blank`, so the status says which kind it is."""
        told: dict[str, Any] = {"title": HTTPStatus(self.status).phrase, "status": self.status, "detail": self.detail}
        if self.faults:
            told["errors"] = [{"field": field, "detail": fault} for field, fault in self.faults.items()]
        headers = {name.replace("_", "-"): value for name, value in self.headers.items()}
        return JsonResponse(told, status=self.status, content_type="application/problem+json", headers=headers)


def endpoint(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Of a view for programs: what keeps it from being done is said as a problem. What an action refuses is a 409."""

    @csrf_exempt
    @wraps(view)
    def answered(request: HttpRequest, **named: str) -> HttpResponse:
        try:
            return view(request, **named)
        except Problem as problem:
            return problem.answer()
        except Refused as refused:
            return Problem(409, str(refused)).answer()

    return answered


def token_at(request: HttpRequest) -> Token:
    """By whose token this is asked; web/access.py let nothing else come here."""
    token: Token = request.token  # type: ignore[attr-defined]
    return token


class Field(NamedTuple):
    """What one field of a request may be. expected: the same in words."""

    fits: Callable[[Any], object]
    expected: str | Promise
    needed: bool = True


def one_of(*values: str, needed: bool = True) -> Field:
    """One of a closed list."""
    return Field(lambda value: type(value) is str and value in values, ", ".join(values), needed)


SLUG_FIELD = Field(
    lambda value: type(value) is str and SLUG.fullmatch(value),
    gettext_lazy("2 to 40 small letters, digits and hyphens"),
)
YES_NO = Field(lambda value: type(value) is bool, "true, false", needed=False)


def fields_of(request: HttpRequest, **fields: Field) -> dict[str, Any]:
    """What the body says: one JSON object with these fields and no others. Raises Problem."""
    if request.content_type != "application/json":
        found = shown(request.content_type)
        raise Problem(415, _("Content-Type: found %(found)s; expected: application/json.") % {"found": found})
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST:
        raise Problem(413, _("The body is larger than %(most)s bytes, and was not read.") % {"most": MOST})
    return checked(object_of(request.body), **fields)


def object_of(body: bytes) -> dict[str, Any]:
    """The JSON object that these bytes are. Raises Problem."""
    try:
        told = json.loads(body.decode(), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError) as fault:
        said = _("The body is no JSON: %(fault)s. Expected: one object in UTF-8, each key once.")
        raise Problem(400, said % {"fault": shown(fault)}) from None
    if type(told) is not dict:
        raise Problem(400, _("The body is no JSON object. Expected: one object in UTF-8, each key once."))
    return dict(told)


def only_post(request: HttpRequest) -> None:
    """Raises Problem for every other method."""
    if request.method != "POST":
        found = {"found": request.method, "expected": "POST"}
        raise Problem(405, _("Method: found %(found)s; expected: %(expected)s.") % found, Allow="POST")


def query_of(request: HttpRequest, **fields: Field) -> dict[str, str]:
    """What stands behind the question mark: these parameters and no others, each once. Raises Problem."""
    twice = {name: _("is there twice; expected: once.") for name, values in request.GET.lists() if len(values) > 1}
    if twice:
        raise Problem(422, str(WRONG_FIELDS), twice)
    return checked(request.GET.dict(), **fields)


def checked(told: Mapping[str, Any], **fields: Field) -> dict[str, Any]:
    """These fields, each as it may be; all that is wrong is said at once. Raises Problem."""
    known = {"known": ", ".join(fields)}
    faults = {name: _("is no field here; allowed are %(known)s.") % known for name in told if name not in fields}
    for name, field in fields.items():
        if name not in told and field.needed:
            faults[name] = _("is missing; expected: %(expected)s.") % {"expected": field.expected}
        elif name in told and not field.fits(told[name]):
            found = {"found": shown(told[name]), "expected": field.expected}
            faults[name] = _("found %(found)s; expected: %(expected)s.") % found
    if faults:
        raise Problem(422, str(WRONG_FIELDS), faults)
    return dict(told)


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    if len(told) < len(pairs):
        raise ValueError("a key is there twice")
    return told


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number")
