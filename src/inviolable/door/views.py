"""The tablet's page, the same for everybody and without a word about anybody; and the page of a post's devices."""

from __future__ import annotations

from datetime import datetime
from importlib.resources import files
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from inviolable.door import actions
from inviolable.door.models import Device, Spoken
from inviolable.incidents.page import actor_of
from inviolable.posts.actions import Refused
from inviolable.posts.lookup import works_elsewhere
from inviolable.posts.models import Post, User
from inviolable.posts.roles import can

#: Of all pages only this one may film.
PERMISSIONS = "camera=(self), geolocation=(), microphone=(self), payment=(), usb=()"
BUILT = files("inviolable.door") / "static" / "door"


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The page of the door. Who asks does not matter: nothing in it is anybody's, so that a device may keep it."""
    if not (BUILT / "door.js").is_file():
        said = _("The page of the door is not built: install Node.js 20 or later, then run `make setup`.")
        return render(request, "door/missing.html", {"said": said}, status=503)
    answer = render(request, "door/door.html")
    answer.headers["Cache-Control"] = "no-cache"
    answer.headers["Permissions-Policy"] = PERMISSIONS
    return answer


@require_safe
def worker(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """What answers for the page while there is no network."""
    built = BUILT / "worker.js"
    if not built.is_file():
        return HttpResponse(status=404)
    headers = {"Cache-Control": "no-cache"}
    return HttpResponse(built.read_bytes(), content_type="text/javascript; charset=utf-8", headers=headers)


@require_safe
def devices(request: HttpRequest, slug: str) -> HttpResponse:
    """Which devices a post has, when each was heard last, and how a new one is enrolled."""
    return _show(request, get_object_or_404(Post, slug=slug))


@require_POST
def approve(request: HttpRequest, slug: str) -> HttpResponse:
    """Whoever is in charge of the post types in the code that a tablet shows."""
    user, post = cast("User", request.user), get_object_or_404(Post, slug=slug)
    code, name = request.POST.get("code", ""), request.POST.get("name", "").strip()
    try:
        actions.approve(code, slug, name, person=user.person, actor=actor_of(user), now=_now(request))
    except Refused as fault:
        return _show(request, post, str(fault), {"code": code, "name": name})
    return redirect("door:devices", slug)


@require_POST
def cut_off(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """A tablet that was taken, or is not used any more, says nothing that counts from now on."""
    user, post = cast("User", request.user), get_object_or_404(Post, slug=slug)
    device = get_object_or_404(Device, key=key, post=slug)
    if works_elsewhere(user, slug, _now(request)):
        return _show(request, post, _("Whoever works at another post cannot cut this device off; headquarters can."))
    try:
        actions.cut_off(device.key, request.POST.get("why", ""), actor=actor_of(user), now=_now(request))
    except Refused as fault:
        return _show(request, post, str(fault))
    return redirect("door:devices", slug)


def _show(request: HttpRequest, post: Post, fault: str = "", typed: dict[str, str] | None = None) -> HttpResponse:
    user = cast("User", request.user)
    heard = dict(Spoken.objects.values_list("key", "at"))
    rows = [(one, heard.get(one.key)) for one in Device.objects.filter(post=post.slug).order_by("-since", "key")]
    context = {
        "post": post,
        "devices": [(one, at) for one, at in rows if not one.cut],
        "former": [(one, at) for one, at in rows if one.cut],
        "may_enrol": can(user, "enrol", "device"),
        "may_cut_off": can(user, "cut off", "device"),
        "fault": fault,
        "typed": typed or {},
    }
    return render(request, "door/devices.html", context, status=422 if fault else 200)


def _now(request: HttpRequest) -> datetime:
    return cast("datetime", request.now)  # type: ignore[attr-defined]
