"""What this room records and shows, in words."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inviolable.sources.shelf import CONFIRMED, CORRECTED, PROPOSED, REJECTED

#: What the entries of this room are called in a timeline, and which of their fields are shown at once.
ENTRIES: dict[str, Promise] = {
    "claim.decided": _("Claim decided"),
    "proposal.rejected": _("Proposal turned down"),
    "source.described": _("Source described"),
    "source.read": _("Words of a source given"),
    "source.received": _("Source received"),
}
SHOWN: dict[str, tuple[str, ...]] = {
    "claim.decided": ("claim", "decision", "voice", "why"),
    "proposal.rejected": ("key", "value", "why"),
    "source.described": ("source", "publisher", "published", "language"),
    "source.read": ("source",),
    "source.received": ("source", "publisher", "title", "published", "language"),
}
#: What sources speak of (facts.toml), as it is asked on a screen.
FACTS: dict[str, Promise] = {
    "event.date": _("On which day was it?"),
    "event.weekday": _("On which day of the week was it?"),
    "event.local_time": _("At what time was it there?"),
    "place.city": _("In which city was it?"),
    "place.address": _("At which address was it?"),
    "place.type": _("What kind of post was it?"),
    "place.marking": _("How was the building marked?"),
    "actor.agency": _("Which agency acted?"),
    "actor.count": _("How many of them were there?"),
    "actor.name": _("What were they called?"),
    "actor.identified": _("Did they identify themselves?"),
    "actor.armed": _("Were they armed?"),
    "actor.knowledge": _("Did they know what the building was?"),
    "actor.conduct": _("How did they behave?"),
    "receiving_state.presence": _("Does the receiving State say that it was there?"),
    "receiving_state.response": _("What does the receiving State answer?"),
    "entry.outcome": _("What came of it at the door?"),
    "entry.manner": _("In what way was it?"),
    "consent.given": _("Was consent given?"),
    "door": _("Who opened or closed the door?"),
    "sequence": _("In which order did it happen?"),
    "persons_inside": _("Who was inside?"),
    "staff.conduct": _("What did the staff do?"),
    "staff.name": _("What was the member of staff called?"),
    "staff.role": _("What was that person's function?"),
    "target.persons_pursued": _("How many people were pursued?"),
    "target.name": _("What were they called who were pursued?"),
    "target.status": _("What became of whoever was pursued?"),
    "target.refuge": _("Where did they seek refuge?"),
    "threat.words": _("With which words was somebody threatened?"),
    "staff.words": _("What did the staff say?"),
    "agent.words": _("What did the officers say?"),
    "protocols.activated": _("Was the emergency protocol activated?"),
    "protest.form": _("In which form was the protest?"),
    "protest.from": _("Who protested?"),
    "protest.to": _("To whom was the protest addressed?"),
    "demand.words": _("What was demanded?"),
    "reported.by": _("Who reported it?"),
    "statement.channel": _("By which channel was it said?"),
    "video.source": _("Where does the recording come from?"),
    "video.duration": _("How long is the recording?"),
    "legal.rule": _("Which rule is named?"),
    "legal.claim": _("What is said of the law?"),
    "context.operation": _("Of which operation was it part?"),
    "context.shootings": _("Which shootings are named with it?"),
    "context.detentions": _("Which detentions are named with it?"),
    "context.congress": _("What does a parliament say?"),
    "context.precedent": _("Which precedent is named?"),
}
#: Keys whose values are names of people: left out of what is handed on, until somebody asks for them.
NAMES = frozenset({"actor.name", "staff.name", "target.name"})
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
STATES: dict[str, Promise] = {
    PROPOSED: _("proposed"),
    CONFIRMED: _("confirmed"),
    CORRECTED: _("corrected"),
    REJECTED: _("rejected"),
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


def _in(words: dict[str, Promise]) -> Callable[[str], str]:
    return lambda word: str(words.get(word, word))


SAID: dict[tuple[str, str], Callable[[str], str]] = {
    ("claim.decided", "decision"): _in(STATES),
    ("claim.decided", "claim"): lambda claim: str(_("claim %(number)s") % {"number": claim}),
    **{
        (f"source.{verb}", "source"): lambda source: str(_("source %(number)s") % {"number": source})
        for verb in ("received", "described", "read")
    },
}
