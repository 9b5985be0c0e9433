"""Case files: one part of one incident at one `as_of`, in TOML. The format is in docs/case-file.md.

An absent fact is unknown, a list is contested. Every fault is collected and named with file, line,
what was found and what is allowed; a case with a fault is not assessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import product
from pathlib import Path
from typing import Any

from .faults import MOST, Fault, Faulty, forging, nearest, shown
from .files import MAX_BYTES, decode, line_numbers, parse_toml, read_bytes
from .regime import nearest_state, state_codes
from .vocabulary import Vocabulary, vocabulary

POST_CLASSES = {
    "consulate-general": "consular",
    "consulate": "consular",
    "vice-consulate": "consular",
    "consular-agency": "consular",
    "honorary-consulate": "consular",
    "embassy": "mission",
    "consular-section": "mission",
}
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
TABLES = {
    "case": {
        "title",
        "sending_state",
        "receiving_state",
        "occurred",
        "as_of",
        "weekday",
        "place",
        "source",
        "source_tag",
    },
    "post": {"class", "host_language"},
    "facts": set(),
    "positions": set(),
    "regime": {"instruments"},
    "expected": set(),
    "sources": set(),
}
SPAN = re.compile(r"[^/]+(/[^/]+)?")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MINUTE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?([+-][0-9]{2}:[0-9]{2})?")
HOW = "write 2026-01-27 or 2026-01-27T11:00-06:00"


#: Letters that a title may have.
LONGEST_TITLE = 300


@dataclass(frozen=True)
class Case:
    """What is known of one part of one incident. facts: for each fact the values that stand."""

    file: str
    title: str
    sending: str
    receiving: str
    occurred: tuple[str, str]
    as_of: str
    place: str
    post_class: str
    host_language: str
    facts: Mapping[str, tuple[str, ...]]
    positions: Mapping[str, str]
    instruments: tuple[str, ...]
    source: str = ""
    source_tag: str = ""
    expected: Mapping[str, Any] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.file, self.occurred, self.as_of, frozenset(self.facts.items())))

    @property
    def day(self) -> date:
        """The local date on which it began."""
        return date.fromisoformat(self.occurred[0][:10])

    @property
    def kind(self) -> str:
        """`consular` or `mission`: which regime the place belongs to."""
        return POST_CLASSES[self.post_class]

    @property
    def contested(self) -> dict[str, tuple[str, ...]]:
        return {fact: values for fact, values in self.facts.items() if len(values) > 1}


def load_case(path: Path) -> Case:
    """Read a case file. Raises Faulty with one line per fault: too large, not UTF-8, not TOML, or wrong."""
    name = str(path)
    try:
        data = read_bytes(path, name, "case file", MAX_BYTES)
    except FileNotFoundError as error:
        raise Faulty([Fault(name, 0, f"cannot be read: {error.strerror}")]) from None
    return read_case(decode(data, name), name)


def read_case(text: str, name: str) -> Case:
    """Parse the text of a case file; see load_case."""
    data = parse_toml(text, name, "see docs/case-file.md for the format")
    return _Reader(data, text, name, vocabulary()).read()


class _Reader:
    def __init__(self, data: Mapping[str, Any], text: str, name: str, words: Vocabulary) -> None:
        self.data, self.text, self.name, self.words = data, text, name, words
        self.faults: list[Fault] = []
        self.lines: Mapping[tuple[str, str], int] = {}

    def fault(self, table: str, key: str, what: str, way_out: str = "") -> None:
        self.faults.append(Fault(self.name, self._line(table, key), what, way_out))

    def near(self, word: str, known: Iterable[str]) -> str:
        """`nearest`, as long as somebody will read it."""
        return nearest(word, known) if len(self.faults) < MOST else ""

    def _line(self, table: str, key: str) -> int:
        """The line of `key` in `[table]`, 0 if it cannot be told."""
        self.lines = self.lines or line_numbers(self.text)
        return self.lines.get((table, key), 0)

    def read(self) -> Case:
        for table in self.data:
            if table not in TABLES:
                self.fault(table, "", f"unknown table [{table[:80]}]", self.near(table, TABLES))
            elif not isinstance(self.data[table], dict):
                self.faults.append(Fault(self.name, 0, f"{table} is not a table", f"write [{table}]"))
        if self.faults:
            raise Faulty(self.faults)
        case, post = self.data.get("case", {}), self.data.get("post", {})
        instruments = self._instruments()
        profile = {name for name, fact in self.words.facts.items() if fact.profile}
        self._known("case", case, TABLES["case"])
        self._known("post", post, TABLES["post"] | profile)
        occurred = self._span("case", "occurred", case.get("occurred"))
        self._weekday(case, occurred)
        states = [self._state(case, key, needed=not instruments) for key in ("sending_state", "receiving_state")]
        post_class = self._class(post)
        facts = {
            **self._facts("post", post, profile),
            **self._facts("facts", self.data.get("facts", {}), set(self.words.facts) - profile),
        }
        self._honorary(post_class, facts)
        self._possible(facts)
        positions = dict(self._positions())
        as_of = self._as_of(case, occurred)
        self._host_language(post)
        if "title" not in case:
            self.fault("case", "title", "[case] has no title", 'add title = "…"')
        elif len(str(case["title"])) > LONGEST_TITLE:
            self.fault("case", "title", f"[case] title is longer than {LONGEST_TITLE} letters", "say it shorter")
        for key in ("title", "place", "source", "source_tag"):
            self._text("case", key, case.get(key, ""))
        for key, value in self.data.get("sources", {}).items():
            self._text("sources", key, key)
            self._text("sources", key, value)
        if self.faults or not occurred:
            raise Faulty(self.faults)
        return Case(
            file=self.name,
            title=case["title"],
            sending=states[0],
            receiving=states[1],
            occurred=occurred,
            as_of=as_of,
            place=case.get("place", ""),
            post_class=post_class,
            host_language=post.get("host_language", ""),
            facts=facts,
            positions=positions,
            instruments=instruments,
            source=case.get("source", ""),
            source_tag=case.get("source_tag", ""),
            expected=self.data.get("expected", {}),
            sources=self.data.get("sources", {}),
        )

    def _text(self, table: str, key: str, value: Any) -> None:
        """What is shown as it stands must be a text of one line that cannot forge what is printed."""
        if not isinstance(value, str):
            self.fault(table, key, f"{key[:80]} is {shown(value)}", f'write {key[:80]} = "…"')
        elif bad := forging(value):
            self.fault(
                table, key, f"{key[:80]} holds the character U+{ord(bad[0]):04X}", "write one line of plain text"
            )

    def _known(self, table: str, found: Mapping[str, Any], allowed: set[str]) -> None:
        for key in found:
            if key not in allowed:
                self.fault(table, key, f"unknown key {shown(key)} in [{table}]", self.near(key, allowed))

    def _instruments(self) -> tuple[str, ...]:
        table = self.data.get("regime")
        if table is None:
            return ()
        self._known("regime", table, TABLES["regime"])
        found = table.get("instruments")
        if not isinstance(found, list) or not found or not all(isinstance(name, str) for name in found):
            self.fault("regime", "instruments", "[regime] names no instruments", 'write instruments = ["vccr"]')
            return ()
        for name in found:
            if found.count(name) > 1:
                self.fault("regime", "instruments", f"[regime] names {shown(name)} twice", "name each once")
                break
        return tuple(found)

    def _state(self, case: Mapping[str, Any], key: str, needed: bool) -> str:
        if key not in case and not needed:
            return ""
        code = case.get(key, "")
        if not isinstance(code, str) or code not in state_codes():
            found = f"{key} is {shown(code)}" if key in case else f"[case] has no {key}"
            self.fault("case", key, found, nearest_state(code[:80] if isinstance(code, str) else ""))
            return ""
        if not needed:
            self.fault("case", key, f"[regime] stands instead of States, but {key} is given", "remove one of them")
        return code

    def _span(self, table: str, key: str, value: Any) -> tuple[str, str] | None:
        """A date, a minute with offset, or an interval of either, as ISO 8601 (first, last)."""
        if value is None:
            self.fault(
                table,
                key,
                f"[{table}] has no {key}",
                "a date, a minute with offset, or an interval: 2026-01-27T11:00-06:00",
            )
            return None
        if isinstance(value, date):
            value = value.isoformat()
        if not isinstance(value, str) or not SPAN.fullmatch(value):
            self.fault(table, key, f"{key} is {shown(value)}", "write 2026-01-27, 2026-01-27T11:00-06:00 or first/last")
            return None
        ends = value.split("/")
        moments = [moment for end in ends if (moment := self._moment(table, key, end))]
        if len(moments) < len(ends):
            return None
        if moments[0] > moments[-1] or moments[0][0] != moments[-1][0]:
            self.fault(table, key, f"{key} ends before it begins, or mixes a day with a minute", "write first/last")
        return ends[0], ends[-1]

    def _moment(self, table: str, key: str, text: str) -> tuple[str, float] | None:
        """("day", its number) or ("minute", its seconds), so that two of a kind can be compared."""
        try:
            if DAY.fullmatch(text):
                return "day", float(date.fromisoformat(text).toordinal())
            if not MINUTE.fullmatch(text):
                raise ValueError("it is written in another way")
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is None:
                self.fault(table, key, f"{key} {text!r} has no offset", "add it, such as -06:00")
                return None
            return "minute", moment.timestamp()
        except (ValueError, OverflowError) as error:
            self.fault(table, key, f"{key} {shown(text)} is no date: {shown(error)}", HOW)
            return None

    def _weekday(self, case: Mapping[str, Any], occurred: tuple[str, str] | None) -> None:
        wanted = case.get("weekday")
        if wanted is None:
            return
        if wanted not in WEEKDAYS:
            self.fault("case", "weekday", f"weekday is {shown(wanted)}", "allowed: " + ", ".join(WEEKDAYS))
        elif occurred and wanted != (actual := WEEKDAYS[date.fromisoformat(occurred[0][:10]).weekday()]):
            self.fault(
                "case",
                "weekday",
                f"{occurred[0][:10]} is a {actual}, not a {wanted}",
                "correct the date or the weekday",
            )

    def _as_of(self, case: Mapping[str, Any], occurred: tuple[str, str] | None) -> str:
        if "as_of" not in case:
            return ""
        as_of = self._span("case", "as_of", case["as_of"])
        if as_of and occurred and as_of[0][:10] < occurred[0][:10]:
            self.fault("case", "as_of", f"as_of {as_of[0]} is before the event", "what is known of it begins with it")
        return as_of[0] if as_of else ""

    def _host_language(self, post: Mapping[str, Any]) -> None:
        found = post.get("host_language", "en")
        if not isinstance(found, str) or not re.fullmatch("[a-z]{2}", found):
            self.fault(
                "post", "host_language", f"host_language is {shown(found)}", "two letters of ISO 639-1, such as en"
            )

    def _class(self, post: Mapping[str, Any]) -> str:
        found = post.get("class", "")
        if not isinstance(found, str) or found not in POST_CLASSES:
            what = f"class is {shown(found)}" if "class" in post else "[post] has no class"
            self.fault("post", "class", what, "allowed: " + ", ".join(POST_CLASSES))
            return "consulate"
        return found

    def _facts(self, table: str, found: Mapping[str, Any], allowed: set[str]) -> dict[str, tuple[str, ...]]:
        facts: dict[str, tuple[str, ...]] = {}
        for name, value in found.items():
            if table == "post" and name not in allowed:
                continue
            if name not in self.words.facts:
                self.fault(table, name, f"unknown fact {shown(name)}", self.near(name, self.words.facts))
            elif name not in allowed:
                self.fault(table, name, f"{name!r} is a fact of the post", "move it to [post]")
            else:
                facts[name] = tuple(self._values(table, name, value))
        return {name: values for name, values in facts.items() if values}

    def _values(self, table: str, name: str, value: Any) -> Iterator[str]:
        domain = self.words.facts[name].values
        values = value if isinstance(value, list) else [value]
        if not values:
            self.fault(table, name, f"{name} is an empty list", "leave an unknown fact out")
        for one in values:
            if isinstance(one, bool):
                self.fault(table, name, f"{name} is {str(one).lower()}", 'write "yes" or "no" in quotation marks')
            elif one not in domain:
                self.fault(table, name, f"{name} cannot be {shown(one)}", self.near(shown(one).strip("'"), domain))
            elif values.count(one) > 1:
                self.fault(table, name, f"{name} names {one!r} twice", "name each contested value once")
                return
            else:
                yield one

    def _honorary(self, post_class: str, facts: dict[str, tuple[str, ...]]) -> None:
        if post_class == "honorary-consulate" and facts.setdefault("head", ("honorary",)) != ("honorary",):
            found = ", ".join(facts["head"])
            self.fault("post", "head", f"an honorary consulate cannot have the head {found!r}", "correct class or head")

    def _possible(self, facts: Mapping[str, tuple[str, ...]]) -> None:
        for impossible in self.words.impossible:
            names = [fact for fact, _ in impossible.when]
            choices = product(*(facts.get(name, self.words.facts[name].values) for name in names))
            if all(
                all(value in values for value, (_, values) in zip(choice, impossible.when, strict=True))
                for choice in choices
            ):
                said = " and ".join(f"{name} is {' or '.join(facts[name])}" for name in names if name in facts)
                self.fault(
                    "facts", names[-1], f"contradictory facts: {said}", "no event can be so; correct one of them"
                )

    def _positions(self) -> Iterator[tuple[str, str]]:
        for name, option in self.data.get("positions", {}).items():
            position = self.words.positions.get(name)
            if position is None:
                self.fault("positions", name, f"unknown position {shown(name)}", self.near(name, self.words.positions))
            elif option not in position.options:
                self.fault(
                    "positions",
                    name,
                    f"{name} cannot be {shown(option)}",
                    self.near(shown(option).strip("'"), position.options),
                )
            else:
                yield name, option
