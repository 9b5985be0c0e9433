"""A recording in plain, where an identity of headquarters is: its segments one by one, and one file that plays."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from inviolable.ledger import exhibits, joining, subjects
from inviolable.ledger.actions import Actor, objects, subject_keys
from inviolable.ledger.canonical import decode
from inviolable.ledger.erasure import find_subject
from inviolable.ledger.exhibits import object_name
from inviolable.ledger.models import Entry, Segment
from inviolable.ledger.sandbox import MediaFailed, NoSandbox
from inviolable.ledger.seal import CannotOpen, Identity, open_stream
from inviolable.ledger.slices import LAYERS, Filmed, read_statement, slices
from inviolable.ledger.store import StoreError

Progress = Callable[[int, int], None]
#: How files are called that play as this.
ENDINGS = {"video/webm": "webm", "audio/webm": "webm", "video/mp4": "mp4", "audio/mp4": "m4a"}
ENDINGS |= {"video/x-matroska": "mkv", "audio/x-matroska": "mka"}


@dataclass(frozen=True)
class Opened:
    """A segment that arrived. id: its exhibit; name: its file in plain, "" where this recording's key opens it not."""

    id: str
    filmed: Filmed
    name: str


def open_recording(
    stream: str,
    recording: str,
    identities: Sequence[Identity],
    reason: str,
    *,
    to: Path | None,
    segments: Path | None,
    actor: Actor,
    now: datetime,
    progress: Progress = lambda _done, _all: None,
) -> list[Opened]:
    """Record the opening, then write a recording in plain: `to` is one file that plays, `segments` a folder of all.

    Raises CannotOpen with another identity, BadEntry where it was erased or no reason is given. MediaFailed, NoSandbox:
    they cannot be joined here; then a folder of all is written in any case, beside `to`, called as it is with
    `-segments`. Whatever is written is whole.
    """
    identity = identity_of(recording, identities)
    exhibits.note_opening(stream, recording, reason, "opened", actor=actor, now=now)
    beside = next(path for path in (to, segments) if path).absolute().parent
    with tempfile.TemporaryDirectory(dir=beside, prefix=".opening-") as folder:
        plain, joined = Path(folder, "segments"), Path(folder, "joined")
        opened = write_segments(recording, plain, identity)
        try:
            if to:
                join(plain, opened, joined, progress)
                joined.rename(to)
        except (MediaFailed, NoSandbox):
            segments = segments or (to and to.with_name(f"{to.name}-segments"))
            raise
        finally:
            if segments:
                plain.rename(segments)
    return opened


def identity_of(recording: str, identities: Sequence[Identity]) -> Identity:
    """The key of a recording. Raises CannotOpen with another identity or none, BadEntry where it was erased."""
    find_subject(recording)
    if not identities:
        raise CannotOpen(f"{recording}: no key was brought to open it with; name one with --identity FILE.")
    return subjects.identity_of(subject_keys(), recording, identities)


def write_segments(recording: str, folder: Path, identity: Identity) -> list[Opened]:
    """Write into a new folder what arrived and opens, called by its place: `00003-full.webm` is of the third slice.

    Returns all that arrived, in the order in which they were filmed.
    """
    folder.mkdir(mode=0o700)
    rows = Segment.objects.filter(recording=recording).select_related("entry").order_by("number")
    bodies = [decode(bytes(row.entry.line))["body"] for row in rows]
    ids = {body["number"]: body["segment"] for body in bodies}
    opened = []
    for place, one in enumerate(slices(read_statement(body["statement"]) for body in bodies), 1):
        for filmed in sorted(one.arrived.values(), key=lambda it: LAYERS.index(it.layer)):
            name = f"{place:05}-{filmed.layer}.{ENDINGS.get(filmed.media.partition(';')[0], 'bin')}"
            name = name if _opened(object_name(ids[filmed.number]), folder / name, identity) else ""
            opened.append(Opened(ids[filmed.number], filmed, name))
    return opened


def _opened(sealed: str, to: Path, identity: Identity) -> bool:
    """Whether something sealed was written in plain: whole, or not at all."""
    try:
        with to.open("xb") as sink, objects().read(sealed) as source:
            open_stream(source, sink, [identity])
    except (CannotOpen, StoreError):
        to.unlink()
        return False
    return True


def join(folder: Path, opened: Sequence[Opened], out: Path, progress: Progress = lambda _done, _all: None) -> str:
    """Write one file that plays of the opened segments in a folder; how such a file is called, such as `webm`.

    Raises MediaFailed, NoSandbox. Whatever else it makes is gone afterwards.
    """
    rows: dict[tuple[str, int], list[tuple[str, Filmed]]] = {}
    for one in opened:
        if one.name:
            rows.setdefault((one.filmed.boot, one.filmed.slice), []).append((one.name, one.filmed))
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".joining-") as work:
        for one in opened:
            if one.name:
                (Path(work) / one.name).hardlink_to(folder / one.name)
        return ENDINGS[joining.join(Path(work), list(rows.values()), out, progress)]


def index(opened: Sequence[Opened]) -> str:
    """What each file is, a line each: name, number of its segment, where it lies sealed, when and how long filmed."""
    return "".join(
        f"{one.name or '(does not open)'}  segment {one.filmed.number}  data/exhibits/{one.id}.age  "
        f"{one.filmed.wall}  {one.filmed.length} ms  {one.filmed.media}\n"
        for one in opened
    )


def openings(stream: str, recording: str) -> str:
    """Who opened a recording and why, a line each: when, the role, the id that names nobody, and the reason."""
    rows = Entry.objects.filter(stream=stream, kind="exhibit.opened").order_by("seq").values_list("line", flat=True)
    told = [entry for entry in (decode(bytes(line)) for line in rows) if entry["body"]["exhibit"] == recording]
    return "".join(f"{one['recorded']}  {_who(one['actor'])}  {_in_line(one['body']['reason'])}\n" for one in told)


def _who(actor: Mapping[str, str]) -> str:
    return f"{actor['role']} ({actor['id']})"


def _in_line(reason: str) -> str:
    return " ".join(reason.split())
