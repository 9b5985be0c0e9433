"""What this room's entries and what is told at a door are called on pages."""

from collections.abc import Callable

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inviolable.door.terms import Consenting, Purpose, Sound, Whom, Zone
from inviolable.incidents.wording import moment_words
from inviolable.ledger.moments import read
from inviolable.posts.wording import role_name

ENTRIES: dict[str, Promise] = {
    "clip.asked": _("A visitor is asked for a clip"),
    "clip.given": _("A visitor handed her clip over"),
    "clip.taken_back": _("Code for a clip taken back"),
    "consent.asked": _("Asked whether somebody may come in"),
    "consent.given": _("Consent to entry given"),
    "consent.refused": _("Consent to entry refused"),
    "consent.withdrawn": _("Consent to entry withdrawn"),
    "device.cut_off": _("Device at the door cut off"),
    "device.enrolled": _("Device at the door enrolled"),
    "paper.printed": _("Paper pack printed"),
    "recording.ruled": _("Decided what a post may record"),
}
SHOWN: dict[str, tuple[str, ...]] = {
    "clip.asked": ("clip", "until"),
    "clip.given": ("clip", "language"),
    "clip.taken_back": ("clip",),
    "consent.asked": ("whom", "zone", "purpose"),
    "consent.given": ("whom", "zone", "purpose", "until", "role", "scope"),
    "consent.refused": ("role",),
    "consent.withdrawn": ("role",),
    "device.cut_off": ("why",),
    "device.enrolled": ("name",),
    "paper.printed": ("version", "language"),
    "recording.ruled": ("sound", "law", "why"),
}


def _labels(words: type[TextChoices]) -> Callable[[str], str]:
    return lambda value: str(words(value).label)


_CONSENT: dict[str, type[TextChoices]] = {"zone": Zone, "whom": Whom, "purpose": Purpose}
SAID: dict[tuple[str, str], Callable[[str], str]] = {
    (f"consent.{what}", name): _labels(words) for what in ("asked", "given") for name, words in _CONSENT.items()
}
SAID |= {(f"consent.{what}", "role"): role_name for what in ("given", "refused", "withdrawn")}
SAID |= {("consent.given", "until"): lambda value: moment_words(read(value))}
SAID |= {("recording.ruled", "sound"): _labels(Sound), ("recording.ruled", "law"): _labels(Consenting)}
#: Of those below, which count people inside.
COUNTS = ("inside_adults", "inside_children", "inside_children_alone", "inside_unwell")
SOURCES: dict[str, Promise] = {"tablet at the door": _("tablet at the door")}
#: By the keys of terms.TELLS.
FACTS: dict[str, Promise] = {
    "inside_adults": _("Adults inside"),
    "inside_children": _("Children inside"),
    "inside_children_alone": _("Children alone inside"),
    "inside_unwell": _("Unwell inside"),
    "crew_came": _("Of a rescue crew that came in"),
    "crew_left": _("Of a rescue crew that left"),
    "taken_outside": _("Taken away outside"),
    "taken_inside": _("Taken away from inside"),
    "words": _("What did they say?"),
    "shown": _("What did they show?"),
    "staff_threatened": _("Was whoever stood at the door threatened?"),
    "staff_hurt": _("Was whoever stood at the door hurt?"),
    "handed_over": _("Was an officer handed over to?"),
    "over": _("Does the post say that it is over?"),
}
VALUES: dict[tuple[str, str], Promise] = {
    ("words", "open"): _("that the door be opened"),
    ("words", "come_in"): _("that they are coming in"),
    ("words", "looking_for"): _("that they look for somebody"),
    ("words", "warrant"): _("that they have an order"),
    ("words", "threat"): _("a threat"),
    ("words", "none"): _("nothing"),
    ("shown", "nothing"): _("nothing"),
    ("shown", "badge"): _("a badge or card"),
    ("shown", "paper"): _("a paper"),
    ("shown", "weapon"): _("a weapon"),
    **{(key, "yes"): _("yes") for key in ("staff_threatened", "staff_hurt", "handed_over", "over")},
}
