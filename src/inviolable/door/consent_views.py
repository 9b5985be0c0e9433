"""Where somebody consents to entry, refuses or withdraws; and where they choose their codes."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from inviolable.door import consent as actions
from inviolable.door.models import Code, Consent
from inviolable.door.terms import Purpose, Whom, Zone
from inviolable.incidents.fields import Words
from inviolable.incidents.page import actor_of
from inviolable.posts.actions import Refused
from inviolable.posts.lookup import consent_at
from inviolable.posts.models import Post, User
from inviolable.posts.roles import can
from inviolable.posts.wording import REASONS, role_name

#: For how long somebody can be let in at a touch, in minutes.
MINUTES = [(20, _("20 minutes")), (60, _("1 hour")), (240, _("4 hours"))]


def _code(label: Words, hint: Words = "", *, required: bool = True) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": "off", "inputmode": "numeric"})
    return forms.CharField(label=label, help_text=hint, required=required, max_length=actions.MOST, widget=widget)


class Give(forms.Form):
    """To whom the door is opened."""

    whom = forms.ChoiceField(label=_("Who may come in"), choices=Whom.choices)
    zone = forms.ChoiceField(label=_("Where"), choices=Zone.choices)
    purpose = forms.ChoiceField(label=_("For what"), choices=Purpose.choices)
    minutes = forms.TypedChoiceField(label=_("For how long"), choices=MINUTES, coerce=int)
    code = _code(_("Your code"), _("Where you have chosen codes."), required=False)
    asked = forms.CharField(required=False, widget=forms.HiddenInput)


class Codes(forms.Form):
    """Two codes of one's own."""

    code = _code(_("Your code so far"), _("Where you have chosen codes."), required=False)
    ordinary = _code(_("With which you consent"))
    duress = _code(
        _("With which you consent because you are made to"),
        _("The page answers in the same way and the door is shown the same words; the ministry is alarmed at once."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: HttpRequest, slug: str) -> HttpResponse:
    """What is asked at a post's door, who is let in now, and the way to let somebody in."""
    post, user, now = get_object_or_404(Post, slug=slug), cast("User", request.user), _now(request)
    form = Give(request.POST or None, initial={name: request.GET.get(name, "") for name in Give.base_fields})
    if request.method == "POST" and form.is_valid():
        try:
            actions.give(slug, **form.cleaned_data, person=user.person, actor=actor_of(user), now=now)
        except Refused as fault:
            form.add_error(None, str(fault))
        else:
            return redirect("door:consent", slug)
    return _show(request, post, form)


@require_POST
def answer(request: HttpRequest, slug: str, name: str, answer: str) -> HttpResponse:
    """Say no to what is asked, or take back what was given."""
    post, user = get_object_or_404(Post, slug=slug), cast("User", request.user)
    ways = {"refuse": actions.refuse, "withdraw": actions.withdraw}
    if answer not in ways:
        raise Http404
    try:
        ways[answer](slug, name, person=user.person, actor=actor_of(user), now=_now(request))
    except Refused as fault:
        return _show(request, post, Give(), str(fault))
    return redirect("door:consent", slug)


@require_http_methods(["GET", "HEAD", "POST"])
def codes(request: HttpRequest) -> HttpResponse:
    """The two codes of whoever is signed in."""
    user = cast("User", request.user)
    form = Codes(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.choose_codes(user.person, **form.cleaned_data, actor=actor_of(user), now=_now(request))
        except Refused as fault:
            form.add_error(None, str(fault))
        else:
            return redirect("door:codes")
    known = Code.objects.filter(person=user.person).exists()
    return render(request, "door/codes.html", {"form": form, "known": known}, status=422 if form.errors else 200)


def _show(request: HttpRequest, post: Post, form: Give, fault: str = "") -> HttpResponse:
    now = _now(request)
    held = consent_at(post, now)
    found = [
        _row(one, now, can(cast("User", request.user), "see", "duress")) for one in actions.standing(post.slug, now)
    ]
    context = {
        "post": post,
        "form": form,
        "fault": fault,
        "who": [(role_name(one.role), REASONS[why], one.scope) for one, why in held.people],
        "nobody": REASONS[held.why] if held.why else "",
        "rows": found,
    }
    return render(request, "door/consent.html", context, status=422 if fault or form.errors else 200)


def _row(one: Consent, now: datetime, sees_duress: bool) -> dict[str, object]:
    """A question or a consent in words."""
    return {
        "it": one,
        "whom": Whom(one.whom).label,
        "zone": Zone(one.zone).label,
        "purpose": Purpose(one.purpose).label,
        "role": role_name(one.role) if one.role else "",
        "stands": one.stands(now),
        "open": not one.given and not one.refused,
        "forced": one.forced and sees_duress,
    }


def _now(request: HttpRequest) -> datetime:
    return cast("datetime", request.now)  # type: ignore[attr-defined]
