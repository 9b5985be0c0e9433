"""What devices that film send: POST /door/segment and POST /door/heads. docs/recording.md says what each field is.

Whoever asks is believed by the signature of each statement. The sealed bytes are kept as they are; nothing parses them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from inviolable.counsel.page import Request
from inviolable.door import film
from inviolable.door.api import hexed, text
from inviolable.door.statement import NotEnrolled
from inviolable.ledger import recordings
from inviolable.ledger.registry import BadEntry
from inviolable.ledger.store import StoreError
from inviolable.posts.programs import Field, Problem, checked, endpoint, object_of, only_post

logger = logging.getLogger(__name__)
#: Bytes of a sealed segment, of the line before it, and of heads.
MOST, LONGEST_LINE, MOST_OF_HEADS = 8_000_000, 4_000, 100_000


SIGNED = {"statement": text(1_000), "signature": hexed(64)}
BEACON = text(2_000)


@endpoint
def segment(request: Request) -> HttpResponse:
    """Keep a segment; the answer is headquarters' receipt."""
    only_post(request)
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST + LONGEST_LINE:
        raise Problem(413, _("A segment has at most %(most)s bytes.") % {"most": MOST})
    line, _end, sealed = request.read(MOST + LONGEST_LINE).partition(b"\n")
    told = checked(object_of(line), **SIGNED, beacon=BEACON)
    statement, signature = told["statement"].encode(), bytes.fromhex(told["signature"])
    beacon = told["beacon"].encode()

    def take() -> dict[str, Any]:
        return recordings.receipt(film.take(statement, signature, sealed, beacon, now=request.now))

    return _answered(take)


@endpoint
def heads(request: Request) -> HttpResponse:
    """Record what will be sent."""
    only_post(request)
    told = checked(
        object_of(request.read(MOST_OF_HEADS)),
        heads=Field(lambda value: type(value) is list and 0 < len(value) <= film.MOST_HEADS, f"1–{film.MOST_HEADS}"),
        beacons=Field(lambda value: type(value) is list and len(value) <= film.MOST_HEADS, f"0–{film.MOST_HEADS}"),
    )
    signed = [checked(one if type(one) is dict else {}, **SIGNED) for one in told["heads"]]
    known = [checked({"beacon": one}, beacon=BEACON)["beacon"].encode() for one in told["beacons"]]
    pairs = [(one["statement"].encode(), bytes.fromhex(one["signature"])) for one in signed]
    return _answered(lambda: {"taken": film.announce(pairs, known, now=request.now)})


@endpoint
def log(request: Request) -> HttpResponse:
    """By which entry the key became known that signs the record today."""
    only_post(request)
    return JsonResponse(film.log_enrolled())


def _answered(work: Callable[[], dict[str, Any]]) -> HttpResponse:
    """200 with what it gives; or why not, and whether to send it again."""
    try:
        return JsonResponse(work())
    except recordings.Quarantined as fault:
        return JsonResponse({"quarantined": str(fault)}, status=202)
    except NotEnrolled as fault:
        if fault.cut:
            return JsonResponse({"cut": "yes"}, status=403)
        raise Problem(401, str(fault), WWW_Authenticate="Signature") from None
    except film.NoIncident as fault:
        raise Problem(503, str(fault), Retry_After="2") from None
    except recordings.SameMoment as fault:
        raise Problem(503, str(fault), Retry_After="1") from None
    except recordings.Erased as fault:
        return JsonResponse({"fault": str(fault)}, status=410)
    except BadEntry as fault:
        return JsonResponse({"fault": str(fault)}, status=400)
    except (StoreError, OSError) as fault:
        logger.error("a segment cannot be kept: %s", fault)
        raise Problem(503, _("It cannot be kept now; send it again."), Retry_After="5") from None
