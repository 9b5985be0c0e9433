"""The product with a page that takes an upload and tells another page what it sees of it. Nothing is kept."""

import hashlib

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from inviolable.ledger.upload import Upload, streamed
from inviolable.posts.roles import Role
from inviolable.web import access, urls

SEEN: dict[str, dict[str, object]] = {}
"""What became of each upload, by the reference in its address."""


class Witness:
    """Counts and hashes; remembers how it ended."""

    def __init__(self, seen: dict[str, object]) -> None:
        self.seen = seen
        self.seen |= {"bytes": 0, "state": "begun"}
        self.sha256 = hashlib.sha256()

    def write(self, piece: bytes) -> None:
        self.sha256.update(piece)
        self.seen["bytes"] += len(piece)  # type: ignore[operator]

    def abort(self) -> None:
        self.seen["state"] = "aborted"


@streamed
def add(request: HttpRequest, reference: str, upload: Upload | None) -> HttpResponse:
    seen = SEEN[reference] = {"fields": {name: request.POST[name] for name in request.POST}}
    if upload is None:
        return JsonResponse(seen, status=422)
    witness = Witness(seen)
    upload.into(witness)
    said = {"name": upload.name, "type": upload.content_type, "sha256": witness.sha256.hexdigest()}
    return JsonResponse(seen | said)


def seen(request: HttpRequest, reference: str) -> JsonResponse:
    return JsonResponse(SEEN.get(reference, {}))


access.WHO_MAY |= {"upload": frozenset({Role.OFFICER}), "seen": access.ANYONE}
access.is_shown = lambda _reference, _user: True  # The uploads' references are of no incident.
handler500 = urls.handler500
urlpatterns = [
    path("incidents/<str:reference>/exhibits/add/", add, name="upload"),
    path("seen/<str:reference>/", seen, name="seen"),
    *urls.urlpatterns,
]
