"""What happened in one breath: who came, whether the line was crossed, whether there was a threat, which rules that
breaks. A brief begins with it."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inviolable.counsel.clocks import when_words
from inviolable.counsel.terms import Finding, Opinion
from inviolable.incidents.fold import IncidentState
from inviolable.incidents.picture import fact_words, value_words
from inviolable.incidents.terms import FIRST, Part

#: What the first lines say, sentence by sentence in order of time: of each the first name that the incident knows.
CAME = (("actor.agency", "agency", "actor"), ("officers",))
DID = (("attempted",), ("entered",), ("assault",))
CORE = (*CAME, *DID)
#: What came of it, where that is confirmed.
EFFECTS = ("seized", "disturbed", "work_stopped", "nationals_present", "access_blocked")
#: In which order facts are told: these, then all others.
ORDER = (*(name for names in CORE for name in names), "consent_by", "zone", "disturbed", "work_stopped", "seized")
#: Which results are named, the gravest first.
GRAVE = ("breach", "arguable", "missing", "disputed")
MISSING = "missing"
#: What goes on as long as it is open: whether somebody may enter is asked only then.
GOING_ON = "alarm.raised"
#: Rooms above say for want of which facts a note would not allege a breach, each with how it stands.
UNPROVED: list[Callable[[IncidentState, str, str], Mapping[str, str]]] = []


@cache
def sayings(language: str) -> Mapping[str, Mapping[str, str]]:
    """How facts are said in a line (briefing/*.toml): by their name, then by value."""
    table = tomllib.loads((files(__package__) / "briefing" / f"{language}.toml").read_text("utf-8"))
    return dict(table["facts"])


def said(key: str, value: str, language: str) -> str:
    """A fact with one value as a line says it; the law's question with its answer, where nobody wrote a line."""
    lines = sayings(language).get("agency" if key == "actor.agency" else key, {})
    line = lines.get(value) or lines.get("*")
    if line is None:
        return f"{fact_words(key, language)} {value_words(key, value, language)}"
    return line.format(value=value_words(key, value, language))


def happened(state: IncidentState, language: str) -> str:
    """In three sentences where and when who came, what they did, and what came of it; what is contested or unknown is
    said so."""
    part: Part = state.parts[FIRST]
    first, _sep, last = part.occurred.partition("/")
    where = part.place or state.opened.get("place", "")
    head = ", ".join(filter(None, (when_words((first, last or first)), where)))
    came, did, effects = (
        "; ".join(one) for one in (_core(state, CAME, language), _core(state, DID, language), _effects(state, language))
    )
    sentences = (f"{head}: {came}", *filter(None, (did, effects)))
    return " ".join(f"{one[:1].upper()}{one[1:]}." for one in sentences)


def is_over(state: IncidentState, now: datetime) -> bool:
    """Whether it is for more than a day that nobody has stood at the door: no alarm goes on, and it is not said to."""
    last = state.parts[FIRST].occurred.rpartition("/")[2]
    ended = datetime.fromisoformat(last) if last else now
    ended = ended if ended.tzinfo else ended.replace(tzinfo=UTC)
    goes_on = "yes" in state.confirmed(FIRST).get("continuing", {})
    alarmed = any(one.kind == GOING_ON for one in state.still_open())
    return not goes_on and not alarmed and now - ended > timedelta(days=1)


def rules(state: IncidentState, told: Iterable[tuple[str, Opinion | None]]) -> str:
    """Which rules were broken, which may be, and how many wait for what nobody knows; of all parts, each once. What a
    note would not allege (UNPROVED) is not told as broken."""
    found: dict[str, dict[str, Finding]] = {}
    words: dict[str, str] = {}
    for part, opinion in told:
        for group in opinion.groups if opinion else ():
            words[group.result] = group.words
            for one in group.findings:
                result = _alleged(state, part, one.id, group.result)
                if result and not any(one.id in found.get(graver, {}) for graver in GRAVE):
                    found.setdefault(result, {})[one.id] = one
    words[MISSING] = _("Arguable, facts are missing")
    named = [f"{words[one]}: {'; '.join(map(_named, found[one].values()))}" for one in GRAVE if found.get(one)]
    left = len(found.get("open", {}))
    more = ngettext("%(number)s rule waits for facts", "%(number)s rules wait for facts", left) % {"number": left}
    return ". ".join([*(named or [_("No rule was found broken")]), *([more] if left else [])]) + "."


def _alleged(state: IncidentState, part: str, finding: str, result: str) -> str:
    """The result of a finding as it is told: MISSING where nobody knows what a note would need to allege it, "" where
    that is known to be otherwise."""
    if result not in ("breach", "arguable"):
        return result
    left = [how for say in UNPROVED for how in say(state, part, finding).values()]
    return result if not left else MISSING if set(left) <= {"unknown", "contested"} else ""


def order(keys: Iterable[str]) -> list[str]:
    """Facts as they are told: what matters first."""
    places = {key: place for place, key in enumerate(ORDER)}
    return sorted(keys, key=lambda key: places.get(key, len(ORDER)))


def _named(one: Finding) -> str:
    return f"{one.name} ({', '.join(one.cites)})"


def _effects(state: IncidentState, language: str) -> Iterator[str]:
    confirmed = state.confirmed(FIRST)
    return (said(key, "yes", language) for key in EFFECTS if list(confirmed.get(key, {})) == ["yes"])


def _core(state: IncidentState, core: Iterable[tuple[str, ...]], language: str) -> Iterator[str]:
    confirmed = state.confirmed(FIRST)
    for names in core:
        known = next((name for name in names if name in confirmed), names[-1])
        values: Mapping[str, Any] = confirmed.get(known, {})
        lines = sayings(language)["agency" if known == "actor.agency" else known]
        if len(values) == 1:
            yield said(known, next(iter(values)), language)
        elif values:
            told = " / ".join(value_words(known, one, language) for one in values)
            yield lines["contested"].format(value=told)
        elif "unknown" in lines:
            yield lines["unknown"]
