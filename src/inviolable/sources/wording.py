"""What this room records and shows, in words."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any

from django.utils.functional import Promise, lazy
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from inviolable.counsel.clocks import day_words
from inviolable.counsel.page import reading
from inviolable.incidents.exhibiting import Called
from inviolable.incidents.fold import IncidentState
from inviolable.sources.naming import as_named, labels, named
from inviolable.sources.shelf import CONFIRMED, CORRECTED, PROPOSED, REJECTED, Source, shelf_of
from inviolable.sources.values import normal
from inviolable.sources.vocabulary import keys
from inviolable.sources.voices import ORGANS, voice_in


def _key_words(key: str) -> str:
    return labels(reading())["facts"].get(key, key)


#: What the entries of this room are called in a timeline, and which of their fields are shown at once.
ENTRIES: dict[str, Promise] = {
    "claim.answered": _("Proof put beside a statement of theirs"),
    "claim.decided": _("Claim decided"),
    "proposal.rejected": _("Proposal turned down"),
    "source.described": _("Source described"),
    "source.read": _("Words of a source given"),
    "source.received": _("Source received"),
}
#: What an item of evidence is to a statement.
STANCES: dict[str, Promise] = {
    "for": _("speaks for it"),
    "against": _("speaks against it"),
    "withdrawn": _("withdrawn"),
}
SHOWN: dict[str, tuple[str, ...]] = {
    "claim.answered": ("claim", "stance", "why"),
    "claim.decided": ("claim", "decision", "voice", "why"),
    "proposal.rejected": ("key", "why"),
    "source.described": ("source", "publisher", "published", "language"),
    "source.read": ("source",),
    "source.received": ("source", "publisher", "title", "published", "language"),
}
_fact_called = lazy(_key_words, str)
#: What sources speak of (facts.toml), in the reader's language.
FACTS: dict[str, Any] = {key: _fact_called(key) for key in keys()}
KINDS: dict[str, Promise] = {
    "press": _("press"),
    "own_organ": _("an organ of our own State"),
    "receiving_organ": _("an organ of the receiving State"),
    "eyewitness": _("an eyewitness"),
    "recording": _("a recording"),
    "document": _("a document"),
    "expert": _("an expert"),
    "unknown": _("not known"),
}
#: What a document of each kind is to another State, with its day, and whose it is where that is no person who told us.
ABROAD: dict[str, Promise] = {
    "press": _("Article of %(day)s, %(whose)s"),
    "own_organ": _("Press release of %(day)s, %(whose)s"),
    "receiving_organ": _("Statement of %(day)s, %(whose)s"),
    "recording": _("Recording of %(day)s"),
    "document": _("Document of %(day)s, %(whose)s"),
    "expert": _("Opinion of %(day)s"),
}
#: What is said of a document (kinds.DESCRIPTION).
DESCRIBED: dict[str, Promise] = {
    "publisher": _("Publisher"),
    "author": _("Author"),
    "published": _("Published"),
    "modified": _("Modified"),
    "language": _("Language"),
    "title": _("Title"),
    "address": _("Address"),
    "lineage": _("Written from"),
    "notes": _("Notes"),
}
#: Why the words of a document could not be read (reader.FAULTS).
FAULTS: dict[str, Promise] = {
    "broken": _("The program could not read this file; it may be damaged."),
    "empty": _("The file is empty."),
    "locked": _("The file is locked by a password."),
    "long": _("The document is too long to be read whole, so nothing of it was read."),
    "memory": _("The file would take more memory to read than any honest document, and was stopped."),
    "no_sandbox": _(
        "Documents are not opened on this machine, because no sandbox works here. The administrator sees why: doctor."
    ),
    "no_words": _("There is no text in it; it may be a scan, a picture of pages."),
    "time": _("The file would take longer to read than any honest document, and was stopped."),
    "unknown": _("It is no HTML, PDF, DOCX or text."),
}
#: What of a document nothing reads (reader.UNREAD).
UNREAD: dict[str, Promise] = {
    "pages": _("pages without text, such as scanned ones"),
    "pictures": _("what is in its pictures"),
    "objects": _("what is embedded in it, such as other files, forms and notes on its pages"),
}
STATES: dict[str, Promise] = {
    PROPOSED: _("proposed"),
    CONFIRMED: pgettext_lazy("of a claim", "confirmed"),
    CORRECTED: _("corrected"),
    REJECTED: _("rejected"),
}
#: By what a rule proposes that sources have a root in common (lineage.Kinship).
KINSHIPS: dict[str, Promise] = {
    "credit": _("They name whom they have it from"),
    "sentence": _("They have a long sentence that is alike"),
    "error": _("They share an error"),
}
POLARITIES: dict[str, Promise] = {
    "affirms": _("says so"),
    "denies": _("denies it"),
    "silent": _("was asked and says nothing"),
}
MODALITIES: dict[str, Promise] = {
    "stated": _("as a fact"),
    "alleged": _("as an allegation"),
    "hypothetical": _("as what might be"),
    "demanded": _("as a demand"),
}


def _value_words(key: str, value: str) -> str:
    return as_named(normal(key, value), value, reading())


_value_called = lazy(_value_words, str)
#: The values that a data file of this room names, in the reader's language.
VALUES: dict[tuple[str, str], Any] = {(key, value): _value_called(key, value) for key in keys() for value in named(key)}


def _in(words: dict[str, Promise]) -> Callable[[str], str]:
    return lambda word: str(words.get(word, word))


SAID: dict[tuple[str, str], Callable[[str], str]] = {
    ("claim.answered", "stance"): lambda stance: str(STANCES[stance]),
    ("claim.answered", "claim"): lambda claim: str(_("claim %(number)s") % {"number": claim}),
    ("claim.decided", "decision"): _in(STATES),
    ("proposal.rejected", "key"): _in(FACTS),
    ("claim.decided", "claim"): lambda claim: str(_("claim %(number)s") % {"number": claim}),
    **{
        (f"source.{verb}", "source"): lambda source: str(_("source %(number)s") % {"number": source})
        for verb in ("received", "described", "read")
    },
}


def exhibits_called(state: IncidentState) -> dict[str, Called]:
    """What the exhibits are that are documents of this room, or the words of one: of what kind, whose, of which day."""
    found = {}
    for source in shelf_of(state).sources.values():
        day, dated = source.said.get("published", "")[:10], ""
        with suppress(ValueError):
            day = dated = day_words(date.fromisoformat(day))
        told = ", ".join(filter(None, (source.said.get("publisher", ""), day)))
        what = ": ".join(filter(None, (str(KINDS.get(source.kind, source.kind)), told)))
        abroad = _abroad(source, day)
        published = source.kind in ("press", *ORGANS)
        plain = "" if published else str(KINDS["recording" if source.kind == "recording" else "document"])
        for version in source.versions.values():
            copied = gettext("the words of %(what)s") % {"what": what}
            found[version.copy] = Called(copied, abroad=abroad, plain=plain, dated=dated)
            found[version.exhibit] = Called(what, abroad=abroad, plain=plain, dated=dated)
    return found


def _abroad(source: Source, day: str) -> str:
    """As another State reads it, "" where nobody says whose it is, or of which day: an organ by its name in the
    reader's language."""
    whose, text = source.said.get("publisher", ""), str(ABROAD.get(source.kind, ""))
    if not text or not day or ("%(whose)s" in text and not whose):
        return ""
    named = labels(reading())["voices"].get(voice_in(whose).id, whose) if source.kind in ORGANS else whose
    return text % {"whose": named, "day": day}
