"""The list of incidents as a table, for other programs: CSV (RFC 4180) and Excel. Nobody is named in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from inviolable.counsel.library import post_class_words
from inviolable.incidents.doors import doors_of
from inviolable.incidents.models import Incident, Obligation
from inviolable.incidents.wording import mark_of

Rows = Sequence[Sequence[str | int]]


def table(incidents: Sequence[Incident], language: str, now: datetime) -> Rows:
    """A line of headings, then one for each incident. Moments are UTC (ISO 8601)."""
    doors = doors_of(incidents, language)
    left: dict[object, list[Obligation]] = {}
    for task in Obligation.objects.filter(incident__in=incidents, closed_by=None):
        left.setdefault(task.incident_id, []).append(task)
    rows: list[Sequence[str | int]] = [
        (
            *(_("Reference"), _("Title"), _("Kind"), _("Post"), _("Sending State"), _("Receiving State"), _("Place")),
            *(_("Happened"), _("Opened"), _("Closed"), _("May they enter?"), _("To be done"), _("Overdue")),
        )
    ]
    for one in incidents:
        first, open_ones = doors[one.stream][0], left.get(one.pk, [])
        case, door = first.case, first.door
        about = (case.post_class, case.sending, case.receiving, case.place) if case else ("", "", "", "")
        late = sum(it.due_at is not None and it.due_at < now for it in open_ones)
        rows.append(
            (
                *(one.reference, one.called, mark_of(one), post_class_words(about[0]), *about[1:]),
                *(" / ".join(dict.fromkeys(case.occurred)) if case else "", _moment(one.opened), _moment(one.closed)),
                *(door.words if door else "", len(open_ones), late),
            )
        )
    return rows


def _moment(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""


def as_csv(rows: Rows) -> bytes:
    """UTF-8 with its mark, which Excel needs. What a spreadsheet would take for a formula begins with an apostrophe."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([[_plain(cell) for cell in row] for row in rows])
    return text.getvalue().encode("utf-8-sig")


def _plain(cell: str | int) -> str | int:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def as_excel(rows: Rows) -> bytes:
    """One sheet; every cell is text or a number, never a formula."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                write = sheet.write_string if isinstance(cell, str) else sheet.write_number
                write(number, column, cell, None if number else bold)
        sheet.freeze_panes(1, 0)
        sheet.autofit()
    return out.getvalue()


FORMS: Mapping[str, tuple[str, Callable[[Rows], bytes]]] = {
    "csv": ("text/csv; charset=utf-8", as_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_excel),
}
