"""Keeps the translations (.po) in step with the words in code and templates.

    python tools/messages.py update     gather new words, mark those gone
    python tools/messages.py check      one line per missing, fuzzy or surplus translation; exit 1 if there is any
    python tools/messages.py compile    make the .mo files that gettext reads

Each room keeps its own `locale/`. English is what the code says, so only other languages have files.
"""

import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

SOURCE = Path(__file__).parent.parent / "src" / "inviolable"
LANGUAGES = ("es",)
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "npgettext": ((1, "c"), 2, 3),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
# The law's words are not screens' words: they live in law/texts and law/say.
NOT_SCREENS = {"law"}


def rooms() -> list[Path]:
    """The rooms that have screens."""
    return sorted(path.parent for path in SOURCE.glob("*/apps.py") if path.parent.name not in NOT_SCREENS)


def words_of(room: Path) -> Catalog:
    """Every translatable string in the room's code and templates."""
    found = Catalog(fuzzy=False)
    files = [*room.rglob("*.py"), *room.rglob("templates/**/*.html"), *room.rglob("templates/**/*.txt")]
    for path in sorted(files):
        for line, message, comments, context in _strings(path):
            # Which file, but not which line: a line number would change every .po with every edit.
            found.add(
                message,
                locations=[(path.relative_to(SOURCE).as_posix(), None)],
                auto_comments=comments,
                context=context,
            )  # type: ignore[list-item]
            del line
    return found


def _strings(path: Path) -> Iterator[tuple[int, str | tuple[str, ...], list[str], str | None]]:
    source = path.read_text("utf-8")
    if path.suffix != ".py":
        from django.utils.translation.template import templatize

        # Django blanks a template to something like Python; the brackets keep its indentation from mattering.
        source = "(\n" + templatize(source) + "\n)"
    return extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS, options={"encoding": "utf-8"})


def po_file(room: Path, language: str) -> Path:
    """Where a room keeps a language."""
    return room / "locale" / language / "LC_MESSAGES" / "django.po"


def read(path: Path, language: str) -> Catalog:
    """The translations there are, none when there is no file."""
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update() -> None:
    """Bring every file up to date with the code. What is new stays empty for a person to translate."""
    for room in rooms():
        words = words_of(room)
        for language in LANGUAGES:
            path = po_file(room, language)
            if not len(words) and not path.exists():
                continue
            catalogue = read(path, language)
            catalogue.update(words, no_fuzzy_matching=True)
            catalogue.obsolete.clear()
            catalogue.header_comment = f"# {room.name}: {language}"
            path.parent.mkdir(parents=True, exist_ok=True)
            out = io.BytesIO()
            write_po(out, catalogue, width=110, sort_output=True, omit_header=True)
            head = f'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
            head += f'"Plural-Forms: {catalogue.plural_forms}\\n"\n\n'
            path.write_bytes(head.encode() + out.getvalue())


def faults() -> list[str]:
    """What a reader in another language would stumble over."""
    found = []
    for room in rooms():
        words = words_of(room)
        for language in LANGUAGES:
            known = read(po_file(room, language), language)
            where = f"{room.name}/{language}"
            for message in words:
                if not message.id:
                    continue
                translated = known.get(message.id, message.context)
                if translated is None or not _is_whole(translated.string):
                    found.append(f"{where}: not translated: {message.id!r}")
                elif translated.fuzzy:
                    found.append(f"{where}: fuzzy: {message.id!r}")
                else:
                    found += [f"{where}: {message.id!r}: {fault}" for fault in translated.check()]
            found += [
                f"{where}: no longer used: {m.id!r}" for m in known if m.id and words.get(m.id, m.context) is None
            ]
    return found


def _is_whole(translation: str | tuple[str, ...] | None) -> bool:
    parts = translation if isinstance(translation, tuple) else (translation,)
    return all(parts)


def main(arguments: list[str]) -> int:
    """Run one of the three."""
    sys.path.insert(0, str(Path(__file__).parent))
    match arguments:
        case ["update"]:
            update()
        case ["check"]:
            for fault in (found := faults()):
                print(fault, file=sys.stderr)
            return 1 if found else 0
        case ["compile"]:
            from compile_messages import compile_all

            compile_all(SOURCE)
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    import django
    from django.conf import settings

    settings.configure(USE_I18N=False)
    django.setup()
    sys.exit(main(sys.argv[1:]))
