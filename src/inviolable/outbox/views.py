"""Where providers tell what became of a message and what people answered."""

from __future__ import annotations

from datetime import datetime
from importlib.resources import files
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from inviolable.outbox import actions, inbound
from inviolable.outbox.channels.gateway import spoken
from inviolable.outbox.inbound import Back

#: Bytes of what a provider may send.
MOST = 20_000


# A machine tells it, with no cookie; what it sends is signed with what we both know.
@csrf_exempt
@require_POST
def told(request: HttpRequest, name: str) -> HttpResponse:
    """Take in what a provider tells. 401 for what it did not sign; nothing of that is believed."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST:
        return HttpResponse(status=413)
    now: datetime = request.now  # type: ignore[attr-defined]
    url = f"{settings.ADDRESS}{request.get_full_path()}"
    try:
        said = inbound.read(Path(settings.HOME), name, url, request.headers, request.body, now)
    except inbound.NotVouchedFor:
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Signature"})
    back = actions.heard(said, now) if said else Back()
    # For a call (TwiML); whoever tells of anything else ignores it.
    answer = spoken(back.words, back.language, url if back.asks else "")
    return HttpResponse(f'<?xml version="1.0" encoding="UTF-8"?>{answer}', content_type="text/xml")


@require_safe
def push_worker(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """What shows notifications in a browser, also while no page is open. It loads nothing and asks nobody."""
    worker = (files("inviolable.outbox") / "push_worker.js").read_bytes()
    policy = {"Content-Security-Policy": "default-src 'none'"}
    return HttpResponse(worker, content_type="text/javascript; charset=utf-8", headers=policy)
