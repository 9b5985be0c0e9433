"""Where somebody consents to entry, refuses or withdraws; and where they choose their codes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, cast

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from inviolable.door import codes as own_codes
from inviolable.door import consent as actions
from inviolable.door.models import TOLD, Consent
from inviolable.door.terms import Purpose, Whom, Zone
from inviolable.incidents.fields import Words
from inviolable.incidents.page import actor_of
from inviolable.posts.actions import Refused
from inviolable.posts.consent import Holding
from inviolable.posts.lookup import consent_at, consents_at
from inviolable.posts.models import Post, User
from inviolable.posts.roles import can
from inviolable.posts.waiting import Question
from inviolable.posts.wording import REASONS, role_name

#: For how long somebody can be let in at a touch, in minutes.
MINUTES = [(20, _("20 minutes")), (60, _("1 hour")), (240, _("4 hours"))]
#: Nothing is chosen before somebody chooses it.
UNCHOSEN = ("", _("choose"))


def _code(label: Words, hint: Words = "", *, required: bool = True) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": "off", "inputmode": "numeric"})
    return forms.CharField(label=label, help_text=hint, required=required, max_length=own_codes.MOST, widget=widget)


class Give(forms.Form):
    """To whom the door is opened. holding: of whoever reads, where they may."""

    whom = forms.ChoiceField(label=_("Who may come in"), choices=[UNCHOSEN, *Whom.choices])
    zone = forms.ChoiceField(label=_("Where"))
    purpose = forms.ChoiceField(label=_("For what"), choices=[UNCHOSEN, *Purpose.choices])
    minutes = forms.TypedChoiceField(label=_("For how long"), choices=MINUTES, coerce=int)
    code = _code(_("Your code"))
    asked = forms.CharField(required=False, widget=forms.HiddenInput)
    within = forms.BooleanField()

    def __init__(self, post: Post, user: User, holding: Holding | None, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        here = set(post.zones.values()) & set(Zone.values) or set(Zone.values)
        self.fields["zone"].choices = [UNCHOSEN, *((name, words) for name, words in Zone.choices if name in here)]  # type: ignore[attr-defined]
        if not own_codes.has_chosen(user.person):
            del self.fields["code"]
        if holding is None or not holding.scope:
            del self.fields["within"]
        else:
            said = gettext("This is within what I was named for: %(scope)s") % {"scope": holding.scope}
            self.fields["within"].label = said


class Codes(forms.Form):
    """Two codes of one's own, each typed twice. known: whether there are some already."""

    code = _code(_("Your code so far"))
    ordinary = _code(_("With which you consent"), _("4 to 12 digits, and not one that everybody tries first."))
    ordinary_again = _code(_("The same again"))
    duress = _code(
        _("With which you consent because you are made to"),
        _("The page answers in the same way and the door is shown the same words; the ministry is alarmed at once."),
    )
    duress_again = _code(_("The same again"))

    def __init__(self, known: bool, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        if not known:
            del self.fields["code"]

    def clean(self) -> dict[str, str]:
        """Whoever cannot see what they type types it twice."""
        given = self.cleaned_data
        for name in ("ordinary", "duress"):
            if {name, f"{name}_again"} <= given.keys() and given[name] != given[f"{name}_again"]:
                self.add_error(f"{name}_again", _("This is not the same as above."))
        return given

    def chosen(self) -> dict[str, str]:
        """For the action."""
        return {"code": ""} | {name: given for name, given in self.cleaned_data.items() if "_again" not in name}


def _say_why(form: forms.Form, fault: Refused) -> None:
    form.add_error("code" if isinstance(fault, own_codes.WrongCode) and "code" in form.fields else None, str(fault))


@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: HttpRequest, slug: str) -> HttpResponse:
    """What is asked at a post's door, who is let in now, and the way to let somebody in."""
    post, user, now = get_object_or_404(Post, slug=slug), cast("User", request.user), _now(request)
    initial = {name: request.GET.get(name, "") for name in Give.base_fields if name != "within"}
    form = Give(post, user, _held(post, user, now), request.POST or None, initial={**initial, "minutes": "20"})
    if request.method == "POST" and form.is_valid():
        try:
            actions.give(slug, **form.cleaned_data, person=user.person, actor=actor_of(user), now=now)
        except Refused as fault:
            _say_why(form, fault)
        else:
            return redirect(f"{reverse('door:consent', args=[slug])}#let-in")
    return _show(request, post, form)


def _held(post: Post, user: User, now: datetime) -> Holding | None:
    """By what whoever reads may consent there."""
    return next((one for one, _why in consent_at(post, now).people if user.person and one.person == user.person), None)


@require_POST
def answer(request: HttpRequest, slug: str, name: str, answer: str) -> HttpResponse:
    """Say no to what is asked, or take back what was given."""
    post, user, now = get_object_or_404(Post, slug=slug), cast("User", request.user), _now(request)
    ways = {"refuse": actions.refuse, "withdraw": actions.withdraw}
    if answer not in ways:
        raise Http404
    try:
        ways[answer](slug, name, person=user.person, actor=actor_of(user), now=now)
    except Refused as fault:
        return _show(request, post, Give(post, user, _held(post, user, now)), str(fault))
    return redirect("door:consent", slug)


@require_http_methods(["GET", "HEAD", "POST"])
def codes(request: HttpRequest) -> HttpResponse:
    """The two codes of whoever is signed in."""
    user, now = cast("User", request.user), _now(request)
    known = own_codes.has_chosen(user.person)
    form = Codes(known, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            own_codes.choose(user.person, **form.chosen(), actor=actor_of(user), now=now)
        except Refused as fault:
            _say_why(form, fault)
        else:
            return redirect(f"{reverse('door:codes')}?kept=yes")
    told = {"form": form, "known": known, "kept": "kept" in request.GET, "posts": consents_at(user.person, now)}
    return render(request, "door/codes.html", told, status=422 if form.errors else 200)


def _show(request: HttpRequest, post: Post, form: Give, fault: str = "") -> HttpResponse:
    now, user = _now(request), cast("User", request.user)
    held = consent_at(post, now)
    rows = [_row(one, now, can(user, "see", "duress")) for one in actions.standing(post.slug, now)]
    context = {
        "post": post,
        "form": form,
        "fault": fault,
        "who": [(role_name(one.role), REASONS[why], one.scope) for one, why in held.people],
        "nobody": REASONS[held.why] if held.why else "",
        "waiting": [row for row in rows if row["open"]],
        "standing": [row for row in rows if row["stands"]],
        "over": [row for row in rows if not row["open"] and not row["stands"]],
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
        "open": one.waits(now),
        "forced": one.forced and sees_duress,
    }


def questions(user: User, now: datetime) -> Iterator[Question]:
    """What waits at a door for an answer of somebody."""
    asked = Consent.objects.filter(given=None, refused=None, asked__gt=now - TOLD)
    posts = {post.slug: post for post in consents_at(user.person, now)} if asked.exists() else {}
    for one in asked.filter(post__in=posts):
        told = {"whom": Whom(one.whom).label, "zone": Zone(one.zone).label, "post": posts[one.post].name}
        words = gettext("At the door of %(post)s somebody asks whether %(whom)s may come in (%(zone)s): answer")
        yield Question(words % told, f"{reverse('door:consent', args=[one.post])}#waiting", one.asked)


def _now(request: HttpRequest) -> datetime:
    return cast("datetime", request.now)  # type: ignore[attr-defined]
