"""An update of the tables can be taken back, on a home of its own."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.long
def test_the_index_of_words_survives_the_way_back_and_forth(tmp_path: Path) -> None:
    def migrate(*words: str) -> None:
        told = os.environ | {"INVIOLABLE_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "inviolable.web.settings"}
        subprocess.run(
            [sys.executable, "-m", "django", "migrate", "-v0", *words], env=told, check=True, capture_output=True
        )

    def triggers() -> set[str]:
        [file] = tmp_path.rglob("*.sqlite3")
        with sqlite3.connect(file) as base:
            rows = base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'incidents_s%'")
            return {name for (name,) in rows}

    both = {"incidents_searchable_added", "incidents_searchable_gone"}
    for where in ("0004", "0003", "0004"):
        migrate("incidents", where)
        assert triggers() == both, where
