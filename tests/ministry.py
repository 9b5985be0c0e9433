"""The example's ministry in a test's home: each process takes it in once, and puts it there again for other tests."""

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from django.apps import apps
from django.db.models import Model

from inviolable.ledger.models import Entry
from inviolable.posts.example import load_example_posts


@dataclass(frozen=True)
class Kept:
    """What it left in its home, and as rows."""

    home: TemporaryDirectory
    rows: dict[type[Model], list[Model]]


_KEPT: dict[datetime, Kept] = {}


def found_ministry(home: Path, now: datetime) -> None:
    """As `load_example_posts(now)` on an empty record, in a fraction of the time."""
    assert not Entry.objects.exists(), "before anything else"
    assert not any(home.iterdir())
    if now in _KEPT:
        shutil.copytree(_KEPT[now].home.name, home, dirs_exist_ok=True)
        for model, rows in _KEPT[now].rows.items():
            model._base_manager.bulk_create(rows)
        return
    empty = [model for model in apps.get_models() if not model._base_manager.exists()]
    load_example_posts(now)
    kept = TemporaryDirectory(prefix="ministry-")
    shutil.copytree(home, kept.name, dirs_exist_ok=True)
    rows = {model: list(model._base_manager.all()) for model in empty}
    _KEPT[now] = Kept(kept, {model: found for model, found in rows.items() if found})
