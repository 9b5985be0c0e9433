"""Turns every translation (.po) into the form that gettext reads (.mo) whenever the project is built or installed.

Hatchling calls this for the wheel and for an editable install, so a bare clone needs no system gettext and
no compiled file is ever committed.
"""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def compile_all(source: Path) -> list[Path]:
    """Compile each `django.po` under `source`; return the files written."""
    written = []
    for po in sorted(source.rglob("LC_MESSAGES/*.po")):
        with po.open("rb") as text:
            catalogue = read_po(text, locale=po.parent.parent.name, abort_invalid=True)
        mo = po.with_suffix(".mo")
        with mo.open("wb") as compiled:
            write_mo(compiled, catalogue)
        written.append(mo)
    return written


class CompileMessages(BuildHookInterface):  # type: ignore[type-arg]
    """The hook that hatchling finds in this file."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile before the files are gathered."""
        compile_all(Path(self.root) / "src")
