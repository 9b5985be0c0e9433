"""A visitor's page, without a sign-in, and what it asks.

POST /clip/open   Authorization: Code CODE   200 {"post", "telephone", "mark", "until"}, {"exhibit", "recipient"} to
                                             which she seals, or {"receipt"} where her clip has come
POST /clip/give   the same, and a body       200 {"receipt"}

The body is one line of JSON, a line feed, and the age file (docs/recording.md). What is not taken: {"fault"}, one of
clip.Fault. The code stands in a header, so that it is looked at before one byte of the body, and is in no log.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse, UnreadablePostError
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from inviolable.door import clip
from inviolable.door.clip import Fault, NoClip, Told
from inviolable.door.models import ClipCode
from inviolable.door.views import BUILT
from inviolable.incidents.exhibit_views import MEDIA
from inviolable.incidents.models import Incident
from inviolable.ledger import canonical
from inviolable.ledger.deposit import BEGINNING, Damaged, NotSealed, TooLarge
from inviolable.ledger.keys import public_pem
from inviolable.ledger.models import Entry, Key
from inviolable.ledger.moments import written
from inviolable.ledger.registry import digest, number
from inviolable.ledger.store import NameTaken, StoreError
from inviolable.ledger.subjects import Box, TooFewRecipients
from inviolable.posts.models import Post
from inviolable.posts.programs import Field, Problem, checked

#: Bytes of what is said before the file, and of the file that are read at a time.
MOST_SAID, PIECE = 10_000, 256 * 1024
#: What each fault is in HTTP.
STATUS = {
    Fault.UNKNOWN: 404, Fault.OVER: 410, Fault.MANY: 429, Fault.AGAIN: 409, Fault.NOT_SEALED: 400,
    Fault.DAMAGED: 400, Fault.LARGE: 413, Fault.LATER: 503,
}  # fmt: skip
#: What the rooms below say, in such a word.
FAULTS = {
    NotSealed: Fault.NOT_SEALED, Damaged: Fault.DAMAGED, TooLarge: Fault.LARGE, NameTaken: Fault.AGAIN,
}  # fmt: skip


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The page on which she hands it over: the same for everybody."""
    if not (BUILT / "clip.js").is_file():
        said = _("The page for clips is not built: install Node.js 20 or later, then run `make setup`.")
        return render(request, "door/missing.html", {"said": said}, status=503)
    return render(request, "door/clip.html")


def _answered(view: Callable[[HttpRequest], dict[str, Any]]) -> Callable[[HttpRequest], HttpResponse]:
    """Says what became of it in JSON. No cookie counts: it is the code that opens."""

    @csrf_exempt
    @require_POST
    @wraps(view)
    def answered(request: HttpRequest) -> HttpResponse:
        try:
            return JsonResponse(view(request))
        except Problem as problem:
            return problem.answer()
        except UnreadablePostError:
            return HttpResponseBadRequest()  # Nobody is there to read this, or the bridge knows better what to say.
        except NoClip as fault:
            why = fault.why
        except tuple(FAULTS) as fault:
            why = FAULTS[type(fault)]
        except (StoreError, TooFewRecipients):
            why = Fault.LATER
        return JsonResponse({"fault": why}, status=STATUS[why])

    return answered


@_answered
def open_way(request: HttpRequest) -> dict[str, Any]:
    """What her page has to know, for the right code."""
    row = clip.open_way(_code(request), now=_now(request))
    incident, post = Incident.objects.get(stream=row.stream), Post.objects.filter(slug=row.post).first()
    told = {"until": written(row.until), "mark": "example" if incident.example else incident.status}
    told |= {"post": post.name if post else "", "telephone": post.telephone if post else ""}
    if row.received is not None:
        return told | {"receipt": _receipt(row)}
    return told | {"exhibit": str(row.exhibit), "recipient": row.prepared["said"]["recipient"]}


@_answered
def give(request: HttpRequest) -> dict[str, Any]:
    """Take her clip in while it arrives; the answer is her receipt."""
    code = _code(request)
    if int(request.META.get("CONTENT_LENGTH") or 0) > clip.MOST + MOST_SAID:
        raise NoClip(Fault.LARGE)
    told = _said(request.readline(MOST_SAID))
    exhibit = UUID(told["exhibit"])
    boxes = {name: Box(told[name]["commitment"], _sealed(told[name]["sealed"])) for name in BOXED if name in told}
    deposit = clip.begin(code, exhibit, boxes)
    try:
        while piece := request.read(PIECE):
            deposit.write(piece)
    except BaseException:
        deposit.abort()
        raise
    sealed = deposit.finish(told["bytes"], told["sha256"], told["sealed_sha256"])
    said = Told(told["media"], told["language"], boxes)
    try:
        row = clip.keep(code, exhibit, sealed, said, now=request.clock())  # type: ignore[attr-defined]
    except BaseException:
        clip.drop(exhibit)
        raise
    return {"receipt": _receipt(row)}


def _code(request: HttpRequest) -> ClipCode:
    """By the code in the header."""
    _scheme, _space, code = request.headers.get("Authorization", "").partition(" ")
    return clip.find(code[:40], now=_now(request))


#: What her browser seals besides the file.
BOXED = ("name", "giver")


def _is_box(value: Any) -> bool:
    fits = type(value) is dict and value.keys() == {"commitment", "sealed"} and digest(value["commitment"])
    return bool(fits and type(value["sealed"]) is str and _sealed(value["sealed"]).startswith(BEGINNING))


def _sealed(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except ValueError:
        return b""


def _text(form: str) -> Field:
    return Field(lambda value: type(value) is str and re.fullmatch(form, value, re.ASCII), form)


_BOX = Field(_is_box, "{commitment, sealed}", needed=False)
_HEX = Field(digest, "64 of 0–9, a–f")


def _said(line: bytes) -> dict[str, Any]:
    """What is said before the file. Raises Problem."""
    try:
        told = canonical.decode(line.removesuffix(b"\n"))
    except ValueError as fault:
        raise Problem(400, str(fault)) from None
    if type(told) is not dict:
        raise Problem(400, "no object")
    return checked(
        told,
        exhibit=_text(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
        bytes=Field(number, "0, 1, 2 …"),
        sha256=_HEX,
        sealed_sha256=_HEX,
        media=_text(f"({MEDIA.pattern})?"),
        language=_text("[a-z]{2}"),
        name=_BOX,
        giver=_BOX,
    )


def _receipt(row: ClipCode) -> dict[str, str]:
    """The entry as it stands in the record, with what it is checked by."""
    entry = Entry.objects.get(pk=row.received or 0)
    public = bytes(Key.objects.get(key=entry.key, role="log").public)
    told = {"clip": row.clip, "line": bytes(entry.line).decode(), "leaf": bytes(entry.leaf).hex(), "key": entry.key}
    return told | {"signature": bytes(entry.signature).hex(), "public": public_pem(public).decode()}


def _now(request: HttpRequest) -> datetime:
    now: datetime = request.now  # type: ignore[attr-defined]
    return now
