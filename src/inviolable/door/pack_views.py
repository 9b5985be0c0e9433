"""The page of a post's paper pack: when it was printed, whether it is still good, and the sheets themselves."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from inviolable.counsel.page import Request
from inviolable.door.pack import STANDINGS, Standing, last_print, pack_of, standing
from inviolable.door.pack_actions import print_pack
from inviolable.incidents.page import actor_of
from inviolable.posts.actions import Refused
from inviolable.posts.lookup import works_elsewhere
from inviolable.posts.models import Post
from inviolable.posts.roles import can


@require_safe
def paper(request: Request, slug: str) -> HttpResponse:
    """When the pack of a post was printed last, and whether it is still good."""
    return _show(request, get_object_or_404(Post, slug=slug))


@require_POST
def print_out(request: Request, slug: str) -> HttpResponse:
    """The PDF, recorded as printed. Numbers of staff are in it, so a post prints its own only."""
    post, language = get_object_or_404(Post, slug=slug), request.POST.get("language", "")
    if works_elsewhere(request.user, slug, request.now):
        return _show(request, post, _("Whoever works at another post cannot print this one; headquarters can."))
    if language not in dict(settings.LANGUAGES):
        return _show(request, post, _("Choose one of the languages."))
    try:
        pack = pack_of(post, language, request.now)
        pdf = print_pack(pack, actor=actor_of(request.user), now=request.now)
    except Refused as fault:
        return _show(request, post, str(fault))
    headers = {"Content-Disposition": f'attachment; filename="{slug}-{pack.version}-{language}.pdf"'}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


def _show(request: Request, post: Post, fault: str = "") -> HttpResponse:
    try:
        state = standing(post, request.now)
        good, words = state == Standing.GOOD, str(STANDINGS[state])
    except Refused as cannot:
        good, words = False, str(cannot)
    context = {
        "post": post,
        "fault": fault,
        "printed": last_print(post),
        "good": good,
        "state": words,
        "may_print": can(request.user, "print", "paper"),
        "languages": settings.LANGUAGES,
        "reading": (get_language() or "en")[:2],
    }
    return render(request, "door/paper.html", context, status=422 if fault else 200)
