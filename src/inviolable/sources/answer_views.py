"""The page of their claims and our proof, and the form that puts one beside the other."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from inviolable.counsel.clocks import day_words
from inviolable.counsel.page import Request, faults_shown, reading
from inviolable.incidents.exhibiting import media_words
from inviolable.incidents.fields import lines
from inviolable.incidents.page import show
from inviolable.incidents.wording import happened_words
from inviolable.incidents.writing import written
from inviolable.posts.roles import can
from inviolable.sources.answering import answer as record_answer
from inviolable.sources.page import Sources, sources_of, who
from inviolable.sources.theirs import Proof, Theirs
from inviolable.sources.theirs import proofs as proofs_of
from inviolable.sources.theirs import theirs as theirs_of
from inviolable.sources.wording import STANCES

HERE = "sources:theirs"


class Answer(forms.Form):
    """Which exhibit, and what it is to the statement."""

    exhibit = forms.ChoiceField(label=gettext_lazy("Which exhibit?"), widget=forms.RadioSelect)
    stance = forms.ChoiceField(
        label=gettext_lazy("What is it to the statement?"), choices=list(STANCES.items()), widget=forms.RadioSelect
    )
    why = lines(gettext_lazy("What does it show?"), gettext_lazy("Not sealed; no names of people."))

    def __init__(self, found: Sources, request: Request) -> None:
        super().__init__(request.POST if request.method == "POST" else None)
        choices = [(one.exhibit, proof_words(one)) for one in proofs_of(found.page.state)]
        self.fields["exhibit"].choices = choices  # type: ignore[attr-defined]


@require_safe
@faults_shown
def theirs(request: Request, reference: str) -> HttpResponse:
    """What they said, day by day, and what stands beside it."""
    found = sources_of(reference)
    rows = [_row(one) for one in theirs_of(found.page.state, found.shelf, reading())]
    context = {"here": HERE, "rows": rows, "may_answer": can(request.user, "answer", "claim")}
    return show(request, "sources/theirs.html", found.page, context)


@require_http_methods(["GET", "HEAD", "POST"])
@faults_shown
def answer(request: Request, reference: str, claim: int) -> HttpResponse:
    """Put an exhibit beside one of their statements."""
    found = sources_of(reference)
    one = next((it for it in theirs_of(found.page.state, found.shelf, reading()) if it.claim == str(claim)), None)
    if one is None:
        raise Http404
    form = Answer(found, request)

    def take() -> None:
        given = form.cleaned_data
        record_answer(reference, one.claim, given["exhibit"], given["stance"], why=given["why"], **who(request))

    if form.is_bound and written(form, take):
        return redirect(HERE, reference)
    context = {"here": HERE, "form": form, "row": _row(one)}
    return show(request, "sources/answer.html", found.page, context, 422 if form.is_bound else 200)


def proof_words(proof: Proof) -> str:
    """An exhibit in a line: what it is, from whom, when it was made, and how long before the incident that was."""
    told = [media_words(proof.media), proof.source, happened_words(proof.made), before_words(proof)]
    return " · ".join([*filter(None, told), proof.sha256[:12]])


def before_words(proof: Proof) -> str:
    """How long before the incident it was made, "" where it was not."""
    if proof.before is None:
        return ""
    if proof.before == 0:
        return _("made before the incident")
    words = ngettext("%(days)s day before the incident", "%(days)s days before the incident", proof.before)
    return words % {"days": proof.before}


def _row(one: Theirs) -> dict[str, Any]:
    sides = {side: [link for link in one.links if link.stance == side] for side in ("against", "for")}
    return {
        "claim": one,
        "day": day_words(date.fromisoformat(one.day)) if one.day else "",
        "sides": [(STANCES[side], [(proof_words(it.proof), it) for it in links]) for side, links in sides.items()],
    }
