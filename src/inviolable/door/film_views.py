"""What a post may record of what is said at its door: the decision of the legal adviser, and the sign to hang up."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from inviolable.counsel.page import Request
from inviolable.door import film
from inviolable.door.models import Rule
from inviolable.door.terms import Consenting, Sound
from inviolable.incidents.page import actor_of
from inviolable.posts.actions import Refused
from inviolable.posts.models import Post
from inviolable.posts.roles import can


class Decision(forms.Form):
    """What the law of the place asks for, and what is recorded."""

    law = forms.ChoiceField(label=_("Who must agree, by the law of the place"), choices=Consenting.choices)
    sound = forms.ChoiceField(label=_("What is recorded besides the picture"), choices=Sound.choices)
    why = forms.CharField(label=_("Why"), help_text=_("The statute, and who looked it up."), max_length=300)


@require_safe
def rule(request: Request, slug: str) -> HttpResponse:
    """What a post may record, since when, and its sign."""
    return _show(request, get_object_or_404(Post, slug=slug))


@require_POST
def decide(request: Request, slug: str) -> HttpResponse:
    """Decide it anew."""
    post, form = get_object_or_404(Post, slug=slug), Decision(request.POST)
    if form.is_valid():
        try:
            film.decide(slug, **form.cleaned_data, actor=actor_of(request.user), now=request.now)
        except Refused as fault:
            form.add_error(None, str(fault))
        else:
            return redirect("door:recording", slug)
    return _show(request, post, form)


def _show(request: Request, post: Post, form: Decision | None = None) -> HttpResponse:
    known = Rule.objects.filter(post=post.slug).first()
    sound = Sound(known.sound if known else Sound.OFF)
    context = {
        "post": post,
        "known": known,
        "law": Consenting(known.law if known else Consenting.UNKNOWN).label,
        "sound": sound.label,
        "signs": [(language, *_sign(language, sound)) for language in _languages(post)],
        "may_decide": can(request.user, "decide", "recording"),
        "form": form or Decision(initial={"law": known.law, "sound": known.sound} if known else None),
    }
    return render(request, "door/recording.html", context, status=422 if form else 200)


def _languages(post: Post) -> list[str]:
    """Of the sign: that of whoever stands outside first."""
    known = [code for code, _name in settings.LANGUAGES]
    return sorted(known, key=lambda code: (code != post.host_language, code))


def _sign(language: str, sound: Sound) -> tuple[str, str]:
    """The two sentences of the sign."""
    with override(language):
        picture = gettext("This entrance is filmed. What is filmed is kept only when help is called, sealed.")
        if sound == Sound.OFF:
            return picture, gettext("No sound is recorded.")
        return picture, gettext("Sound is recorded as well.")
