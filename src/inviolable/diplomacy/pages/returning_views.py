"""The page on which a note comes back from Word: first what changed, then, where a person accepts it, a version."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from inviolable.counsel.page import Request, faults_shown
from inviolable.diplomacy import content as contents
from inviolable.diplomacy.file import DRAFT, NoteFile
from inviolable.diplomacy.life import actions
from inviolable.diplomacy.life.compare import changes
from inviolable.diplomacy.pages.drafting_forms import Accept
from inviolable.diplomacy.pages.held import bytes_of
from inviolable.diplomacy.pages.page import change_rows, draft_of, notes_of, who
from inviolable.diplomacy.pages.views import HERE
from inviolable.diplomacy.paper import returned
from inviolable.diplomacy.paper.word_file import NotReturned
from inviolable.diplomacy.shown import paragraph_names
from inviolable.diplomacy.versions import content_of
from inviolable.incidents.page import show
from inviolable.incidents.writing import written
from inviolable.ledger.upload import Upload, streamed
from inviolable.sources.terms import MOST_BYTES

#: What came back is signed and given to whoever is shown it, until they accept it: nothing of it is kept before.
SALT = "diplomacy.bring-back"


#: Where in a Word file words can stand that are in no paragraph of a note (word_file.PLACES).
IN_WORD = {
    "table": _("table"),
    "box": _("text box"),
    "header": _("header"),
    "footer": _("footer"),
    "footnotes": _("footnote"),
    "endnotes": _("endnote"),
    "frame": _("around the paragraphs, as sender, addressee, place or annexes"),
    "other": _("elsewhere"),
}


@streamed
@require_http_methods(["GET", "HEAD", "POST"])
@faults_shown
def bring_back(request: Request, reference: str, note: UUID, upload: Upload | None) -> HttpResponse:
    """Compare a Word file with the version that it was fetched from."""
    found = notes_of(reference)
    file = draft_of(found, note, request)
    if file.state != DRAFT:
        return redirect("diplomacy:note", reference, note)
    form, context = forms.Form(request.POST if request.method == "POST" else None), dict[str, Any]()
    if form.is_bound:
        if upload is None or not upload.name:
            form.add_error(None, _("Choose a file."))
        elif (data := bytes_of(upload)) is None:
            form.add_error(None, _("The file is larger than %(most)s MB.") % {"most": MOST_BYTES // 1024**2})
        else:
            context = _compared(form, file, data)
    told = HERE | {"form": form, "note": file} | context
    return show(request, "diplomacy/back.html", found.page, told, 422 if form.errors else 200)


def _compared(form: forms.Form, file: NoteFile, data: bytes) -> dict[str, Any]:
    """What came back, in words; and what accepting it takes."""
    base = content_of(file.id, file.last.number)
    try:
        back = returned.read(data, base)
    except NotReturned as fault:
        form.add_error(None, str(fault))
        return {}
    box = signing.dumps([file.id, file.last.number, contents.dumps(back.content).decode()], salt=SALT, compress=True)
    names = paragraph_names(back.content, base)
    return {
        "compared": True,
        "changed": change_rows(changes(base, back.content), base, back.content),
        "moved": [names[one.paragraph] for one in back.changes if one.how == "moved"],
        "controls_changed": [(names[one.paragraph], one) for one in back.controls_changed],
        "controls_removed": [(names[one.paragraph], one) for one in back.controls_removed],
        "beside": [(IN_WORD[where], words) for where, words in back.beside],
        "accept": Accept(initial={"box": box}),
    }


@require_http_methods(["POST"])
@faults_shown
def accept(request: Request, reference: str, note: UUID) -> HttpResponse:
    """Make what came back the next version."""
    found = notes_of(reference)
    file, form = draft_of(found, note, request), Accept(request.POST)

    def take() -> None:
        try:
            name, base, text = signing.loads(form.cleaned_data["box"], salt=SALT, max_age=86400)
        except signing.BadSignature:
            form.add_error(None, _("What came back is not as it was shown. Bring the file back again."))
            return
        if name != file.id:
            form.add_error(None, _("What came back is of another note."))
            return
        content, why = contents.loads(text.encode()), form.cleaned_data["why"]
        actions.revise(reference, file.id, base, content, "word", why=why, **who(request))

    if written(form, take):
        return redirect("diplomacy:note", reference, note)
    return show(request, "diplomacy/back.html", found.page, HERE | {"form": form, "note": file}, 422)
