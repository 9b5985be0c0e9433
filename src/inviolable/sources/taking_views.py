"""The pages on which documents are taken in and described. Nothing is fetched: people bring what they have."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from inviolable.counsel.page import Request, faults_shown
from inviolable.incidents.exhibit_views import MEDIA
from inviolable.incidents.page import actor_of, show
from inviolable.incidents.writing import written
from inviolable.ledger.exhibits import About, Intake
from inviolable.ledger.upload import Upload, streamed
from inviolable.posts.roles import can
from inviolable.sources import actions
from inviolable.sources.extract import read_document
from inviolable.sources.forms import Description, Pasted, Words
from inviolable.sources.page import Sources, source_of, sources_of, who
from inviolable.sources.terms import MOST_BYTES, Read, pasted
from inviolable.sources.wording import FAULTS

HERE = {"here": "sources:list"}
#: Of what cannot be read, what no person can read either: anything else is kept, and its text can be pasted.
NO_DOCUMENT = ("empty", "unknown")


class TooLarge(Exception):
    """The file has more bytes than are read of a document."""


class Document:
    """The bytes of a document: sealed as they come, and held in memory until they were read."""

    def __init__(self, intake: Intake) -> None:
        self.intake, self.data = intake, bytearray()

    def write(self, piece: bytes) -> None:
        """The next piece. Raises TooLarge."""
        if len(self.data) + len(piece) > MOST_BYTES:
            raise TooLarge
        self.intake.write(piece)
        self.data += piece

    def abort(self) -> None:
        """It will never be complete."""
        self.intake.abort()


@streamed
@require_http_methods(["GET", "HEAD", "POST"])
@faults_shown
def add(request: Request, reference: str, upload: Upload | None) -> HttpResponse:
    """A document as a file, or what is said of one that nobody has."""
    found = sources_of(reference)
    form, taken = Description(request), list[str]()
    if form.is_bound and found.page.incident.closed:
        form.add_error(None, _("The incident is closed; reopen it first."))
    elif form.is_bound and written(form, lambda: taken.append(_take(request, found, form, upload))):
        return redirect("sources:source", reference, taken[0])
    return show(request, "sources/add.html", found.page, HERE | {"form": form}, 422 if form.is_bound else 200)


def _take(request: Request, found: Sources, form: Description, upload: Upload | None) -> str:
    reference, kind, said = found.reference, form.cleaned_data["kind"], form.said
    decides = can(request.user, "confirm", "fact")
    if upload is None or not upload.name:
        if not said:
            form.add_error(None, _("Choose a file, or say at least who put it out."))
            return ""
        return actions.receive(reference, kind, said, Read(), decides=decides, **who(request))
    about = About(
        actions.grade_of(said),
        name=upload.name[:200],
        consent="not_needed",
        media=upload.content_type if MEDIA.fullmatch(upload.content_type) else "",
    )
    document = Document(Intake(found.page.incident.stream, about, **who(request)))
    try:
        upload.into(document)
    except TooLarge:
        most = {"most": MOST_BYTES // 1024**2}
        form.add_error(None, _("The file is larger than %(most)s MB; add it as an exhibit, and paste its text.") % most)
        return ""
    try:
        read = read_document(bytes(document.data))
        if read.reading.get("fault") in NO_DOCUMENT:
            document.abort()
            why = {"why": FAULTS[read.reading["fault"]]}
            form.add_error(None, _("%(why)s Nothing was kept. Choose another file, or add it as an exhibit.") % why)
            return ""
        by, now = actor_of(request.user), request.clock()
        told = (reference, kind, said, read)
        return actions.receive(*told, document=document.intake, decides=decides, actor=by, now=now)
    except BaseException:
        document.abort()
        raise


@require_http_methods(["GET", "HEAD", "POST"])
@faults_shown
def paste(request: Request, reference: str) -> HttpResponse:
    """The words of a document, as somebody copied them."""
    found = sources_of(reference)
    form, taken = Pasted(request), list[str]()

    def take() -> None:
        read = pasted(form.cleaned_data["words"])
        kind, by = form.cleaned_data["kind"], who(request) | {"decides": can(request.user, "confirm", "fact")}
        taken.append(actions.receive(reference, kind, form.said, read, seen_as="pasted", **by))

    if form.is_bound and written(form, take):
        return redirect("sources:source", reference, taken[0])
    return show(request, "sources/paste.html", found.page, HERE | {"form": form}, 422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@faults_shown
def describe(request: Request, reference: str, source: int) -> HttpResponse:
    """What is wrong or missing in what is said of a source."""
    found = sources_of(reference)
    known = source_of(found, source)
    form = Description(request, known)

    def take() -> None:
        gone = {name: "-" for name in form.initial if not form.cleaned_data[name]}
        said = form.said | gone | {"kind": form.cleaned_data["kind"]}
        actions.describe(reference, known.id, said, decides=can(request.user, "confirm", "fact"), **who(request))

    if form.is_bound and written(form, take):
        return redirect("sources:source", reference, source)
    context = HERE | {"form": form, "source": known}
    return show(request, "sources/describe.html", found.page, context, 422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@faults_shown
def words(request: Request, reference: str, source: int) -> HttpResponse:
    """The words of a source that the program could not read."""
    found = sources_of(reference)
    known = source_of(found, source)
    form = Words(request.POST if request.method == "POST" else None)

    def take() -> None:
        actions.give_words(reference, known.id, known.last.number, form.cleaned_data["words"], **who(request))

    if form.is_bound and written(form, take):
        return redirect("sources:source", reference, source)
    context = HERE | {"form": form, "source": known}
    return show(request, "sources/words.html", found.page, context, 422 if form.is_bound else 200)
