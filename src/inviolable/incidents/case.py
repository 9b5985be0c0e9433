"""From an incident to the law: the case that its confirmed facts make, and that case as a case file.

The keys that reach the law are those of law/facts.toml, by name. Every other one is kept in the incident.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from inviolable.incidents.fold import IncidentState
from inviolable.incidents.terms import FIRST, Decision
from inviolable.law.casefile import Case, read_case
from inviolable.law.faults import Fault, Faulty
from inviolable.law.vocabulary import vocabulary
from inviolable.posts.terms import MINISTRY

Values = str | Sequence[str]


def case_of(state: IncidentState, part: str = FIRST, as_of: str = "") -> Case:
    """One part as known by `as_of` ("" for everything): none confirmed is unknown, one counts, several are contested.

    What is known of the post before anybody knocks comes from the opening, unless a person confirmed something else.
    Positions are not in it: whoever assesses reads the ministry's. Raises Faulty where there is no such part, `as_of`
    is no day or moment, or the facts contradict each other.
    """
    name = f"{state.reference}.toml"
    if part not in state.parts:
        raise Faulty([Fault(name, 0, f"there is no part {part!r}", f"parts: {', '.join(state.parts)}")])
    try:
        stands = state.confirmed(part, as_of)
    except ValueError as fault:
        raise Faulty([Fault(name, 0, f"as_of: {fault}", "write 2026-01-27 or 2026-01-27T11:00-06:00")]) from None
    opened, told, words = state.opened, state.parts[part], vocabulary().facts
    confirmed = {key: tuple(values) for key, values in stands.items() if key in words}
    post = {key: _listed(value) for key, value in opened["post"].items() if key in words}
    first, _, last = told.occurred.partition("/")
    draft = Case(
        file=name,
        title=told.title,
        sending=opened.get("sending", ""),
        receiving=opened.get("receiving", ""),
        occurred=(first, last or first),
        as_of=as_of,
        place=told.place,
        post_class=opened["post"].get("class", ""),
        host_language=opened.get("host_language", ""),
        facts={**post, **confirmed},
        positions={},
        instruments=tuple(opened.get("instruments", ())),
        sources={key: said for key in confirmed if (said := _said_by(state, stands[key]))},
    )
    return read_case(case_file_text(draft), name)


def is_at_home(state: IncidentState) -> bool:
    """Whether it is at our own ministry: no other State receives it, so no rule of entry is asked."""
    return bool(state.opened["post"].get("class") == MINISTRY)


def _said_by(state: IncidentState, values: Mapping[str, Iterable[Decision]]) -> str:
    """Who says so, each once, in the order of confirmation."""
    claims = [claim for decisions in values.values() for one in decisions for claim in one.claims]
    said = (state.claims[claim].said_by for claim in claims if claim in state.claims)
    return "; ".join(dict.fromkeys(filter(None, said)))


def case_file_text(case: Case) -> str:
    """A case as a case file (docs/case-file.md): reading it gives a case with the same answer."""
    words, (first, last) = vocabulary().facts, case.occurred
    profile = {name: values for name, values in case.facts.items() if words[name].profile}
    rest = {name: values for name, values in case.facts.items() if not words[name].profile}
    header = {
        "title": case.title,
        "sending_state": case.sending,
        "receiving_state": case.receiving,
        "occurred": first if first == last else f"{first}/{last}",
        "as_of": case.as_of,
        "place": case.place,
        "source": case.source,
        "source_tag": case.source_tag,
    }
    tables: dict[str, Mapping[str, Values]] = {
        "case": header,
        "post": {"class": case.post_class, "host_language": case.host_language, **profile},
        "regime": {"instruments": list(case.instruments)},
        "facts": rest,
        "positions": case.positions,
        "sources": case.sources,
    }
    return "\n".join(filter(None, (_table(name, rows) for name, rows in tables.items())))


def _table(name: str, rows: Mapping[str, Values]) -> str:
    """A TOML table, "" where it would hold nothing. A fact with one value is written as that value."""
    lines = [f"{key} = {_toml(key, value)}\n" for key, value in rows.items() if value]
    return f"[{name}]\n{''.join(lines)}" if lines else ""


def _toml(key: str, value: Values) -> str:
    if isinstance(value, str):
        # JSON escapes all that TOML asks to be escaped, but for one character.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if len(value) == 1 and key != "instruments":
        return _toml(key, value[0])
    return f"[{', '.join(_toml(key, one) for one in value)}]"


def _listed(value: Values) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
