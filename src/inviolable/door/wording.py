"""What this room's entries and what is told at a door are called on pages."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ENTRIES: dict[str, Promise] = {
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
    "consent.asked": ("whom", "zone", "purpose"),
    "consent.given": ("whom", "zone", "purpose", "until", "role", "scope"),
    "consent.refused": ("role",),
    "consent.withdrawn": ("role",),
    "device.cut_off": ("why",),
    "device.enrolled": ("name",),
    "paper.printed": ("version", "language"),
    "recording.ruled": ("sound", "law", "why"),
}
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
    ("words", "come_in"): _("that they come in"),
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
