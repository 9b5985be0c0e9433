"""What checks look at: the statements, and what is known apart from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from .agreement import Matrix, Statement, arrange, statements
from .records import Record


@dataclass(frozen=True)
class Scene:
    """What is known apart from the sources.

    began: the first and the last moment at which it can have begun, with offset. offset: of the place, east of UTC.
    post: `consular` or `mission`. sending, receiving: the States (ISO 3166-1 alpha-2). spoken: the language at the
    door. demands: as the note on file words them.
    """

    began: tuple[datetime, datetime] | None = None
    offset: timedelta | None = None
    post: str = "consular"
    sending: str = ""
    receiving: str = ""
    spoken: str = ""
    demands: tuple[str, ...] = ()


@dataclass(frozen=True)
class Read:
    """What the checks look at: every statement, by record, and the matrix of them."""

    statements: Sequence[Statement]
    by_record: Mapping[str, Sequence[Statement]]
    matrix: Matrix
    scene: Scene


#: (sentence in labels, what fills it: words, or a statement for its value; whose statements it is about)
Found = Iterator[tuple[str, dict[str, Any], Iterable[Statement]]]


def read(records: Iterable[Record], scene: Scene) -> Read:
    """Everything that the records say, ready to be looked at."""
    said, by_record = statements(records, scene.sending, scene.receiving), defaultdict(list)
    for statement in said:
        by_record[statement.record.id].append(statement)
    return Read(said, by_record, arrange(said), scene)
