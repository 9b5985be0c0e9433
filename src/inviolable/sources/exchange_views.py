"""The pages on which claims go in and out as records, and the one table of them to print."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from inviolable.counsel.page import Request, faults_shown
from inviolable.incidents.page import show
from inviolable.incidents.writing import written
from inviolable.law.files import decode
from inviolable.ledger.upload import Upload, streamed
from inviolable.posts.actions import Refused
from inviolable.posts.roles import can
from inviolable.sources import records
from inviolable.sources.exchange import NAMES, may_be_named, records_of
from inviolable.sources.forms import Imported
from inviolable.sources.page import claim_row, row, sources_of, who
from inviolable.sources.records_in import take_records
from inviolable.sources.shelf import CONFIRMED

HERE = {"here": "sources:list"}
FORMS = {"json": ("application/json", records.to_json), "csv": ("text/csv", records.to_csv)}


class _Whole:
    """A file that is held in memory: never on a disk in plain."""

    def __init__(self) -> None:
        self.data = bytearray()

    def write(self, piece: bytes) -> None:
        """The next piece. Raises Refused."""
        self.data += piece
        if len(self.data) > records.MOST_BYTES:
            raise Refused(f"the file has more than {records.MOST_BYTES:,} bytes; divide it.")

    def abort(self) -> None:
        """It will never be complete."""


@streamed
@require_http_methods(["GET", "HEAD", "POST"])
@faults_shown
def take(request: Request, reference: str, upload: Upload | None) -> HttpResponse:
    """Records that somebody else made, as JSON or CSV; of a file with a fault, nothing."""
    found = sources_of(reference)
    form = Imported(request)

    def record() -> None:
        if upload is None or not upload.name:
            form.add_error(None, _("Choose a file."))
            return
        whole = _Whole()
        upload.into(whole)
        text = decode(bytes(whole.data), upload.name)
        read = records.from_csv if upload.name.lower().endswith(".csv") else records.from_json
        confirmed = form.cleaned_data["confirmed"] and can(request.user, "confirm", "fact")
        told = read(text, upload.name)
        take_records(reference, told, form.cleaned_data["kind"], confirmed=confirmed, **who(request))

    if form.is_bound and written(form, record):
        return redirect("sources:list", reference)
    return show(request, "sources/import.html", found.page, HERE | {"form": form}, 422 if form.is_bound else 200)


@require_safe
def give(request: Request, reference: str, form: str) -> HttpResponse:
    """What is confirmed, to hand on; with `names`, also names of people, and speakers who may be people."""
    found = sources_of(reference)
    if form not in FORMS:
        raise Http404
    media, write = FORMS[form]
    text = write(records_of(found.shelf, names="names" in request.GET))
    answer = HttpResponse(text, content_type=f"{media}; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{reference}-sources.{form}"'
    return answer


@require_safe
@faults_shown
def table(request: Request, reference: str) -> HttpResponse:
    """Every confirmed claim of every source in one table, to print."""
    found = sources_of(reference)
    names = "names" in request.GET
    rows = [
        (
            row(found.shelf, source),
            [
                claim_row(found.shelf, claim)
                | {"voice": claim.voice if names or not may_be_named(source, claim) else ""}
                for claim in found.shelf.of(source.id)
                if claim.state == CONFIRMED and (names or claim.key not in NAMES)
            ],
        )
        for source in found.shelf.sources.values()
    ]
    return show(request, "sources/table.html", found.page, HERE | {"rows": [one for one in rows if one[1]]})
