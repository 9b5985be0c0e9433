"""What is taken along on paper: the brief, and what is learnt afterwards. Each as PDF and as Word, in each language."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.utils import translation
from django.views.decorators.http import require_safe

from inviolable.counsel.page import Request, faults_shown, reading
from inviolable.documents import sheet
from inviolable.incidents.aftermath import aftermath
from inviolable.incidents.brief import brief as make_brief
from inviolable.incidents.doors import opinions_of
from inviolable.incidents.page import existing, show
from inviolable.law.lawfile import LANGUAGES

MEDIA = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@require_safe
@faults_shown
def brief(request: Request, reference: str, form: str) -> HttpResponse:
    """One page: what is verified, what is not known, what was done, what is next."""
    page, language = existing(reference), _language(request)
    sheets = {}
    for each in LANGUAGES:
        with translation.override(each):
            told = opinions_of(page.incident, each)
            opinions = [(part, told.get(part)) for part in page.state.parts]
            sheets[each] = make_brief(page.incident, page.state, opinions, each, request.now, request.user)
    made, pdf = sheet.one_page(sheets, language, request.now)
    return _paper(form, f"{reference}-brief-{language}", lambda: pdf, lambda: sheet.word(made, language, request.now))


@require_safe
@faults_shown
def after(request: Request, reference: str) -> HttpResponse:
    """What the record says of how it went."""
    page = existing(reference)
    made = aftermath(page.incident, page.state, reading(), request.now)
    return show(request, "after.html", page, {"here": "", "sheet": made})


@require_safe
@faults_shown
def after_paper(request: Request, reference: str, form: str) -> HttpResponse:
    """The same to take along."""
    page, language = existing(reference), _language(request)
    with translation.override(language):
        made = aftermath(page.incident, page.state, language, request.now)
        told = (made, language, request.now)
        return _paper(form, f"{reference}-after-{language}", lambda: sheet.pdf(*told), lambda: sheet.word(*told))


def _language(request: Request) -> str:
    language = request.GET.get("lang", reading())
    if language not in LANGUAGES:
        raise Http404
    return language


def _paper(form: str, name: str, pdf: Callable[[], bytes], word: Callable[[], bytes]) -> HttpResponse:
    if form not in MEDIA:
        raise Http404
    return HttpResponse(
        pdf() if form == "pdf" else word(),
        content_type=MEDIA[form],
        headers={"Content-Disposition": f'attachment; filename="{name}.{form}"'},
    )
