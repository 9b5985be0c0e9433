"""What stops a note, in words: which paragraph, what is put right on which page, and who may do it there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy

from inviolable.diplomacy.drafting.offered import blank_name, by_hand
from inviolable.diplomacy.file import DRAFT, NoteFile
from inviolable.diplomacy.shown import CODES, paragraph_names
from inviolable.diplomacy.terms import Content, Stop, Value
from inviolable.diplomacy.words import marks
from inviolable.incidents.wording import charged
from inviolable.law.vocabulary import vocabulary
from inviolable.posts.models import User
from inviolable.posts.roles import MAY, Role, can

#: How many words of a paragraph stand for it in a list.
MOST_NAMED = 9


class Way(NamedTuple):
    """How something is put right. page: name of the address, "" for the note itself; who: (verb, thing) of roles."""

    words: Promise
    page: str
    who: tuple[str, str]
    at: str = ""


DRAFTS = ("draft", "note")
CONFIRM = Way(gettext_lazy("Confirm the fact"), "incidents:facts", ("confirm", "fact"))
WITHDRAW = Way(gettext_lazy("Withdraw what is wrong"), "incidents:facts", ("confirm", "fact"), "#contested")
DECIDE = Way(gettext_lazy("Decide on the statement at its source"), "sources:list", ("confirm", "fact"))
REVIEW = Way(gettext_lazy("Review and sign what this note rests on"), "diplomacy:review", ("sign", "pack"))
VERIFY = Way(gettext_lazy("Read where it comes from"), "counsel:law", ("sign", "pack"))
REFRESH = Way(gettext_lazy("Take the facts as they are now"), "", DRAFTS, "#next")
REDRAFT = Way(gettext_lazy("Draft it again; what was changed by hand goes"), "", DRAFTS, "#next")
EDIT = Way(gettext_lazy("Edit the paragraph"), "diplomacy:edit", DRAFTS)
LEAVE = Way(gettext_lazy("Leave the paragraph out"), "diplomacy:edit", DRAFTS)
HEAD = Way(gettext_lazy("Edit what stands above the paragraphs"), "diplomacy:edit", DRAFTS)
BACK = Way(gettext_lazy("Send it back first"), "", ("approve", "note"), "#next")
#: What is put right elsewhere than in the words of the note, or there as well.
WAYS = {
    "contested": (WITHDRAW, EDIT),
    "did": (CONFIRM, EDIT),
    "gone": (REDRAFT, EDIT),
    "memory": (VERIFY, EDIT),
    "outdated": (REFRESH, EDIT),
    "sender": (),
    "speaker": (DECIDE,),
    "unmarked": (REDRAFT, EDIT, LEAVE),
    "unreviewed": (REVIEW,),
}


def stop_rows(
    user: User, reference: str, file: NoteFile, content: Content, stopping: Iterable[Stop]
) -> list[dict[str, Any]]:
    """What stops a note, by how it is put right: where each was found, what, and the ways; first what is in none.

    What is put right at one place is one row. A way is told with who may take it, where the user may not.
    """
    names, texts = paragraph_names(content), marks.plain(content, content.language)
    found: dict[tuple[tuple[str, str], ...], dict[str, Any]] = {}
    for one in stopping:
        begins = Truncator(texts.get(one.paragraph, "")).words(MOST_NAMED)
        place = {"paragraph": one.paragraph, "where": names.get(one.paragraph, ""), "begins": begins, "says": one.says}
        ways = list(_ways(user, reference, file, content, one))
        same = tuple((str(way["words"]), way["address"] or one.paragraph) for way in ways)
        row = {"name": CODES.get(one.code, one.code), "ways": ways, "places": []}
        found.setdefault((("code", one.code), *same), row)["places"].append(place)
    return list(found.values())


def roles_words(verb: str, thing: str) -> str:
    """Who may do something: the roles, as people call them."""
    return ", ".join(charged(role) for role in Role if role in MAY[verb, thing])


def _ways(user: User, reference: str, file: NoteFile, content: Content, stop: Stop) -> Iterator[dict[str, Any]]:
    for way in (one for one in _chosen(content, stop) if file.state == DRAFT or one is not LEAVE):
        taken = BACK if way.who == DRAFTS and file.state != DRAFT else way
        own = way.page.startswith("diplomacy")
        given = [] if way is VERIFY else [reference, file.id] if own else [reference]
        query = {"part": content.part} if way.page == "incidents:facts" and content.part else {}
        page = taken.page
        may = can(user, *taken.who)
        if way is CONFIRM and may and (fact := _fact_asked(content, stop)):
            note = reverse("diplomacy:note", args=[reference, file.id])
            page, query = "incidents:settle", query | {"key": fact, "then": f"{note}#next"}
        address = reverse(page, args=given, query=query) if page else ""
        fields = {EDIT: _field(content, stop), LEAVE: f"out-{stop.paragraph}"}
        at = f"#id_{fields[taken]}" if taken in fields else taken.at
        who = "" if may else roles_words(*taken.who)
        read = may or not (own or way is CONFIRM)  # What nobody has said yet is nowhere to be read.
        yield {"words": taken.words, "address": f"{address}{at}" if read else "", "who": who}


def _chosen(content: Content, stop: Stop) -> tuple[Way, ...]:
    if not stop.paragraph:
        return WAYS.get(stop.code, (HEAD,))
    if stop.code == "blank" and _unknown(content, stop):
        return (CONFIRM, EDIT, LEAVE)
    if stop.code == "blank":
        return (EDIT, LEAVE)
    return WAYS.get(stop.code, (EDIT,))


def _fact_asked(content: Content, stop: Stop) -> str:
    """The fact that is missing, where it is one that people say and confirm."""
    asked = (one.key.partition(":")[0] for one in _unknown(content, stop))
    return next((one for one in asked if one in vocabulary().facts or one == "agency"), "")


def _unknown(content: Content, stop: Stop) -> list[Value]:
    """The facts that a blank is about, which nobody knows yet; none for a line that somebody typed."""
    return list({value.key: value for value, _language in _open(content, stop) if not by_hand(value.key)}.values())


def _field(content: Content, stop: Stop) -> str:
    """The field in which somebody who edits puts it right: of a blank that a person writes its own."""
    blanks = _open(content, stop) if stop.code == "blank" else ()
    own = (blank_name(value.key, language) for value, language in blanks if by_hand(value.key))
    return next(own, f"{stop.paragraph}-{content.language}")


def _open(content: Content, stop: Stop) -> Iterator[tuple[Value, str]]:
    """The marks that a blank is about, each with the language of the text in which it stands."""
    texts = next((one.text for one in content.paragraphs if one.id == stop.paragraph), {})
    for language in content.languages:
        for key in dict.fromkeys(marks.keys(texts.get(language, ""))):
            value = content.values.get(key)
            if value and value.state == "unknown" and (value.asks.get(content.language) or key) in stop.says:
                yield value, language
