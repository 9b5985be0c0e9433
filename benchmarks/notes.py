"""A note from its draft to PDF and Word, against Typst and docxtpl that are handed the finished words."""

import io
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.measure import median
from benchmarks.parts import Result
from benchmarks.report import wrapped

OPENED = {
    "incident": "0b5e0a3e-5f0c-4f6e-9a55-000000000001",
    "reference": "a-knock",
    "title": "A knock at the door",
    "status": "actual",
    "post": {"class": "consulate", "head": "career", "status": "open"},
    "occurred": "2026-01-27T11:00-06:00",
    "sending": "EC",
    "receiving": "US",
    "place": "Minneapolis, Minnesota",
    "host_language": "en",
}
FACTS = {"actor": "officer", "zone": "work", "officers": "one", "agency": "ICE", "consent_by": "none"} | {
    "emergency": "none", "attempted": "yes", "entered": "no", "disturbed": "yes", "work_stopped": "yes",
    "nationals_present": "yes", "assault": "threat", "body": "organ", "in_capacity": "yes", "continuing": "no",
}  # fmt: skip
NAMES = {"en": "Ministry of Foreign Affairs of Ecuador", "es": "Ministerio de Relaciones Exteriores del Ecuador"}
OTHERS = {"en": "Embassy of the United States of America", "es": "Embajada de los Estados Unidos de América"}
NOON = "2026-01-27T17:00:00.000Z"


@dataclass
class Desk:
    """Whoever drafts: an incident with its facts confirmed, and what the law said of it."""

    draft: Callable[[], Any]
    lines: list[str]


def desk() -> Desk:
    os.environ["DJANGO_SETTINGS_MODULE"] = "inviolable.web.settings"
    os.environ["INVIOLABLE_HOME"] = tempfile.mkdtemp(prefix="inviolable-bench-")
    import django

    django.setup()
    from inviolable.diplomacy.drafting.draft import draft
    from inviolable.diplomacy.paper.layout import sheets
    from inviolable.incidents.case import case_of
    from inviolable.incidents.fold import fold
    from inviolable.law.assess import assess

    told = [("incident.opened", OPENED)]
    told += [("fact.confirmed", {"part": "1", "key": key, "value": one, "claims": []}) for key, one in FACTS.items()]
    common = {"happened": {"from": NOON, "to": NOON}, "recorded": NOON, "actor": {"role": "legal", "id": "user-1"}}
    state = fold({"seq": seq, "kind": kind, "body": body, **common} for seq, (kind, body) in enumerate(told))
    case = case_of(state)
    answer = assess(case)

    def drafted() -> Any:
        who = {"sender": NAMES, "addressee": OTHERS, "organ": "ministry", "language": "es", "courtesy": ("en",)}
        how = {"form": "note_verbale", "channel": "ministry_to_embassy", "place": {}, "date": "2026-01-27"}
        return draft(state, "1", case, answer, **who, **how)

    lines = [line for sheet in sheets(drafted(), "", "draft") for line in sheet.lines]
    return Desk(drafted, [f"{line.label} {''.join(piece.words for piece in line.pieces)}" for line in lines])


def note_pdf() -> Result:
    import typst

    from inviolable.diplomacy.paper import typeset

    ours = desk()
    words = "\n\n".join(one.replace("[", "\\[").replace("]", "\\]").replace("_", "\\_") for one in ours.lines)
    source = f'#set document(title: [Note])\n#set text(lang: "es", font: "Libertinus Serif")\n= Note\n{words}'.encode()
    fonts = typst.Fonts(include_system_fonts=False)

    def alone() -> bytes:
        compiler = typst.Compiler(source, font_paths=fonts, ignore_system_fonts=True)
        return bytes(compiler.compile(format="pdf", pdf_standards=["a-2a", "ua-1"]))

    return {"ours": median(lambda: typeset.pdf(ours.draft(), "", "draft")), "alone": median(alone)}


def note_word() -> Result:
    import docx
    from docxtpl import DocxTemplate

    from inviolable.diplomacy.paper import word

    ours = desk()
    template, written = docx.Document(), io.BytesIO()
    for number in range(len(ours.lines)):
        template.add_paragraph(f"{{{{ line{number} }}}}")
    template.save(written)
    context = {f"line{number}": line for number, line in enumerate(ours.lines)}

    def alone() -> bytes:
        document, made = DocxTemplate(io.BytesIO(written.getvalue())), io.BytesIO()
        document.render(context)
        document.save(made)
        return made.getvalue()

    return {"ours": median(lambda: word.docx(ours.draft(), "", "draft")), "alone": median(alone)}


NOTES_PARTS: dict[str, Callable[[], Result]] = {"note_pdf": note_pdf, "note_word": note_word}


def notes_report(found: dict[str, Result], when: str, commit: str, machine: str) -> list[str]:
    """The page on notes, as Markdown."""
    names = {"note_pdf": ("PDF", "Typst"), "note_word": ("Word", "docxtpl")}
    rows = [
        f"| {kind} | {found[part]['ours'] * 1e3:.0f} ms | {peer}, {found[part]['alone'] * 1e3:.0f} ms |"
        f" {found[part]['ours'] / found[part]['alone']:.2f} |"
        for part, (kind, peer) in names.items()
    ]
    return [
        "# Measured: notes",
        "",
        wrapped(f"Made by `BENCH=notes make bench` on {when} at {commit}: {machine}. Never edited by hand."),
        "",
        wrapped(
            "A note of four pages in two languages, drafted from an incident's facts and an answer of the law, and made"
            " into a document; beside it, the tool alone that is handed the finished words, without letterhead, lists,"
            " controls or marks. Medians of seven runs."
        ),
        "",
        "| document | ours, from the facts | alone | ratio |",
        "|---|---:|---:|---:|",
        *rows,
        "",
    ]
