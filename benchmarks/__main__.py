"""`make bench`: each part in a process of its own, one after the other; prints the report, keeps it in docs."""

import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.alarm import ALARM_PARTS
from benchmarks.alarm_report import alarm_report
from benchmarks.desk import DESK_PARTS, desk_report
from benchmarks.notes import NOTES_PARTS, notes_report
from benchmarks.parts import PARTS, Result
from benchmarks.record import RECORD_PARTS
from benchmarks.record_report import PICTURE, picture, record_report
from benchmarks.recording import RECORDING_PARTS, recording_report
from benchmarks.report import report
from benchmarks.sources import SOURCES_PARTS, sources_report
from benchmarks.tablet import TABLET_PARTS, tablet_report

ROOT = Path(__file__).parent.parent


FIRST = PARTS | RECORD_PARTS | ALARM_PARTS | TABLET_PARTS
#: What has a page of its own, `docs/measured-NAME.md`.
PAGES = {
    "desk": (DESK_PARTS, desk_report),
    "notes": (NOTES_PARTS, notes_report),
    "recording": (RECORDING_PARTS, recording_report),
    "sources": (SOURCES_PARTS, sources_report),
}
EVERY_PART = FIRST | DESK_PARTS | NOTES_PARTS | RECORDING_PARTS | SOURCES_PARTS


def main() -> None:
    """Everything; or, where it is named, one part (its result as JSON) or one of PAGES alone."""
    name = "".join(sys.argv[1:2])
    if name in EVERY_PART:
        print(json.dumps(EVERY_PART[name]()))
    elif name:
        write_page(name)
    else:
        write_first()
        for page in PAGES:
            write_page(page)


def write_first() -> None:
    found = {name: run(name) for name in FIRST}
    law = report(found, when=today(), commit=commit(), machine=machine())
    text = "\n".join([law, *record_report(found), *alarm_report(found), *tablet_report(found)])
    print(text)
    (ROOT / "docs" / PICTURE).write_text(picture(found["record_growth"]["rows"]), encoding="utf-8")
    (ROOT / "docs/measured.md").write_text(text, encoding="utf-8")


def write_page(name: str) -> None:
    parts, of = PAGES[name]
    found = {part: run(part) for part in parts}
    text = "\n".join(of(found, when=today(), commit=commit(), machine=machine()))
    print(text)
    (ROOT / f"docs/measured-{name}.md").write_text(text, encoding="utf-8")


def today() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d}"


def run(part: str) -> Result:
    print(f"{part} …", file=sys.stderr, flush=True)
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", part], cwd=ROOT, check=False, stdout=subprocess.PIPE, text=True
    )
    if done.returncode:
        sys.exit(f"{part} failed; see above. Peers are installed by `make bench`.")
    return json.loads(done.stdout)


def commit() -> str:
    command = ["git", "rev-parse", "--short", "HEAD"]
    head = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    return head.stdout.strip() or "an unpacked archive"


def machine() -> str:
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"


main()
