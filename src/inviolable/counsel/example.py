"""The case files of the worked example, carried in the package and copied into an example home."""

import os
from importlib.resources import files
from pathlib import Path

EXAMPLES = files("inviolable.counsel") / "examples"


def load_example_cases(home: Path) -> list[str]:
    """Copy the example's case files into `home`/cases; their references. A file that is there already is left alone."""
    folder = home / "cases"
    folder.mkdir(mode=0o700, exist_ok=True)
    loaded = []
    for source in sorted(EXAMPLES.iterdir(), key=lambda path: path.name):
        if not source.name.endswith(".toml"):
            continue
        loaded.append(source.name.removesuffix(".toml"))
        try:
            descriptor = os.open(folder / source.name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            continue
        with os.fdopen(descriptor, "wb") as copy:
            copy.write(source.read_bytes())
    return loaded
