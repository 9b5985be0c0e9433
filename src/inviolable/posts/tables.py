"""Posts, staff and dated roles as four CSV files, in and out: posts, people, contacts, roles. All of them or nothing.

posts.csv      post,name,class,head,status,city,address,telephone,coordinates,district,sending,receiving,
               host_language,time_zone,mission,zones
people.csv     person,name,language,time_zone,quiet_from,quiet_until
contacts.csv   person,channel,address,confirmed            one line for each way, in the order in which they are tried
roles.csv      post,role,person,rank,from,until,document,scope,notified

zones are written `lobby=public; archive=work`; a time is a day in the zone of the post (2026-01-01) or a moment with
its offset (2026-01-01T08:00-06:00). A line that says what is known already changes nothing.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from inviolable.law.faults import Fault, Faulty, nearest
from inviolable.law.files import decode, read_bytes
from inviolable.ledger.actions import Actor
from inviolable.posts import actions
from inviolable.posts.consent import Holding
from inviolable.posts.models import Contact, HeldRole, Person, Post
from inviolable.posts.terms import PUSH

POST = (
    *("name", "class", "head", "status", "city", "address", "telephone", "coordinates", "district", "sending"),
    *("receiving", "host_language", "time_zone", "mission"),
)
COLUMNS = {
    "posts.csv": ("post", *POST, "zones"),
    "people.csv": ("person", "name", "language", "time_zone", "quiet_from", "quiet_until"),
    "contacts.csv": ("person", "channel", "address", "confirmed"),
    "roles.csv": ("post", "role", "person", "rank", "from", "until", "document", "scope", "notified"),
}
#: Columns that may be left out of a file.
OPTIONAL = ({*POST[2:], "zones"} - {"time_zone"}) | {
    *("quiet_from", "quiet_until", "confirmed", "rank", "until", "document", "scope", "notified")
}
LARGEST = 10_000_000
Row = Mapping[str, str]


class _Reader:
    """Rows of the files of a folder with their lines; what is wrong is kept, so that all of it is said at once."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.faults, self.file, self.line = folder, list[Fault](), "", 0

    def rows(self, name: str) -> list[tuple[int, Row]]:
        """Each row with its line; none where the file is not there."""
        self.file, self.line = name, 1
        path = self.folder / name
        if not path.exists():
            return []
        text = decode(read_bytes(path, name, "table", LARGEST), name).removeprefix("\ufeff")
        reader = csv.DictReader(io.StringIO(text), strict=True)
        columns, known = list(reader.fieldnames or ()), COLUMNS[name]
        for column in columns:
            if column not in known:
                self.fault(f"unknown column {column!r}", nearest(column, known))
        for column in known:
            if column not in columns and column not in OPTIONAL:
                self.fault(f"there is no column {column!r}", f"columns: {','.join(known)}")
        return [] if self.faults else list(self._rows(reader))

    def _rows(self, reader: csv.DictReader[str]) -> Iterator[tuple[int, Row]]:
        try:
            for row in reader:
                self.line = reader.line_num
                if None in row or None in row.values():
                    self.fault("it has another number of fields than the first line", "quote what holds a comma")
                else:
                    yield reader.line_num, {name: value.strip() for name, value in row.items()}
        except csv.Error as fault:
            self.line = reader.line_num
            self.fault(f"no CSV: {fault}", "write it with a spreadsheet or quote as RFC 4180 says")

    def fault(self, what: str, way_out: str = "") -> None:
        """Something is wrong with the line at hand."""
        self.faults.append(Fault(self.file, self.line, what, way_out))

    @contextmanager
    def one(self, file: str, line: int) -> Iterator[None]:
        """Work on one row: what is refused is said of its line."""
        self.file, self.line = file, line
        try:
            with transaction.atomic():
                yield
        except (actions.Refused, ValueError) as fault:
            self.fault(str(fault))


@transaction.atomic
def import_tables(folder: Path, *, actor: Actor, now: datetime) -> dict[str, int]:
    """Take in the files that lie in a folder; how many rows of each. Raises Faulty: then nothing was taken."""
    reader, who = _Reader(folder), {"actor": actor, "now": now}
    rows = {name: reader.rows(name) for name in COLUMNS}
    if not any((folder / name).exists() for name in COLUMNS):
        raise Faulty([Fault(str(folder), 0, "holds none of the files", f"expected: {', '.join(COLUMNS)}")])
    if not reader.faults:
        _take(reader, rows, who)
    if reader.faults:
        raise Faulty(reader.faults)
    return {name: len(found) for name, found in rows.items()}


