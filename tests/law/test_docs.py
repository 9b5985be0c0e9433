"""The documents that follow from the law are current, and every answer keeps to the published schema."""

import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema
import pytest

from inviolable.law.assess import assess, canonical
from inviolable.law.casefile import load_case
from inviolable.law.law import law_of, put_together
from inviolable.law.lawreader import read_pack
from inviolable.law.proof import prove
from inviolable.law.vocabulary import vocabulary

ROOT = Path(__file__).parents[2]
CASES = sorted([*(ROOT / "examples").glob("*.toml"), *(ROOT / "precedents").rglob("*.toml")])


def tables() -> ModuleType:
    spec = importlib.util.spec_from_file_location("tables", ROOT / "tools" / "tables.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", sorted(tables().TABLES))
def test_a_generated_document_is_current(name: str) -> None:
    assert (ROOT / "docs" / name).read_text() == tables().TABLES[name](), "run: python tools/tables.py"


def schema() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / "docs" / "assess.schema.json").read_text())
    return found


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_every_answer_keeps_to_the_schema(path: Path) -> None:
    answer = json.loads(canonical(assess(load_case(path))))
    jsonschema.Draft202012Validator(schema()).validate(answer)
    assert not list(_forbidden(answer)), "objects, arrays, strings and integers only"


def _forbidden(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for one in value.values():
            yield from _forbidden(one)
    elif isinstance(value, list):
        for one in value:
            yield from _forbidden(one)
    elif not isinstance(value, str | int) or isinstance(value, bool):
        yield value


def test_the_schema_refuses_what_the_contract_does_not_name() -> None:
    answer = assess(load_case(CASES[0]))
    answer["surprise"] = "x"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(answer, schema())


def test_the_pack_shown_in_the_grammar_is_read_and_proved() -> None:
    grammar = (ROOT / "docs" / "grammar.md").read_text()
    text = grammar.split("```markdown\n")[1].split("\n```")[0]
    pack = read_pack(text, "grammar.md", vocabulary())
    base = law_of("vccr", "arsiwa")
    assert prove(put_together([*base.packs, pack], vocabulary()), base).faults == ()
