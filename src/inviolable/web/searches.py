"""Whoever looks for words that may be a person says why first; that they did is an entry, before anything is found."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final, cast
from urllib.parse import parse_qs, urlsplit

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from inviolable.incidents.fields import line
from inviolable.incidents.searching import terms, words_of_titles
from inviolable.incidents.wording import moment_words, who_words
from inviolable.law.lawfile import LANGUAGES
from inviolable.law.words import texts
from inviolable.ledger import canonical
from inviolable.ledger.models import Entry
from inviolable.ledger.moments import read
from inviolable.posts.actions import record_search
from inviolable.posts.models import Post, Search, User
from inviolable.web import unusual
from inviolable.web.entrance import next_of

#: Pages that find something by words, and which of what is asked there holds them.
SEARCHES: Final = {"incidents:list": "q", "incidents:export": "q"}
#: Seconds for which a reason holds; within them each search is recorded all the same.
HOLDS: Final = 30 * 60
REASON: Final = "reason to search"
ORDINARY: Final = files("inviolable.web") / "ordinary"
#: How many words the longest ordinary phrase has.
LONGEST: Final = 5
#: Numbers that are told of any event; a longer one may be a telephone, a badge, an identity card.
DAY_OR_YEAR: Final = re.compile(r"0?[1-9]|[12][0-9]|3[01]|(19|20)[0-9][0-9]")


class Why(forms.Form):
    """What is asked first."""

    reason = line(_("Why"), _("It is recorded with your role; write no names here."), required=True)


class ReasonFirst:
    """Stands before every page of SEARCHES."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Nothing to do here: which page is meant is known only in `process_view`."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponse | None:  # fmt: skip
        """Ask, or record; where it cannot be recorded nothing is found."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        wanted = request.GET.get(SEARCHES.get(name, ""), "").strip()
        if not (wanted and may_be_a_person(wanted)):
            return None
        now, given = request.now, request.session.get(REASON)  # type: ignore[attr-defined]
        if not given or not 0 <= now.timestamp() - given["at"] < HOLDS:
            return asked(request, Why(), request.get_full_path(), 200, strange_words(wanted))
        if given["last"] != wanted:  # The next page of what was found is no other search.
            record_search(cast("User", request.user), name, wanted, given["why"], now=now)
            request.session[REASON] = given | {"last": wanted}
        return None


def asked(request: HttpRequest, form: Why, address: str, status: int, strange: Sequence[str]) -> HttpResponse:
    """The page that asks for the reason, and leads on to the search. strange: the words that it is asked for."""
    told = {"form": form, "next": address, "strange": strange}
    return render(request, "web/search_reason.html", told, status=status)


@require_POST
def why(request: HttpRequest) -> HttpResponse:
    """Keep the reason for a while, and go on."""
    form = Why(request.POST)
    if not form.is_valid():
        wanted = parse_qs(urlsplit(next_of(request)).query).get("q", [""])[0]
        return asked(request, form, next_of(request), 422, strange_words(wanted))
    given = {"why": form.cleaned_data["reason"], "at": request.now.timestamp(), "last": ""}  # type: ignore[attr-defined]
    request.session[REASON] = given
    return redirect(next_of(request))


@require_safe
def every(request: HttpRequest) -> HttpResponse:
    """Who looked for what, and why; the newest first."""
    sheet = Paginator(Entry.objects.filter(kind="search.made").order_by("-pk"), 50).get_page(request.GET.get("page"))
    entries = [canonical.decode(bytes(one.line)) for one in sheet]
    kept = Search.objects.select_related("user").in_bulk([one["body"]["search"] for one in entries])
    by_id = {str(name): one for name, one in kept.items()}
    rows = [
        {
            "when": moment_words(read(one["recorded"])),
            "who": who_words(one["actor"]),
            "search": by_id.get(one["body"]["search"]),
            "reason": one["body"]["reason"],
        }
        for one in entries
    ]
    return render(request, "web/searches.html", {"rows": rows, "sheet": sheet, "notices": unusual.rows()})


def strange_words(wanted: str) -> list[str]:
    """The words that may be a person's: of no title, no post, no law, none of the ordinary ones of this work, no date.

    A phrase of the ordinary ones counts as a whole: San Antonio is a city, Antonio may be somebody.
    """
    words = [word for word in _without_phrases(terms(wanted)) if not DAY_OR_YEAR.fullmatch(word)]
    for known in (_of_the_law, _of_the_posts, words_of_titles):
        words = [word for word in words if not {word, f"{word}s"} & known()] if words else []
    return words


def may_be_a_person(wanted: str) -> bool:
    """Whether any of its words may be a person's."""
    return bool(strange_words(wanted))


def _without_phrases(words: list[str]) -> list[str]:
    left, at = [], 0
    while at < len(words):
        long = next((n for n in range(LONGEST, 0, -1) if tuple(words[at : at + n]) in _ordinary()), 0)
        left += [] if long else [words[at]]
        at += long or 1
    return left


@cache
def _ordinary() -> frozenset[tuple[str, ...]]:
    """The ordinary words, as they are looked for; of each language (ordinary/)."""
    lines = (line for name in LANGUAGES for line in ORDINARY.joinpath(f"{name}.txt").read_text("utf-8").splitlines())
    return frozenset(tuple(terms(line)) for line in lines if not line.startswith("#"))


def _of_the_posts() -> set[str]:
    rows = Post.objects.values_list("slug", "name", "city", "post_class")
    return {word for row in rows for word in terms(" ".join(row))}


@cache
def _of_the_law() -> frozenset[str]:
    return frozenset(word for language in LANGUAGES for said in _said(texts(language)) for word in terms(said))


def _said(told: Any) -> Iterator[str]:
    if isinstance(told, str):
        yield told
    elif isinstance(told, Mapping):
        for value in told.values():
            yield from _said(value)
