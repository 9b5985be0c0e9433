"""Writes the tables of docs/ that follow from law and record: facts, findings, kinds of entry, the schema's example.

`python tools/tables.py` writes them; tests/law/test_docs.py fails when one is out of date.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from inviolable.alarm import kinds as _alarm  # noqa: F401
from inviolable.card import kinds as _card  # noqa: F401
from inviolable.counsel import kinds as _counsel  # noqa: F401
from inviolable.diplomacy import kinds as _diplomacy  # noqa: F401
from inviolable.diplomacy.demands import kinds as _demands  # noqa: F401
from inviolable.door import kinds as _door  # noqa: F401
from inviolable.incidents import kinds as _incidents  # noqa: F401
from inviolable.law.assess import assess
from inviolable.law.casefile import load_case
from inviolable.law.decisions import Compiled
from inviolable.law.law import law_of
from inviolable.law.lawfile import results_of
from inviolable.law.vocabulary import vocabulary
from inviolable.law.words import texts
from inviolable.ledger import kinds as _ledger  # noqa: F401 - declares its kinds
from inviolable.ledger.registry import KINDS
from inviolable.outbox import kinds as _outbox  # noqa: F401
from inviolable.posts import kinds as _posts  # noqa: F401
from inviolable.sources import kinds as _sources  # noqa: F401

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
#: VCCR, VCDR, and a bilateral convention in which no fire clause was read.
LAWS = {"VCCR": ("vccr", "arsiwa"), "VCDR": ("vcdr", "arsiwa"), "no fire clause": ("vccr", "arsiwa", "us-china-1980")}


def facts() -> str:
    """Every fact with its question and answers."""
    words, text = vocabulary(), texts("en")["facts"]
    lines = ["# Facts", "", "What a case file may say. Generated from `law/facts.toml` by `tools/tables.py`.", ""]
    for fact in words.facts.values():
        where = "`[post]`" if fact.profile else "`[facts]`"
        notes = [where, f"asking costs {fact.cost} s" if fact.cost else "decides nothing; accepted and shown"]
        lines += [f"## {fact.id}", "", f"{text[fact.id]['question']} ({'; '.join(notes)})", ""]
        for value in fact.values:
            door = ", at the door" if value in fact.door else ""
            lines.append(f"- `{value}`: {text[fact.id]['answers'][value]}{door}")
        lines.append("")
    return "\n".join(lines)


def findings() -> str:
    """The closed table: module, instrument, allowed results."""
    words, text = vocabulary(), texts("en")["modules"]
    lines = [
        "# Findings and remedies",
        "",
        "Every finding of the governing regime is listed in every answer, one per id. Beside these results each can be",
        "`disputed` (views differ on an unset position) or `open` (facts are missing or contested). A `breach` whose",
        "rule is tagged A or M is `arguable`. Generated from `law/modules.toml` by `tools/tables.py`.",
        "",
        "| id | what | instrument | results |",
        "|---|---|---|---|",
    ]
    for module in words.modules.values():
        if module.role != "stage":
            results = ", ".join(results_of(words, module.id))
            lines.append(f"| `{module.id}` | {text[module.id]} | {module.instrument} | {results} |")
    return "\n".join([*lines, ""])


def modules() -> str:
    """What a rule may conclude, stages first; and how a ministry adds a rule of its own."""
    words, text = vocabulary(), texts("en")
    lines = [
        "# Modules",
        "",
        "What a rule may conclude: `rule name: module is result`. Stages feed the others; findings and remedies are in",
        "[findings.md](findings.md). Generated from `law/modules.toml` by `tools/tables.py`.",
        "",
        "| stage | what it says | results |",
        "|---|---|---|",
    ]
    for module in words.modules.values():
        if module.role == "stage":
            lines.append(f"| `{module.id}` | {text['modules'][module.id]} | {', '.join(module.results)} |")
    lines += ["", "What staff may be told to do (`do` keys):", ""]
    lines += [f"- `{key}`: {sentence}" for key, sentence in text["do"].items()]
    return "\n".join([*lines, ""])


def positions() -> str:
    """Every disputed point with its views, and how to take one."""
    words, text = vocabulary(), texts("en")["positions"]
    lines = [
        "# Positions",
        "",
        "A disputed point of law stays `disputed` until the ministry's legal adviser takes a position on it: on the",
        "law pages, or in `INVIOLABLE_HOME/positions.toml`, one line each:",
        "",
        "```toml",
        'express-refusal = "binds"',
        "```",
        "",
        "A case file may try a position for itself in `[positions]`. Generated from `law/positions.toml` by",
        "`tools/tables.py`.",
        "",
    ]
    for position in words.positions.values():
        said = text[position.id]
        lines += [f"## {position.id}", "", said["question"], ""]
        lines += [f"- `{option}`: {said[option]}. {said['authority'][option]}" for option in position.options]
        lines += ["", f"From: {position.source}", ""]
    return "\n".join(lines)


def emergencies() -> str:
    """Each emergency with the answer it yields when nobody has consented."""
    text = texts("en")["facts"]["emergency"]["answers"]
    lines = [
        "# Emergencies when nobody has consented",
        "",
        "Officers of the receiving State stand at the working part of an open career post (or of a mission); action is",
        "needed this minute; only a rescue crew wants in; nobody has refused; positions are unset. The last column is",
        "the convention between the United States and China of 1980, in which no fire clause was read. Generated by",
        "`tools/tables.py`.",
        "",
        "| emergency | " + " | ".join(LAWS) + " |",
        "|---|" + "---|" * len(LAWS),
    ]
    for emergency in vocabulary().facts["emergency"].values:
        cells = " | ".join(f"`{answer}`" for answer in _answers(emergency))
        lines.append(f"| `{emergency}`: {text[emergency]} | {cells} |")
    return "\n".join([*lines, ""])


def _answers(emergency: str) -> Iterator[str]:
    known = {
        "head": "career",
        "status": "open",
        "zone": "work",
        "actor": "officer",
        "consent_by": "none",
        "emergency": emergency,
        "prompt": "yes",
        "crew": "yes",
        "refused": "no",
    }
    for packs in LAWS.values():
        compiled = Compiled(law_of(*packs))
        allowed = {fact: (value,) for fact, value in known.items()}
        (answer,) = compiled.graphs.outcomes(compiled.answers("entry", {}), allowed)
        yield answer[0]


def example() -> str:
    """One full answer, as `assess --json` gives it, indented for reading."""
    answer: dict[str, Any] = assess(load_case(ROOT / "examples" / "minneapolis-2026.toml"))
    return json.dumps(answer, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def kinds() -> str:
    """Every kind of entry: its fields, what it seals, opens and closes, and its PREMIS word."""
    lines = [
        "# Kinds of entry",
        "",
        "Fields in brackets may be absent. Sealed fields stand in the entry as commitments ([record.md](record.md)).",
        "PREMIS: the eventType word (PREMIS 3) for what was done to an object. The `status` of an incident is a",
        "word of the Common Alerting Protocol (CAP 1.2). Generated from the rooms' `kinds.py` by `tools/tables.py`.",
        "",
        "| kind | fields | sealed | opens, closes | PREMIS |",
        "|---|---|---|---|---|",
    ]
    for kind in sorted(KINDS.values(), key=lambda one: one.name):
        if kind.name.startswith("test."):  # Of the tests alone.
            continue
        fields = ", ".join([f"`{name}`" for name in kind.needs] + [f"[`{name}`]" for name in kind.may])
        sealed = ", ".join(f"`{name}`" for name in sorted(kind.sealed))
        bound = f"opens {kind.opens}" if kind.opens else f"closes {kind.closes}" if kind.closes else ""
        lines.append(f"| `{kind.name}` | {fields} | {sealed} | {bound} | {kind.premis} |")
    return "\n".join([*lines, ""])


TABLES = {
    "facts.md": facts,
    "findings.md": findings,
    "modules.md": modules,
    "positions.md": positions,
    "emergencies.md": emergencies,
    "assess.example.json": example,
    "kinds.md": kinds,
}

if __name__ == "__main__":
    for name, table in TABLES.items():
        (DOCS / name).write_text(table(), encoding="utf-8")
