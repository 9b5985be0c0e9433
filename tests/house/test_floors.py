"""The order of the rooms. `make lint` reads the imports with import-linter; these tests read what that cannot."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

BELOW_THE_ROOF = ("law", "ledger", "documents", "posts", "counsel", "incidents")
CLOCKS = {"now", "today", "utcnow", "time", "time_ns", "localtime", "gmtime"}
CLOCK_OWNERS = {"timezone", "datetime", "date", "time", "dt"}


def trees(root: Path, room: str) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted((root / "src/inviolable" / room).rglob("*.py")):
        yield path, ast.parse(path.read_text("utf-8"))


def test_the_law_needs_nothing_but_python_itself_and_perhaps_numpy(root):
    allowed = sys.stdlib_module_names | {"numpy"}
    for path, tree in trees(root, "law"):
        for node in ast.walk(tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            for name in names:
                assert name.startswith("inviolable.law") or name.split(".")[0] in allowed, f"{path} imports {name}"


def test_time_is_an_argument(root):
    for room in BELOW_THE_ROOF:
        for path, tree in trees(root, room):
            said = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args}
            for node in ast.walk(tree):
                if isinstance(node, ast.Attribute) and node.attr in ("gmtime", "localtime") and id(node) in said:
                    continue  # Of a moment that is given: no clock.
                if isinstance(node, ast.Attribute) and node.attr in CLOCKS:
                    owner = node.value
                    name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
                    assert name not in CLOCK_OWNERS, f"{path}:{node.lineno} reads the clock; take `now` as an argument"
                if isinstance(node, ast.keyword) and node.arg in ("auto_now", "auto_now_add"):
                    raise AssertionError(f"{path}:{node.lineno} reads the clock; take `now` as an argument")


def test_no_room_has_a_drawer_for_everything(root):
    drawers = {"utils", "helpers", "common", "misc"}
    for path in (root / "src").rglob("*"):
        assert path.stem not in drawers, path
