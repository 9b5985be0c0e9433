"""What this room decides, in words."""

from collections.abc import Mapping

from django.utils.translation import get_language, gettext_lazy

from inviolable.alarm.plan import BROADCAST, Phase, Why
from inviolable.alarm.protocols import LANGUAGES
from inviolable.alarm.simulation import Weakness
from inviolable.alarm.terms import Danger
from inviolable.posts.wording import role_name

PHASES = {
    Phase.WAITING: gettext_lazy("not yet"),
    Phase.CALLING: gettext_lazy("calling"),
    Phase.ANSWERED: gettext_lazy("answered"),
    Phase.TAKEN: gettext_lazy("taken over by somebody else"),
    Phase.TOLD: gettext_lazy("told"),
    Phase.SKIPPED: gettext_lazy("not needed"),
    Phase.UNANSWERED: gettext_lazy("NOBODY ANSWERED"),
}

WHYS = {
    Why.NOBODY: gettext_lazy("nobody can be reached"),
    Why.DECLINED: gettext_lazy("everybody said that they cannot"),
    Why.SILENCE: gettext_lazy("everybody was called, and nobody answered"),
}

WEAKNESSES = {
    Weakness.NOBODY: gettext_lazy("Nobody holds this role then"),
    Weakness.ALONE: gettext_lazy("Only one person holds this role then"),
    Weakness.ONE_WAY: gettext_lazy("Is reached by one of the step's ways only"),
    Weakness.OTHER_WAYS: gettext_lazy("Is reached by none of the step's ways, only by others"),
    Weakness.UNREACHABLE: gettext_lazy("Cannot be reached by anything"),
}

STATES = {
    "waiting": gettext_lazy("on its way"),
    "sending": gettext_lazy("on its way"),
    "sent": gettext_lazy("handed over"),
    "delivered": gettext_lazy("arrived"),
    "failed": gettext_lazy("did not go out"),
    "held": gettext_lazy("held"),
}

CHANNELS = {
    "mail": gettext_lazy("e-mail"),
    "sms": gettext_lazy("text message"),
    "voice": gettext_lazy("telephone call"),
    "push": gettext_lazy("notification"),
    "webhook": gettext_lazy("another system"),
    "apprise": gettext_lazy("another service"),
}

#: What the entries of this room are called in a timeline, and which of their fields are shown at once.
ENTRIES = {
    "alarm.acknowledged": gettext_lazy("Alarm answered: somebody has it"),
    "alarm.declined": gettext_lazy("Alarm answered: somebody cannot"),
    "alarm.raised": gettext_lazy("Alarm raised"),
    "alarm.repeated": gettext_lazy("Alarm raised again"),
    "alarm.stepped": gettext_lazy("Alarm: a step"),
    "alarm.stood_down": gettext_lazy("Alarm stood down"),
    "alarm.unverified": gettext_lazy("Somebody whom nobody here knows asks for help"),
    "post.heard": gettext_lazy("The post's device is heard from"),
    "post.unwatched": gettext_lazy("The post's device is out of service"),
    "warning.confirmed": gettext_lazy("Warning confirmed by a post"),
    "warning.released": gettext_lazy("Warning to all posts released"),
    "warning.retracted": gettext_lazy("Warning to all posts taken back"),
}
SHOWN = {
    "alarm.acknowledged": ("role", "person", "way"),
    "alarm.declined": ("role", "person", "why"),
    "alarm.raised": ("what", "way", "late"),
    "alarm.repeated": ("way",),
    "alarm.stepped": ("step", "phase", "calls", "why"),
    "alarm.stood_down": ("why",),
    "alarm.unverified": ("way", "ends"),
    "warning.confirmed": ("post", "way"),
    "warning.released": ("posts",),
    "warning.retracted": ("why",),
}

BROADCAST_NAME = gettext_lazy("everybody at once")


def danger_name(danger: str) -> str:
    """A kind of incident as people call it."""
    return str(Danger(danger).label)


def asked_as(role: str) -> str:
    """As which role somebody is called."""
    return str(BROADCAST_NAME) if role == BROADCAST else role_name(role)


def own(texts: Mapping[str, str]) -> str:
    """The text in the language at hand."""
    language = (get_language() or "")[:2]
    return texts[language if language in LANGUAGES else "en"]
