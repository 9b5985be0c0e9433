"""The example's ministry: an embassy and consulates in one State. Cities are real; people are roles."""

from datetime import datetime
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

from inviolable.ledger.actions import SYSTEM
from inviolable.posts.tables import COLUMNS, import_tables


def load_example_posts(now: datetime) -> None:
    """Take it in; every way to reach somebody was confirmed just now."""
    shipped = files(__package__) / "examples"
    with TemporaryDirectory() as folder:
        for name in COLUMNS:
            text = (shipped / name).read_text("utf-8").replace("{now}", now.isoformat())
            (Path(folder) / name).write_text(text, encoding="utf-8")
        import_tables(Path(folder), actor=SYSTEM, now=now)
