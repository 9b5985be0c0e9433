"""The words of notes, by language, and which paragraph stands when: data files, forms/*.toml.

A ministry puts its own formulae over ours: `notes/es.toml` in INVIOLABLE_HOME, with the same tables and keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from string import Formatter
from typing import Any

from inviolable.law.faults import Fault, Faulty, nearest
from inviolable.law.files import decode, parse_toml, read_toml_file
from inviolable.law.regime import state_codes

FORMS = files(__package__) / "forms"
Words = Mapping[str, Mapping[str, str]]
#: What fills a text when it is drafted, as `{the_sender}`: a name with its article or a preposition.
STATES = ("sending", "receiving")
NAMED = ("sender", "addressee", "organ", "government", "post", *STATES)
#: In which tables all of them may stand; in others the two States alone.
TEXTS = ("note_verbale", "signed_note", "letter", "statement", "demarche", "text")
MARK = re.compile(r"\[\[[^\]]*\]\]")


def names(*named: str) -> set[str]:
    """What fills a text, as it stands there."""
    return {f"{{{before}_{name}}}" for before in ("the", "The", "of", "to") for name in named}


@cache
def plan() -> Mapping[str, Any]:
    """Which paragraphs there are, in their order, and when each stands (forms/plan.toml)."""
    return _shipped("plan")


def quoting() -> tuple[str, ...]:
    """The forms that quote what the other State said."""
    row = next(one for one in plan()["paragraph"] if one["id"] == "statement")
    return tuple(plan()["forms"][row["forms"]])


@cache
def wording(language: str) -> Words:
    """The shipped words of one language."""
    return _shipped(language)


def wording_of(home: Path | None, language: str) -> Words:
    """The words with a ministry's own over them. Raises Faulty for a key that there is not, or a mark not in ours."""
    ours = wording(language)
    if home is None:
        return ours
    path = home / "notes" / f"{language}.toml"
    own = read_toml_file(path)
    faults = [Fault(str(path), 0, what, way_out) for what, way_out in _wrong(ours, own)]
    if faults:
        raise Faulty(faults)
    return {table: {**words, **own.get(table, {})} for table, words in ours.items()}


def _wrong(ours: Words, own: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is wrong with a ministry's words, and the way out."""
    for table, words in own.items():
        if table not in ours or not isinstance(words, dict):
            yield f"there is no table [{table}]", nearest(table, ours)
            continue
        for key, said in words.items():
            if table in ("formal", "states") and key in state_codes() and isinstance(said, str):
                continue
            if key not in ours[table]:
                yield f"[{table}]: there is no {key}", nearest(key, ours[table])
            elif not isinstance(said, str):
                yield f"[{table}] {key} is no text", 'write it in quotation marks: key = "…"'
            elif strange := _fillings(said) - (
                allowed := _fillings(ours[table][key]) | names(*(NAMED if table in TEXTS else STATES))
            ):
                shown = ", ".join(sorted(one for one in allowed if one.startswith("[["))) or "no mark"
                yield (
                    f"[{table}] {key} has {sorted(strange)[0]}",
                    f"allowed there: {shown}, and names such as {{the_sender}}",
                )


def _fillings(text: str) -> set[str]:
    """What stands in a text for something else; of a brace that is not closed, the whole text."""
    try:
        fields = {f"{{{name}}}" for _text, name, _spec, _conversion in Formatter().parse(text) if name is not None}
    except ValueError:
        fields = {text}
    return fields | set(MARK.findall(text))


def _shipped(name: str) -> dict[str, Any]:
    return parse_toml(decode(FORMS.joinpath(f"{name}.toml").read_bytes(), name), f"forms/{name}.toml")
