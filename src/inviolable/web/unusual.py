"""Somebody searches, opens or hands out far more in a day than is usual: that is noticed, and a person judges it.

It stops nobody, since in the worst night much is opened; but it is never unseen (hostile 9: our own side).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple, cast
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from inviolable.incidents.wording import kind_words, moment_words, who_words
from inviolable.ledger import canonical
from inviolable.ledger.actions import INSTALLATION, SYSTEM, append, lock_stream
from inviolable.ledger.models import Entry
from inviolable.ledger.moments import read, written
from inviolable.outbox import actions as outbox
from inviolable.outbox.actions import Letter
from inviolable.posts.lookup import accounts, quiet_way, same_person, ways_of
from inviolable.posts.models import User
from inviolable.posts.roles import can
from inviolable.posts.waiting import Question

#: What is counted, and how often one person does it in a day before it is noticed.
USUAL: Final[Mapping[str, int]] = {
    "search.made": 20,
    "exhibit.opened": 12,
    "field.disclosed": 3,
    "dossier.exported": 3,
    "subject.erased": 3,
}
DAY: Final = timedelta(days=1)


class Unusual(NamedTuple):
    """Somebody's day. what: the kind of entry; who: an actor of entries."""

    what: str
    who: Mapping[str, str]
    number: int


def unusual(entries: Iterable[Mapping[str, Any]]) -> list[Unusual]:
    """Who did what more often than is usual, by the entries of one day; what is done by itself is nobody's. Pure."""
    done = [entry for entry in entries if entry["actor"]["role"] != SYSTEM["role"]]
    who = {entry["actor"]["id"]: entry["actor"] for entry in done}
    counted = Counter((entry["kind"], entry["actor"]["id"]) for entry in done)
    return [Unusual(kind, who[name], number) for (kind, name), number in counted.items() if number > USUAL[kind]]


def look(now: datetime) -> int:
    """Notice what is unusual in the day before `now`, each person and kind once a day; how many. Tells who audits."""
    if not _new(now):
        return 0
    with transaction.atomic():
        lock_stream(INSTALLATION)  # Of several processes that look, one notices.
        found = _new(now)
        for one in found:
            notice = str(uuid4())
            told = {"notice": notice, "by": one.who["id"], "role": one.who["role"], "what": one.what}
            body = {**told, "number": one.number, "from": written(now - DAY)}
            append(INSTALLATION, "reading.noticed", body, actor=SYSTEM, now=now)
            outbox.send_all(list(_letters(notice)), stream=INSTALLATION, crash="resend", actor=SYSTEM, now=now)
    return len(found)


def _new(now: datetime) -> list[Unusual]:
    known = {(one["body"]["what"], one["body"]["by"]) for one in _since(now - DAY, ["reading.noticed"])}
    return [one for one in unusual(list(_since(now - DAY, list(USUAL)))) if (one.what, one.who["id"]) not in known]


def _since(moment: datetime, kinds: list[str]) -> Iterator[dict[str, Any]]:
    """The entries of these kinds that were recorded after a moment, the newest first."""
    lines = Entry.objects.filter(kind__in=kinds).order_by("-pk").values_list("line", flat=True)
    for line in lines.iterator(chunk_size=100):
        entry = canonical.decode(bytes(line))
        if read(entry["recorded"]) <= moment:
            return
        yield entry


def _letters(notice: str) -> Iterator[Letter]:
    """One to everybody who audits and can be reached; it names nobody and nothing."""
    people = [user.person for user in User.objects.filter(is_active=True) if can(user, "read", "search")]
    for person, ways in ways_of(filter(None, people)).items():
        if way := quiet_way(ways):
            context = {"link": f"{settings.ADDRESS}{reverse('searches')}"}
            yield Letter(f"{notice}/{person}/{way}", person, way, "unusual", context)


# ---- whoever judges it -------------------------------------------------------------------------


def notices() -> dict[str, tuple[Mapping[str, Any], Mapping[str, Any] | None]]:
    """Every notice by its id, the newest first, with the entry of whoever judged it."""
    rows = Entry.objects.filter(stream=INSTALLATION, kind__in=("reading.noticed", "reading.judged")).order_by("pk")
    entries = [canonical.decode(bytes(one.line)) for one in rows]
    judged = {one["body"]["notice"]: one for one in entries if one["kind"] == "reading.judged"}
    made = [one for one in reversed(entries) if one["kind"] == "reading.noticed"]
    return {one["body"]["notice"]: (one, judged.get(one["body"]["notice"])) for one in made}


def rows() -> list[dict[str, Any]]:
    """The same in words."""
    return [
        {
            "notice": name,
            "what": kind_words(made["body"]["what"]),
            "number": made["body"]["number"],
            "who": who_words({"role": made["body"]["role"], "id": made["body"]["by"]}),
            "when": moment_words(read(made["recorded"])),
            "judged": judged and (who_words(judged["actor"]), judged["body"]["why"]),
        }
        for name, (made, judged) in notices().items()
    ]


def questions(user: User, _now: datetime) -> Iterator[Question]:
    """What nobody has judged yet, for whoever may and is not the one it is about."""
    if can(user, "read", "search"):
        whose = accounts()
        for made, judged in notices().values():
            if judged is None and not same_person({"id": made["body"]["by"]}, user.actor, whose):
                words = _("Somebody reads or hands out far more than is usual. Look at it.")
                yield Question(words, reverse("searches"), read(made["recorded"]))


@require_POST
def judge(request: HttpRequest, notice: UUID) -> HttpResponse:
    """Say what it was."""
    user, why = cast("User", request.user), request.POST.get("why", "").strip()[:2000]
    made, judged = notices().get(str(notice), (None, None))
    if made is None:
        raise Http404
    if judged is None and why and not same_person({"id": made["body"]["by"]}, user.actor):
        with transaction.atomic():
            body = {"notice": str(notice), "why": why}
            append(INSTALLATION, "reading.judged", body, actor=user.actor, now=request.now)  # type: ignore[attr-defined]
    return redirect("searches")
