"""What this room decides, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language, gettext, gettext_lazy

from inviolable.alarm.plan import BROADCAST, Phase, Why
from inviolable.alarm.protocols import LANGUAGES, Plan, Task
from inviolable.alarm.score import Missed, Verdict
from inviolable.alarm.simulation import Weakness
from inviolable.alarm.terms import DURESS, Danger, Whose
from inviolable.incidents.wording import in_each_language
from inviolable.posts.wording import role_name

if TYPE_CHECKING:
    from inviolable.alarm.models import Alarm

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

VERDICTS = {
    Verdict.IN_TIME: gettext_lazy("in time"),
    Verdict.LATE: gettext_lazy("late"),
    Verdict.NOBODY: gettext_lazy("NOBODY"),
    Verdict.TOLD: gettext_lazy("told"),
    Verdict.NOT_DUE: gettext_lazy("not needed before it ended"),
}

MISSED = {
    Missed.UNHELD: gettext_lazy("nobody held this role who could be asked"),
    Missed.UNREACHABLE: gettext_lazy("no message went out to anybody"),
    Missed.DECLINED: gettext_lazy("everybody said that they cannot"),
    Missed.SILENT: gettext_lazy("was called, and nobody answered"),
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
    "drill.scored": gettext_lazy("Drill: how it went"),
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
    "drill.scored": ("verdict", "missed", "late"),
    "warning.confirmed": ("post", "way"),
    "warning.released": ("posts",),
    "warning.retracted": ("why",),
}

WAYS = {
    "page": gettext_lazy("on a page here"),
    "link": gettext_lazy("by the link in a message"),
    "command": gettext_lazy("by a command on the server"),
    "api": gettext_lazy("by another system"),
    "sms": gettext_lazy("by text message"),
    "voice": gettext_lazy("by telephone"),
    "device": gettext_lazy("at the device at the door"),
    "silence": gettext_lazy("nothing was heard from the device any more"),
    DURESS: gettext_lazy("by the code for duress"),
}

BROADCAST_NAME = gettext_lazy("everybody at once")


def _words(names: Mapping[Any, Any]) -> Callable[[str], str]:
    return lambda value: str(names.get(value, value))


def said() -> dict[tuple[str, str], Callable[[str], str]]:
    """How values in this room's entries are said."""
    ways = ("raised", "repeated", "acknowledged", "declined", "unverified")
    return {
        **{(f"alarm.{kind}", "way"): _words(WAYS) for kind in ways},
        **{(f"alarm.{kind}", "role"): asked_as for kind in ("acknowledged", "declined")},
        ("alarm.raised", "late"): lambda _yes: gettext("recorded late"),
        ("alarm.stepped", "step"): lambda step: str(BROADCAST_NAME) if step == BROADCAST else step,
        ("alarm.stepped", "phase"): _words(PHASES),
        ("alarm.stepped", "why"): _words(WHYS),
        ("drill.scored", "verdict"): _words(VERDICTS),
        ("drill.scored", "missed"): asked_as,
        ("drill.scored", "late"): asked_as,
        ("message.queued", "channel"): _words(CHANNELS),
        ("warning.confirmed", "way"): _words(WAYS),
    }


def danger_name(danger: str) -> str:
    """A kind of incident as people call it."""
    return str(Danger(danger).label)


def alarm_called(danger: str, way: str) -> str:
    """What an alarm is called: its kind of incident, unless its way says more."""
    return gettext("UNDER DURESS: somebody was made to consent") if way == DURESS else danger_name(danger)


def alarm_name(alarm: Alarm) -> str:
    """The same, of an alarm."""
    return alarm_called(alarm.danger, alarm.way)


#: What is to be done first where the way of an alarm says more than the protocol about its kind of incident.
FIRST = {
    DURESS: gettext_lazy(
        "Somebody at the post was made to consent to an entry, and said so secretly. Call nobody at the post and write "
        "to nobody there; let nothing show that you know. The consent is void for review."
    ),
    "silence": gettext_lazy("Nobody raised it: nothing is heard from the post's device any more. Call the post."),
}


def first_words(alarm: Alarm) -> str:
    """What is to be done first about an alarm."""
    return str(FIRST[alarm.way]) if alarm.way in FIRST else own(alarm.do)


def under_duress(plan: Plan, at_post: Whose) -> Plan:
    """The plan of an alarm under duress: nobody at that post is called or given anything to do.

    at_post: whose the post's own people are to a step. Where nobody else is asked at once, the broadcast follows at
    once, which leaves the post out, too.
    """
    steps = tuple(step for step in plan.steps if step.at != at_post)
    at_once = any(step.answers and not step.after and not step.from_answer and not step.unless for step in steps)
    what = in_each_language(lambda: gettext("Review the consent that was given under duress: what was done by it?"))
    review = Task("duress", what, "legal", timedelta(hours=1))
    do = in_each_language(lambda: str(FIRST[DURESS]))
    return replace(plan, steps=steps if at_once else plan.steps, tasks=(review,), do=do)


def asked_as(role: str) -> str:
    """As which role somebody is called."""
    return str(BROADCAST_NAME) if role == BROADCAST else role_name(role)


def own(texts: Mapping[str, str]) -> str:
    """The text in the language at hand."""
    language = (get_language() or "")[:2]
    return texts[language if language in LANGUAGES else "en"]


def result(score: Mapping[str, Any]) -> str:
    """In a line how an alarm went. score: as `score.as_body` writes it."""
    said = {
        Verdict.NOBODY: gettext("Roles missed: {roles}."),
        Verdict.LATE: gettext("Everybody answered, but late: {roles}."),
        Verdict.IN_TIME: gettext("Everybody who was asked answered in time."),
    }[Verdict(score["verdict"])]
    return said.format(roles=", ".join(map(asked_as, score["missed"] or score["late"])))


def result_times(score: Mapping[str, Any]) -> str:
    """How long it took until anybody had it, and until everybody had who was asked."""
    first = gettext("First answer after {span}.").format(span=span(score["first"])) if "first" in score else ""
    full = gettext("All answers after {span}.").format(span=span(score["full"])) if "full" in score else ""
    return f"{first} {full}".strip()


def span(seconds: int) -> str:
    """0:00:45."""
    return str(timedelta(seconds=seconds))
