"""Checks of dates, days of the week and clock times: zones first, before anything is called impossible."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import combinations

from inviolable.sources.agreement import MOST_COMPARED, Statement
from inviolable.sources.clocks import clocks_in
from inviolable.sources.records import moment
from inviolable.sources.scene import Found, Read
from inviolable.sources.values import ABOUT_MINUTES, Value, normal, relation
from inviolable.sources.vocabulary import key_of, words

#: The date is told from twelve hours behind UTC to fourteen ahead of it.
WEST, EAST = timedelta(hours=-12), timedelta(hours=14)
#: Two dates so many days apart are at no moment both told on earth.
NEVER_TOGETHER = 3


def weekday(read: Read) -> Found:
    """A day of the week that the date does not have."""
    for said in read.by_record.values():
        dates = [s for s in said if s.value.type == "date"]
        for day in dates:
            beside = _weekdays_in(day)
            others = [(s.value, s) for s in said if s.value.type == "weekday"]
            for named, source in beside or others:
                if relation(day.value, named) == "impossible":
                    actual = tuple(words().weekdays)[(day.value.low - 1) % 7]
                    filling = {"date": day.value.norm, "said": named.norm, "actual": actual}
                    yield "weekday", filling, (day, source)


def _weekdays_in(day: Statement) -> list[tuple[Value, Statement]]:
    """The day of the week in the very words of a date."""
    value = normal("event.weekday", day.claim.quote)
    return [(value, day)] if value.type == "weekday" else []


def everywhere(read: Read) -> Found:
    """A date that the moment had nowhere on earth, or only elsewhere; without the moment, dates that none can share."""
    row = next((row for row in read.matrix.rows if row.fact == "event.date"), None)
    days = [one for one in row.values if one.value.type == "date" and one.value.low == one.value.high] if row else []
    held = days[:MOST_COMPARED]
    if read.scene.began:
        for one in held:
            if told := _where(one.value.low, read.scene.began):
                yield told[0], {"date": one.value.norm, "zones": told[1]}, one.statements
        return
    for a, b in combinations(sorted(held, key=lambda one: one.value.low), 2):
        if b.value.low - a.value.low >= NEVER_TOGETHER:
            fewest = min((a, b), key=lambda one: (len(one.records), one.value.low))
            yield "dates_apart", {"a": a.value.norm, "b": b.value.norm}, fewest.statements


def _where(day: int, began: tuple[datetime, datetime]) -> tuple[str, str] | None:
    """None where it is the date at the place; else the sentence, and from which offset to which it is the date."""
    first, last = began
    if first.date().toordinal() <= day <= last.date().toordinal():
        return None
    midnight = datetime.combine(date.fromordinal(day), time(), UTC)
    west = max(midnight - last, WEST)
    east = min(midnight + timedelta(days=1, minutes=-1) - first, EAST)
    if west > EAST or east < WEST:
        return "date_nowhere", ""
    return "date_elsewhere", f"UTC{_offset(west)} … UTC{_offset(east)}"


def _offset(of: timedelta) -> str:
    minutes = round(of.total_seconds() / 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def clocks(read: Read) -> Found:
    """Two clock times, compared only where both have a zone: one moment in two zones, or two moments."""
    local = read.scene.offset
    for statement in (s for s in read.statements if key_of(s.claim.fact).type == "time"):
        told = clocks_in(statement.claim.value, statement.record.published[:10])
        if len({_utc(clock, local) for clock in told} - {None}) > 1:
            yield "clocks_differ", {"said": statement.claim.value}, (statement,)
    row = next((row for row in read.matrix.rows if row.fact == "event.local_time"), None)
    times = [one for one in row.values if one.value.type == "time"] if row else []
    for a, b in combinations(times[:MOST_COMPARED], 2):
        if a.value.low < a.value.high or b.value.low < b.value.high or a.value.offset == b.value.offset:
            continue
        at, other = (_utc((one.value.low, one.value.offset), local) for one in (a, b))
        if at is not None and other is not None and (apart := min((at - other) % 1440, (other - at) % 1440)):
            filling = {"a": a.value.norm, "b": b.value.norm, "minutes": str(apart)}
            yield "clocks_apart", filling, (*a.statements, *b.statements)


def _utc(clock: tuple[int, int | None], local: timedelta | None) -> int | None:
    """Minutes of the day in UTC, None where no zone is known."""
    at, offset = clock
    if offset is None and local is not None:
        offset = round(local.total_seconds() / 60)
    return None if offset is None else (at - offset) % 1440


def _earliest(clock: Value) -> int:
    """The first minute of the local day that is meant; of another zone's time nothing is told."""
    return clock.low - (ABOUT_MINUTES if clock.about else 0) if clock.offset is None else 0


def publication(read: Read) -> Found:
    """An event that is told before it can have happened, wherever on earth it was published."""
    place = timezone(read.scene.offset if read.scene.offset is not None else EAST)
    for said in read.by_record.values():
        published = moment(said[0].record.published)
        if published is None:
            continue
        latest = published
        if not isinstance(latest, datetime):
            latest = datetime.combine(latest, time(23, 59), timezone(WEST))
        clock = max(min((_earliest(s.value) for s in said if s.value.type == "time"), default=0), 0)
        for day in (s for s in said if s.value.type == "date"):
            begins = datetime.combine(date.fromordinal(day.value.low), time(clock // 60 % 24, clock % 60), place)
            if begins > latest:
                yield "publication", {"date": day.value.norm, "published": day.record.published}, (day,)
