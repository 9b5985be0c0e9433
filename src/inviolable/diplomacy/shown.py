"""What this room records and shows, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from inviolable.diplomacy.file import APPROVED, DRAFT, DROPPED, RELEASED, SUBMITTED
from inviolable.diplomacy.paper.layout import labels
from inviolable.diplomacy.terms import Content, Paragraph, Stop
from inviolable.incidents.exhibiting import Called
from inviolable.incidents.fold import IncidentState
from inviolable.incidents.wording import charged

#: What the entries of this room are called in a timeline, and which of their fields are shown at once.
ENTRIES: dict[str, Promise] = {
    "demarche.made": _("Oral démarche made"),
    "note.approved": _("Note approved"),
    "note.delivered": _("Delivery of a note"),
    "note.drafted": _("Note drafted"),
    "note.dropped": _("Note dropped"),
    "note.mailed": _("Note sent by e-mail of record"),
    "note.released": _("Note released"),
    "note.revised": _("Note changed"),
    "note.sent_back": _("Note sent back"),
    "note.submitted": _("Note submitted for approval"),
}
SHOWN: dict[str, tuple[str, ...]] = {
    "demarche.made": ("by", "to", "said"),
    "note.approved": ("step", "version"),
    "note.delivered": ("channel", "outcome", "to", "place"),
    "note.drafted": ("form", "organ"),
    "note.mailed": ("to",),
    "note.released": ("number",),
    "note.revised": ("version", "how"),
    "note.submitted": ("version", "steps"),
}
#: What says in words what stands in a draft: for whoever may read drafts.
GUARDED: dict[str, tuple[str, ...]] = dict.fromkeys(("note.dropped", "note.revised", "note.sent_back"), ("why",))
FORMS: dict[str, Promise] = {
    "note_verbale": _("Note verbale"),
    "signed_note": _("Signed note"),
    "letter": _("Letter to local authorities"),
    "statement": _("Public statement"),
    "demarche": _("Oral démarche"),
}
CHANNELS: dict[str, Promise] = {
    "ministry_to_embassy": _("ministry to the embassy of the receiving State"),
    "embassy_to_ministry": _("embassy to the foreign ministry of the receiving State"),
    "consulate_to_local_authority": _("post to local authorities of its district"),
    "to_the_public": _("to the public"),
}
STATES: dict[str, Promise] = {
    DRAFT: _("draft"),
    SUBMITTED: _("waits for approval"),
    APPROVED: _("approved, not released"),
    RELEASED: _("released"),
    DROPPED: _("dropped"),
}
TONES = {RELEASED: "go", SUBMITTED: "care", APPROVED: "care"}
HOW: dict[str, Promise] = {
    "drafted": _("drafted"),
    "typed": _("changed here"),
    "word": _("brought back from Word"),
    "redrafted": _("drafted again"),
}
WAYS: dict[str, Promise] = {
    "by_hand": _("by hand"),
    "summons": _("handed to whoever was summoned"),
    "mission": _("through our embassy"),
    "email": _("e-mail of record"),
    "post": _("registered post or courier"),
}
OUTCOMES: dict[str, Promise] = {
    "handed_over": _("handed over; nothing came back yet"),
    "received": _("received, and they say so"),
    "refused": _("they refused to take it"),
    "no_answer": _("nobody answered"),
    "failed": _("it could not be delivered"),
}
#: What the outbox says of a mail. That the other side has it, a delivery says, with its proof.
MAILED: dict[str, Promise] = {
    "queued": _("on its way"),
    "released": _("on its way again"),
    "sent": _("sent: a server took it; nothing came back yet"),
    "confirmed": _("sent, as somebody found out; nothing came back yet"),
    "delivered": _("sent: their server says that it arrived"),
    "failed": _("it could not be sent"),
    "held": _("it may have gone out, or not"),
}
#: What stands above the paragraphs.
HEAD: dict[str, Promise] = {
    "sender": _("Sender"),
    "addressee": _("Addressee"),
    "place": _("Place"),
    "date": _("Date"),
}
#: The same as it is printed, by what a line of the document is.
PRINTED: dict[str, Promise] = {"letterhead": _("Sender"), "addressee": _("Addressee"), "place": _("Place and date")}
#: What is another one about a paragraph that reads the same.
OTHERWISE: dict[str, Promise] = {
    "marks": _("the facts that its words are bound to"),
    "block": _("what it is for"),
    "demand": _("what it demands"),
    "numbered": _("its number"),
    "order": _("The order of the paragraphs"),
}
BLOCKS: dict[str, Promise] = {
    "opening": _("opening"),
    "facts": _("facts"),
    "consent": pgettext_lazy("part of a note", "consent"),
    "rules": _("rules"),
    "characterisation": _("what it was"),
    "protest": _("protest"),
    "demands": _("demands"),
    "legal_notice": _("legal notice"),
    "reservation": _("reservation of rights"),
    "annexes": _("annexes"),
    "reply": _("reply"),
    "closing": _("closing"),
    "free": _("free text"),
}
DEMANDED: dict[str, Promise] = {
    "explanation": _("an explanation"),
    "investigation": _("an investigation"),
    "cessation": _("that it end"),
    "return": _("the return of what was taken"),
    "instructions": _("instructions to agencies"),
    "non_repetition": _("guarantees of non-repetition"),
    "regret": _("an expression of regret"),
    "compensation": _("compensation"),
}
LANGUAGES: dict[str, Promise] = {"es": _("Spanish"), "en": _("English")}
#: What a stop is called; its sentence says the rest.
CODES: dict[str, Promise] = {
    "asked": _("asks, and demands nothing"),
    "blank": _("blank"),
    "channel": _("channel"),
    "clock": _("hours"),
    "contested": _("contested"),
    "convention": _("convention"),
    "date": _("date"),
    "demand": _("demand"),
    "did": _("claim"),
    "gone": _("no longer so"),
    "languages": _("the languages differ"),
    "memory": _("from memory"),
    "name": _("name"),
    "number": _("singular and plural"),
    "outdated": _("facts have changed"),
    "pinpoint": _("provision"),
    "place": _("kind of post"),
    "quote": _("quotation"),
    "sender": _("sender"),
    "sign": _("sign"),
    "soil": _("foreign soil"),
    "speaker": _("speaker"),
    "unmarked": _("no brackets"),
    "unreviewed": _("not reviewed"),
    "weekday": _("day of the week"),
}


def _in(words: Mapping[str, Promise]) -> Callable[[str], str]:
    return lambda word: str(words.get(word, word))


SAID: dict[tuple[str, str], Callable[[str], str]] = {
    ("note.approved", "step"): charged,
    ("note.delivered", "channel"): _in(WAYS),
    ("note.delivered", "outcome"): _in(OUTCOMES),
    ("note.drafted", "form"): _in(FORMS),
    ("note.revised", "how"): _in(HOW),
    ("note.submitted", "steps"): charged,
    **{
        (f"note.{verb}", "version"): lambda number: str(_("version %(number)s") % {"number": number})
        for verb in ("approved", "revised", "submitted")
    },
}


def paragraph_names(content: Content, *before: Content) -> dict[str, str]:
    """What each paragraph is called, by its id: its number on paper and what it is for. before: versions that had
    others."""
    names = {one.id: _named(one, labels(content)) for one in content.paragraphs}
    for version in before:
        for one in version.paragraphs:
            was = _named(one, labels(version))
            names.setdefault(one.id, gettext("%(paragraph)s of the version before") % {"paragraph": was})
    return names


def _named(one: Paragraph, numbers: Mapping[str, str]) -> str:
    what = str(BLOCKS.get(one.block, one.block))
    if one.id not in numbers:
        return what[:1].upper() + what[1:]
    return gettext("Paragraph %(place)s (%(what)s)") % {"place": numbers[one.id], "what": what}


def stops_words(content: Content, stopping: Iterable[Stop]) -> str:
    """Everything that stops a note in a few lines, for whoever reads no page."""
    names = paragraph_names(content)
    return "; ".join(": ".join(filter(None, (names.get(one.paragraph, ""), one.says))) for one in stopping)


def exhibits_called(state: IncidentState) -> dict[str, Called]:
    """Our own released notes among the exhibits: nobody gave them to us."""
    how = gettext("made here: our own note, as it was released")
    return {
        name: Called(gettext("our note %(number)s") % {"number": item.body["number"]} + f" ({form})", how)
        for item in state.timeline
        if item.kind == "note.released"
        for name, form in zip(item.body["exhibits"], ("PDF", "Word"), strict=False)
    }
