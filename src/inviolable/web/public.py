"""What a stranger may ask of the record: how to check a dossier, the newest checkpoint, a beacon, a cosignature;
and what programs may ask."""

from collections.abc import Iterator
from hashlib import sha256
from importlib.resources import files
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from inviolable.ledger import beacons, sequencer, witnessing
from inviolable.ledger.models import Key
from inviolable.ledger.note import Verifier
from inviolable.ledger.witness import MOST_REQUEST

#: What travels in a dossier to check it, and what it is called in this package.
SCRIPTS = (("verify.sh", "verify.sh"), ("verify.py", "verifier.py"))
TEXT = "text/plain; charset=utf-8"


@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """How anybody checks a dossier, and which keys this installation signs with."""
    shipped = {name: sha256((files("inviolable.ledger") / file).read_bytes()).hexdigest() for name, file in SCRIPTS}
    try:
        origin = sequencer.origin()
    except LookupError:
        return render(request, "web/verify.html", {"scripts": shipped.items()})
    about = {
        "scripts": shipped.items(),
        "origin": origin,
        "keys": list(_log_keys(origin)),
        "witness": witnessing.own_keys()[1],
    }
    return render(request, "web/verify.html", about | {"head": sequencer.newest()})


def _log_keys(origin: str) -> Iterator[dict[str, Any]]:
    """Every key that this log was or is signed with: the newest first, since it is the one most readers want."""
    for key in Key.objects.filter(role="log").order_by("-since", "-id"):
        raw = bytes(key.public)
        yield {
            "line": Verifier(origin, Ed25519PublicKey.from_public_bytes(raw)).vkey(),
            "fingerprint": sha256(raw).hexdigest(),
            "since": key.since,
            "revoked": key.revoked,
        }


@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The newest checkpoint and who cosigned it (C2SP tlog-checkpoint): how many entries there are, and no more."""
    newest = sequencer.newest()
    if newest is None:
        return HttpResponse("Nothing has been recorded yet.\n", status=404, content_type=TEXT)
    return HttpResponse(newest.cosigned, content_type=TEXT)


@require_safe
def beacon(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The newest beacon, for the installations whose headquarters this is (docs/record.md)."""
    current = beacons.current()
    if current is None:
        return HttpResponse("There is no beacon yet.\n", status=503, content_type=TEXT)
    return HttpResponse(current, content_type=TEXT)


@require_safe
def api(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """What programs may ask here (OpenAPI 3.1); docs/api.md says the same to people."""
    return HttpResponse((files("inviolable.web") / "openapi.json").read_bytes(), content_type="application/json")


# A machine asks, with no cookie; what it sends is signed by its own key.
@csrf_exempt
@require_POST
def add_checkpoint(request: HttpRequest) -> HttpResponse:
    """Cosign a checkpoint of a log that this installation watches (C2SP tlog-witness, `add-checkpoint`)."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_REQUEST:
        said = f"A request is never longer than {MOST_REQUEST} bytes.\n"
        return HttpResponse(said, status=413, content_type=TEXT)
    try:
        status, kind, answer = witnessing.answer(request.body, request.now)  # type: ignore[attr-defined]
    except LookupError:
        said = "This installation has recorded nothing yet, so it has no name to sign with.\n"
        return HttpResponse(said, status=503, content_type=TEXT)
    return HttpResponse(answer, status=status, content_type=kind)
