"""A protocol: the ministry's file that says who is called, when, by what, and what is to be done. docs/protocols.md.

Reading it needs no database. What cannot work is refused with file and line, before it is in force.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from inviolable.alarm.plan import BROADCAST, Step
from inviolable.alarm.terms import Danger, Whose
from inviolable.law.faults import Fault, Faulty, forging, nearest, shown
from inviolable.law.files import decode, line_numbers, parse_toml, read_bytes
from inviolable.posts.consent import Holding
from inviolable.posts.terms import CHANNELS, DATED_ROLES

LANGUAGES = ("es", "en")
#: How many instructions a warning to the other posts has.
INSTRUCTIONS = 3
#: In seconds: the longest wait before a step and until the next person; and how often a step goes round at most.
LATEST, LONGEST_PAUSE, MOST_ROUNDS = 7 * 86400, 3600, 9
#: In days: how rarely a kind of incident may be practised.
RAREST = 3 * 366
#: What a step or a task may be called: it is part of the ids of messages.
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
MOST_NUMBER = 80

Texts = Mapping[str, str]
T = TypeVar("T")


@dataclass(frozen=True)
class Task:
    """Something to be done, by whoever holds a role, within a time from the alarm on."""

    name: str
    what: Texts
    to: str
    within: timedelta


@dataclass(frozen=True)
class Plan:
    """What is done for one kind of incident. do: the first instruction to whoever is called. drill: how often each post
    practises it, None for never."""

    steps: tuple[Step, ...]
    tasks: tuple[Task, ...]
    do: Texts
    drill: timedelta | None = None


@dataclass(frozen=True)
class Protocol:
    """The whole file. plans: one for each kind of incident. network: what the other posts are told to do.

    sha256: of the text, by which an alarm names it.
    """

    number: str
    signed: date
    in_force: date
    title: Texts
    plans: Mapping[Danger, Plan]
    network: tuple[Texts, ...]
    text: str

    @property
    def sha256(self) -> str:
        """Of the UTF-8 text."""
        return sha256(self.text.encode()).hexdigest()


def load_protocol(path: Path) -> Protocol:
    """Read a file that somebody wrote. Raises Faulty."""
    try:
        text = decode(read_bytes(path, str(path), "protocol"), str(path))
    except FileNotFoundError:
        raise Faulty([Fault(str(path), 0, "there is no such file")]) from None
    return read_protocol(text, str(path))


def read_protocol(text: str, name: str) -> Protocol:
    """Read the text of a protocol. Raises Faulty with every fault and its line."""
    return _Reader(text, name).read()


def roles_without_holders(
    protocol: Protocol, name: str, places: Mapping[str, str], holdings: Iterable[Holding]
) -> None:
    """Raise Faulty for each step whose role nobody ever holds anywhere where it would be called.

    places: of each post its Whose.
    """
    held = {(places[one.place], one.role) for one in holdings if one.place in places}
    lines = line_numbers(protocol.text)
    steps = {step.name: step for plan in protocol.plans.values() for step in plan.steps}
    faults = [
        Fault(
            name,
            lines.get((f"steps.{step.name}", "tell"), 0),
            f"nobody holds the role {step.tell} at {'any ' if step.at != Whose.MINISTRY else 'the '}{step.at}",
            "give it to somebody first (docs/posts.md), or tell another role",
        )
        for step in steps.values()
        if (step.at, step.tell) not in held
    ]
    if faults:
        raise Faulty(faults)


class _Reader:
    """Collects faults and goes on, so that all are said at once."""

    def __init__(self, text: str, name: str) -> None:
        self.text, self.name = text, name
        self.data = parse_toml(text, name, "see docs/protocols.md for the format")
        self.lines = line_numbers(text)
        self.faults: list[Fault] = []

    def fault(self, table: str, key: str, what: str, way_out: str = "") -> None:
        line = self.lines.get((table, key)) or self.lines.get((table, "")) or 0
        self.faults.append(Fault(self.name, line, what, way_out))

    def read(self) -> Protocol:
        known = {"number", "date", "in_force", "title", "steps", "tasks", "incidents", "network"}
        self.known("", self.data, known)
        number = self.word("", self.data, "number")
        signed, in_force = (self.day(key) for key in ("date", "in_force"))
        title = self.texts("", self.data, "title")
        if len(number) > MOST_NUMBER:
            self.fault("", "number", f"number has {len(number)} characters", f"at most {MOST_NUMBER} are allowed")
        steps = {name: self.step(name, told) for name, told in self.tables("steps").items()}
        tasks = {name: self.task(name, told) for name, told in self.tables("tasks").items()}
        plans = dict(self.plans(steps, tasks))
        network = self.network()
        if self.faults:
            raise Faulty(self.faults)
        return Protocol(number, signed, in_force, title, plans, network, self.text)

    # ---- single values -----------------------------------------------------------------------

    def known(self, table: str, found: Mapping[str, Any], allowed: Iterable[str]) -> None:
        for key in found.keys() - set(allowed):
            self.fault(table, key, f"unknown key {shown(key)}", nearest(key, allowed))

    def word(self, table: str, found: Mapping[str, Any], key: str) -> str:
        value = found.get(key)
        if not isinstance(value, str) or not value or forging(value):
            self.fault(table, key, f"{key} is {shown(value)}", f'write {key} = "…", one line of plain text')
            return ""
        return value

    def one_of(self, table: str, found: Mapping[str, Any], key: str, allowed: Iterable[str], default: str = "") -> str:
        value = found.get(key, default)
        if value not in (allowed := list(allowed)):
            self.fault(table, key, f"{key} is {shown(value)}", nearest(str(value), allowed))
        return str(value)

    def count(
        self, table: str, found: Mapping[str, Any], key: str, default: int, least: int, most: int, why: str = ""
    ) -> int:
        value = found.get(key, default)
        if type(value) is not int or not least <= value <= most:
            allowed = f"a whole number from {least} to {most}"
            self.fault(table, key, f"{key} is {shown(value)}", f"{allowed} is allowed{why}")
            return default
        return value

    def day(self, key: str) -> date:
        value = self.data.get(key)
        if type(value) is not date:
            self.fault("", key, f"{key} is {shown(value)}", f"write {key} = 2026-01-05, without quotes")
            return date.min
        return value

    def texts(self, table: str, found: Mapping[str, Any], key: str) -> Texts:
        value = found.get(key)
        if not isinstance(value, dict) or any(not isinstance(value.get(one), str) for one in LANGUAGES):
            self.fault(table, key, f"{key} is {shown(value)}", f'write {key} = {{ es = "…", en = "…" }}')
            return {}
        for one in LANGUAGES:
            self.word(table, value, one)
        return {one: value[one] for one in LANGUAGES}

    def tables(self, key: str) -> Mapping[str, Mapping[str, Any]]:
        value = self.data.get(key, {})
        if not isinstance(value, dict) or any(not isinstance(one, dict) for one in value.values()):
            self.fault(key, "", f"{key} holds something else than tables", f"write [{key}.name]")
            return {}
        for name in value:
            if key != "incidents" and not NAME.fullmatch(name):
                allowed = "small letters, digits and underscores, at most 40, beginning with a letter"
                self.fault(f"{key}.{name}", "", f"{shown(name)} is no name for one of {key}", f"write {allowed}")
        return value

    # ---- steps, tasks, plans -----------------------------------------------------------------

    def step(self, name: str, told: Mapping[str, Any]) -> Step:
        table = f"steps.{name}"
        self.known(
            table, told, ("tell", "at", "ways", "after", "from", "unless", "pause", "rounds", "answers", "again")
        )
        if name == BROADCAST:
            self.fault(
                table, "", f"{BROADCAST} is what follows when nobody answers, and in every protocol", "rename it"
            )
        ways = told.get("ways")
        if (
            not isinstance(ways, list)
            or not ways
            or any(way not in CHANNELS for way in ways)
            or len({*ways}) < len(ways)
        ):
            allowed = ", ".join(CHANNELS)
            self.fault(table, "ways", f"ways is {shown(ways)}", f"a list of different channels is allowed: {allowed}")
            ways = []
        endless = ": an endless round would never come to the broadcast"
        return Step(
            name,
            self.one_of(table, told, "tell", DATED_ROLES),
            self.one_of(table, told, "at", Whose.values, Whose.MINISTRY),
            tuple(ways),
            timedelta(seconds=self.count(table, told, "after", 0, 0, LATEST)),
            timedelta(seconds=self.count(table, told, "pause", 60, 10, LONGEST_PAUSE)),
            self.count(table, told, "rounds", 2, 1, MOST_ROUNDS, endless),
            self.count(table, told, "answers", 1, 0, 99),
            timedelta(seconds=self.count(table, told, "again", 0, 60, LATEST)) if "again" in told else None,
            self.one_of(table, told, "from", ("alarm", "answer"), "alarm") == "answer",
            self.one_of(table, told, "unless", DATED_ROLES) if "unless" in told else "",
        )

    def task(self, name: str, told: Mapping[str, Any]) -> Task:
        table = f"tasks.{name}"
        self.known(table, told, ("what", "to", "within"))
        within = timedelta(seconds=self.count(table, told, "within", 3600, 60, 400 * 86400))
        return Task(name, self.texts(table, told, "what"), self.one_of(table, told, "to", DATED_ROLES), within)

    def plans(self, steps: Mapping[str, Step], tasks: Mapping[str, Task]) -> Iterable[tuple[Danger, Plan]]:
        found = self.tables("incidents")
        self.known("incidents", found, Danger.values)
        for danger in Danger:
            table, told = f"incidents.{danger}", found.get(danger, {})
            if danger not in found:
                self.fault("incidents", "", f"nothing says what is done for {danger}", f"write [{table}]")
                continue
            self.known(table, told, ("steps", "tasks", "do", "drill_days"))
            taken = self.names(table, told, "steps", steps)
            days = self.count(table, told, "drill_days", 0, 1, RAREST) if "drill_days" in told else 0
            drill = timedelta(days=days) if days else None
            plan = Plan(taken, self.names(table, told, "tasks", tasks), self.texts(table, told, "do"), drill)
            if taken:
                self.reachable(table, taken)
            yield danger, plan
        lists = [told.get("steps") for told in found.values()]
        used = {name for named in lists if isinstance(named, list) for name in named if isinstance(name, str)}
        for name in steps.keys() - used:
            self.fault(f"steps.{name}", "", f"the step {name} is never taken", "name it in [incidents.…], or delete it")

    def names(self, table: str, told: Mapping[str, Any], key: str, known: Mapping[str, T]) -> tuple[T, ...]:
        value = told.get(key, [] if key == "tasks" else None)
        if not isinstance(value, list) or (key == "steps" and not value) or any(type(one) is not str for one in value):
            self.fault(table, key, f"{key} is {shown(value)}", f'write {key} = ["…"], names of [{key}.…]')
            return ()
        for name in value:
            if name not in known:
                self.fault(table, key, f"there is no [{key}.{shown(name)[1:-1]}]", nearest(str(name), known))
        if len({*map(str, value)}) < len(value):
            self.fault(table, key, f"{key} names one twice", "name each once")
        return tuple(known[name] for name in value if name in known)

    def reachable(self, table: str, steps: Iterable[Step]) -> None:
        """Refuse a plan that calls nobody at once, or has a step that is never reached."""
        asking = [step for step in steps if step.answers and not step.from_answer and not step.unless]
        if not any(step.after == timedelta() for step in asking):
            self.fault(table, "steps", "nobody is asked for an answer at once", "let one step have after = 0")
        for step in steps:
            if step.from_answer and not asking:
                self.fault(
                    f"steps.{step.name}",
                    "from",
                    f"the step {step.name} is never reached in [{table}]: nobody is asked for an answer before it",
                    'write from = "alarm", or ask somebody first',
                )

    def network(self) -> tuple[Texts, ...]:
        told = self.data.get("network", {})
        table = told if isinstance(told, dict) else {}
        self.known("network", table, ("do",))
        do = table.get("do")
        if not isinstance(do, list) or len(do) != INSTRUCTIONS:
            many = f"{len(do)} instructions" if isinstance(do, list) else shown(do)
            self.fault(
                "network", "do", f"do has {many}", f'{INSTRUCTIONS} are told: do = [{{ es = "…", en = "…" }}, …]'
            )
            return ()
        return tuple(self.texts("network", {"do": one}, "do") for one in do)


# ---- as an entry keeps it ------------------------------------------------------------------------

#: How the steps of an alarm are written in its entry. A newer release still reads each number there ever was.
FORMAT = 1


def as_rows(steps: Iterable[Step]) -> list[dict[str, Any]]:
    """Steps as canonical JSON has them: no value is absent but `again`; times are seconds."""
    return [
        {
            "step": step.name,
            "tell": step.tell,
            "at": step.at,
            "ways": list(step.ways),
            "after": _seconds(step.after),
            "pause": _seconds(step.pause),
            "rounds": step.rounds,
            "answers": step.answers,
            "from": "answer" if step.from_answer else "alarm",
            "unless": step.unless,
            **({"again": _seconds(step.again)} if step.again else {}),
        }
        for step in steps
    ]


def _seconds(span: timedelta) -> int:
    return int(span.total_seconds())


def from_rows(rows: Iterable[Mapping[str, Any]]) -> list[Step]:
    """Steps as an entry of FORMAT 1 has them."""
    return [
        Step(
            row["step"],
            row["tell"],
            row["at"],
            tuple(row["ways"]),
            timedelta(seconds=row["after"]),
            timedelta(seconds=row["pause"]),
            row["rounds"],
            row["answers"],
            timedelta(seconds=row["again"]) if "again" in row else None,
            row["from"] == "answer",
            row["unless"],
        )
        for row in rows
    ]