def _take(reader: _Reader, rows: Mapping[str, list[tuple[int, Row]]], who: Mapping[str, Any]) -> None:
    for line, row in rows["posts.csv"]:
        with reader.one("posts.csv", line):
            told = {name: value for name, value in row.items() if name != "post"}
            actions.describe_post(row["post"], {**told, "zones": _zones(row.get("zones", ""))}, **who)
    ways: dict[str, list[Row]] = {}
    for line, row in rows["contacts.csv"]:
        ways.setdefault(row["person"], []).append(row)
        with reader.one("contacts.csv", line):
            _check_contact(row, {row["person"] for _, row in rows["people.csv"]})
    for line, row in rows["people.csv"]:
        with reader.one("people.csv", line):
            _take_person(row, ways.get(row["person"], []), who)
    for line, row in rows["roles.csv"]:
        with reader.one("roles.csv", line):
            _take_role(row, who)


def _check_contact(row: Row, people: set[str]) -> None:
    if row["person"] not in people:
        raise actions.Refused(f"person: {row['person']!r} is not in people.csv.")
    if not row["address"]:
        raise actions.Refused("address: is empty.")


def _take_person(row: Row, ways: Iterable[Row], who: Mapping[str, Any]) -> None:
    actions.list_person(
        row["person"],
        name=row["name"],
        language=row["language"],
        time_zone=row["time_zone"],
        quiet=(_hour(row.get("quiet_from", "")), _hour(row.get("quiet_until", ""))),
        contacts=[
            actions.Reached(
                way["channel"], way["address"], _moment(way.get("confirmed", ""), ZoneInfo("UTC"), "confirmed")
            )
            for way in ways
        ],
        **who,
    )


def _take_role(row: Row, who: Mapping[str, Any]) -> None:
    post = Post.objects.filter(slug=row["post"]).first()
    if post is None:
        raise actions.Refused(f"post: there is no post {row['post']!r}; describe it first.")
    zone = ZoneInfo(post.time_zone)
    since, until, notified = (_moment(row.get(name, ""), zone, name) for name in ("from", "until", "notified"))
    if since is None:
        raise actions.Refused("from: is empty; since when is the role held?")
    same = {"post": post, "role": row["role"], "person": row["person"], "since": since}
    if held := HeldRole.objects.filter(**same).first():
        if held.until != until and until is not None:
            actions.end_role(held, until, **who)
        return
    told = Holding(
        "", row["role"], row["person"], post.slug, since, until, row.get("document", ""), row.get("scope", "")
    )
    actions.give_role(replace(told, notified=notified, rank=int(row.get("rank") or 1)), **who)


def _hour(text: str) -> time | None:
    return time.fromisoformat(text) if text else None


def _zones(text: str) -> dict[str, str]:
    pairs = [one.partition("=") for one in text.split(";") if one.strip()]
    return {name.strip(): zone.strip() for name, _, zone in pairs}


def _moment(text: str, zone: ZoneInfo, name: str) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise actions.Refused(f"{name}: found {text!r}; write 2026-01-01 or 2026-01-01T08:00-06:00.") from None
    return found if found.tzinfo else found.replace(tzinfo=zone)


def export_tables(folder: Path) -> None:
    """Write the four files, so that taking them in again changes nothing. Raises FileExistsError."""
    folder.mkdir(mode=0o700, parents=True)
    for name, rows in _ROWS.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS[name], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows())


def _posts() -> Iterator[Row]:
    missions_first = sorted(Post.objects.all(), key=lambda post: (bool(post.mission), post.slug))
    for post in missions_first:
        zones = "; ".join(f"{name}={zone}" for name, zone in post.zones.items())
        told = {name: getattr(post, name) for name in POST if name != "class"}
        yield {"post": post.slug, **told, "class": post.post_class, "zones": zones}


def _people() -> Iterator[Row]:
    for one in Person.objects.order_by("id"):
        quiet = {name: f"{at:%H:%M}" if (at := getattr(one, name)) else "" for name in ("quiet_from", "quiet_until")}
        yield {"person": one.id, "name": one.name, "language": one.language, "time_zone": one.time_zone, **quiet}


def _contacts() -> Iterator[Row]:
    for way in Contact.objects.exclude(channel=PUSH).order_by("person", "place"):
        confirmed = way.confirmed.isoformat() if way.confirmed else ""
        yield {"person": way.person_id, "channel": way.channel, "address": way.address, "confirmed": confirmed}


def _roles() -> Iterator[Row]:
    for held in HeldRole.objects.select_related("post").order_by("post", "role", "since", "rank"):
        zone = ZoneInfo(held.post.time_zone)
        moments = {"from": held.since, "until": held.until, "notified": held.notified}
        yield {
            **{name: at.astimezone(zone).isoformat() if at else "" for name, at in moments.items()},
            "post": held.post_id,
            "role": held.role,
            "person": held.person,
            "rank": str(held.rank),
            "document": held.document,
            "scope": held.scope,
        }


_ROWS: dict[str, Callable[[], Iterator[Row]]] = {
    "posts.csv": _posts,
    "people.csv": _people,
    "contacts.csv": _contacts,
    "roles.csv": _roles,
}
