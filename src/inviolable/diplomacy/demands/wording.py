"""What demands are, in words."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from inviolable.diplomacy.demands.book import Demand
from inviolable.diplomacy.demands.ladder import Reason
from inviolable.incidents.wording import in_own_language
from inviolable.posts.wording import signed_in_as

DEMANDS: dict[str, Promise] = {
    "explanation": _("Explanation"),
    "investigation": _("Investigation"),
    "cessation": _("Cessation"),
    "return": _("Return"),
    "instructions": _("Instructions to agencies"),
    "non_repetition": _("Guarantees of non-repetition"),
    "regret": _("Expression of regret"),
    "compensation": _("Compensation"),
}
ANSWERS: dict[str, Promise] = {
    "meets": _("meets it"),
    "partly": _("meets a part of it"),
    "refuses": _("refuses it"),
    "evades": _("passes it over"),
}
TONES = {"meets": "go", "partly": "care", "refuses": "stop", "evades": "care"}
RUNGS: dict[str, Promise] = {
    "call": _("telephone call"),
    "demarche": _("oral démarche"),
    "note_verbale": _("note verbale"),
    "signed_note": _("signed note"),
    "summons": _("summons of the ambassador"),
    "statement": _("public statement"),
    "regional_body": _("regional body"),
    "claim": pgettext_lazy("rung of the ladder", "claim"),
}
#: On what occasion firmer wording is offered (firmer/).
OCCASIONS: dict[str, Promise] = {
    "unanswered": _("No answer came"),
    "refused": _("It was refused"),
    "evaded": _("The answer passes it over"),
    "again": _("It happened again"),
    "broken": _("An assurance was not kept"),
    "dispute": _("A dispute may exist"),
}

#: What the entries of demands are called in a timeline, and which of their fields are shown at once.
ENTRIES: dict[str, Promise] = {
    "assurance.marked": _("Assurance marked"),
    "assurance.taken_back": _("Not an assurance after all"),
    "demand.closed": _("Demand closed: legal agrees that it is met"),
    "demand.kept": _("Demand stays open: legal does not agree"),
    "demand.made": _("Demand made"),
    "demand.met": _("Demand said to be met"),
    "demand.owned": _("Demand given to others"),
    "demand.reminded": _("Reminded of a demand"),
    "dispute.notified": _("Dispute notified"),
    "incident.matched": _("It happened again"),
    "reply.linked": _("Sentence of a reply linked to a demand"),
    "reply.received": _("Reply received"),
    "rung.reached": _("Rung of the ladder reached"),
}
SHOWN: dict[str, tuple[str, ...]] = {
    "assurance.marked": ("words",),
    "assurance.taken_back": ("why",),
    "demand.closed": ("why",),
    "demand.kept": ("why",),
    "demand.made": ("kind", "what", "to"),
    "demand.met": ("why",),
    "demand.owned": ("to", "superior", "why"),
    "demand.reminded": ("days", "to"),
    "dispute.notified": ("why",),
    "incident.matched": ("why",),
    "reply.linked": ("sentence", "says"),
    "reply.received": ("from", "number"),
    "rung.reached": ("rung", "why"),
}
SAID: dict[tuple[str, str], Callable[[str], str]] = {
    ("demand.made", "kind"): lambda kind: str(DEMANDS[kind]),
    ("demand.made", "to"): signed_in_as,
    ("demand.owned", "to"): signed_in_as,
    ("demand.owned", "superior"): signed_in_as,
    ("reply.linked", "says"): lambda says: str(ANSWERS[says]),
    ("rung.reached", "rung"): lambda rung: str(RUNGS[rung]),
}


def demand_words(one: Demand) -> str:
    """What is demanded, in the reader's language where the note has it."""
    return in_own_language(one.words, one.what)


def reason_words(reason: Reason) -> str:
    """Why it may be time to go on."""
    words = {
        "unanswered": ngettext("no answer for %(number)s day", "no answer for %(number)s days", reason.number),
        "refused": ngettext("%(number)s refusal", "%(number)s refusals", reason.number),
        "evaded": ngettext(
            "%(number)s sentence passes a demand over", "%(number)s sentences pass a demand over", reason.number
        ),
        "again": ngettext("it happened again %(number)s time", "it happened again %(number)s times", reason.number),
        "broken": ngettext("%(number)s assurance was not kept", "%(number)s assurances were not kept", reason.number),
    }
    return words[reason.code] % {"number": reason.number}
