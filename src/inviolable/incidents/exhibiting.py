"""What an exhibit is, in words: what it is of, when it came, from whom. Its own name is sealed, so it goes by these."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inviolable.counsel.clocks import day_words
from inviolable.incidents.fold import IncidentState
from inviolable.incidents.place import day_of, zone_of
from inviolable.incidents.terms import Exhibit
from inviolable.incidents.wording import GRADES, example_words
from inviolable.posts.lookup import at_the_ministry, ministry_zone
from inviolable.posts.wording import signed_in_as

#: Kinds of file, as people call them: the whole type, else what stands before its stroke.
MEDIA: dict[str, Promise] = {
    "application/pdf": gettext_lazy("PDF document"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": gettext_lazy("Word document"),
    "text/html": gettext_lazy("web page"),
    "text": gettext_lazy("text"),
    "image": gettext_lazy("picture"),
    "video": gettext_lazy("video"),
    "audio": gettext_lazy("sound recording"),
}


class Called(NamedTuple):
    """What a room says of an exhibit. how: how we have it, where no grade says that: what we made is nobody's gift.
    abroad: what a document calls it that goes out, "" where that is what it is and when we had it; plain: what it is
    there, without whose; dated: of which day it is, "" where that is not told."""

    what: str
    how: str = ""
    abroad: str = ""
    plain: str = ""
    dated: str = ""


_CALLING: list[Callable[[IncidentState], Mapping[str, Called]]] = []


def call_exhibits(calling: Callable[[IncidentState], Mapping[str, Called]]) -> None:
    """Have a room above say what the exhibits are, by their ids, that came by it."""
    _CALLING.append(calling)


def called(state: IncidentState) -> dict[str, Called]:
    """What every exhibit of an incident is, and how we have it."""
    found = {one.id: Called(media_words(one.body.get("media", "")), "") for one in state.exhibits.values()}
    for calling in _CALLING:
        found.update(calling(state))
    return {
        name: told if told.how else told._replace(how=str(GRADES[state.exhibits[name].body["grade"]]))
        for name, told in found.items()
        if name in state.exhibits
    }


def media_words(media: str) -> str:
    """What kind of file it is, as claimed."""
    return str(MEDIA.get(media) or MEDIA.get(media.partition("/")[0]) or _("file"))


def exhibit_lines(state: IncidentState) -> dict[str, str]:
    """Each exhibit in a line, to be chosen by: its number, what it is, when it came, from whom and by whose hand."""
    known, zone = called(state), ministry_zone()
    return {
        one.id: _("Exhibit %(number)s: %(what)s; %(came)s")
        % {"number": number, "what": known[one.id].what, "came": _came(state, one, zone)}
        for number, one in enumerate(state.exhibits.values(), 1)
    }


def annex_words(state: IncidentState, exhibit: str) -> str:
    """An exhibit as a document names it that goes out: what it is, whose and of which day; of what nobody published,
    when it was made, or where nobody knows that, when we had it; and not from whom."""
    told, item = called(state)[exhibit], state.timeline[state.exhibits[exhibit].seq]
    if told.abroad:
        return told.abroad
    what = told.plain or told.what
    named = {"what": what[:1].upper() + what[1:], "day": told.dated}
    if not told.dated and item.happened.end < item.recorded:
        named["day"] = day_words(day_of(item.happened, zone_of(state)))
    if named["day"]:
        return _("%(what)s, %(day)s") % named
    named["day"] = day_words(at_the_ministry(item.recorded).date())
    return _("%(what)s, received on %(day)s") % named


def _came(state: IncidentState, one: Exhibit, zone: ZoneInfo) -> str:
    item = state.timeline[one.seq]
    told = {"day": day_words(item.recorded.astimezone(zone).date()), "who": example_words(one.body.get("from", ""))}
    told["hand"] = _("the system") if item.actor["role"] == "system" else signed_in_as(item.actor["role"])
    if told["who"]:
        return _("received on %(day)s from: %(who)s; added by: %(hand)s") % told
    return _("received on %(day)s; added by: %(hand)s") % told
