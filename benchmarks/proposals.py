"""How well proposals read: precision and recall for each kind, on short texts that were marked by hand beforehand.

`python -m benchmarks.proposals while_writing` is for whoever changes a rule. The other half, `apart`, was kept from
whoever wrote the rules: it is for measuring, and is spoilt by looking.
"""

import json
import re
import sys
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from inviolable.sources.proposals import Proposal, propose

TEXTS = Path(__file__).parent.parent / "tests/data/sources/texts"
HALVES = ("while_writing", "apart")

WORDS = ("threat.words", "staff.words", "agent.words", "words.said")
KINDS = {
    "event.date": "dates",
    "date.named": "dates",
    "event.weekday": "weekdays",
    "event.local_time": "times",
    "actor.count": "counts",
    "target.persons_pursued": "counts",
    "actor.agency": "agencies",
    "entry.outcome": "outcome",
    "consent.given": "consent",
    "protest.form": "form of protest",
    "protest.to": "addressee",
    "demand.words": "demands",
    "legal.rule": "treaty named",
    "place.marking": "knowledge and marking",
    "actor.knowledge": "knowledge and marking",
    "receiving_state.presence": "knowledge and marking",
} | dict.fromkeys(WORDS, "quotations")


@dataclass
class Score:
    """right of proposed (precision), found of expected (recall)."""

    proposed: int = 0
    right: int = 0
    expected: int = 0
    found: int = 0

    def row(self) -> dict[str, Any]:
        return {
            "proposed": self.proposed,
            "right": self.right,
            "expected": self.expected,
            "found": self.found,
            "precision": percent(self.right, self.proposed),
            "recall": percent(self.found, self.expected),
        }


@dataclass
class Measure:
    """Scores of one half, and what went wrong, for whoever may look."""

    scores: dict[str, Score] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def of(self, kind: str) -> Score:
        return self.scores.setdefault(kind, Score())


def percent(part: int, whole: int) -> int | None:
    return round(100 * part / whole) if whole else None


def read(half: str) -> list[dict[str, Any]]:
    texts = [tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(TEXTS.glob("*.toml"))]
    return [one for one in texts if one["half"] == half]


def measure(half: str) -> Measure:
    found = Measure()
    for one in read(half):
        text = one["text"]
        proposals = propose(text, one["language"], one["published"], one["zone"])
        expected = [mark | {"start": place(text, mark["quote"])} for mark in one["claims"]]
        judge(one["id"], proposals, expected, found)
    return found


def place(text: str, quote: str) -> int:
    """Where the words of a mark stand, for the first time as words of their own."""
    found = re.search(rf"(?<!\w){re.escape(quote)}(?!\w)", text) or re.search(re.escape(quote), text)
    assert found, quote
    return found.start()


def judge(name: str, proposals: list[Proposal], expected: list[dict[str, Any]], found: Measure) -> None:
    """Every proposal against every mark. A claim that is proposed again elsewhere in a text counts for nothing."""
    matched: Counter[int] = Counter()
    values = {(mark["fact"], mark["value"]) for mark in expected}
    for one in proposals:
        fits = [(at, mark) for at, mark in enumerate(expected) if fit(one, mark)]
        score = found.of(KINDS.get(one.fact, one.fact))
        if fits:
            at, mark = min(fits, key=lambda pair: not same_speaker(one.speaker, pair[1].get("speaker")))
            matched.update(at for at, _ in fits)
            score.proposed += 1
            score.right += 1
            attributes(name, one, mark, found)
        elif (one.fact, one.value) not in values:
            score.proposed += 1
            found.wrong.append(f"{name}: {one.fact} = {one.value!r} in {one.raw!r} ({one.rule}) is not expected")
        if one.fact == "threat.words":
            threat = found.of("threats to whom they belong")
            threat.proposed += 1
            threat.right += any(mark["fact"] == "threat.words" for _, mark in fits)
    for at, mark in enumerate(expected):
        score = found.of(KINDS[mark["fact"]])
        score.expected += 1
        score.found += at in matched
        if at not in matched:
            found.wrong.append(f"{name}: {mark['fact']} = {mark['value']!r} in {mark['quote']!r} was not found")
        who(mark, found).expected += bool(mark.get("speaker"))
        if mark["fact"] == "threat.words":
            threat = found.of("threats to whom they belong")
            threat.expected += 1
            threat.found += any(one.fact == "threat.words" and fit(one, mark) for one in proposals)


def who(mark: dict[str, Any], found: Measure) -> Score:
    return found.of("speakers of quotations" if mark["fact"] in WORDS else "speakers of other claims")


def attributes(name: str, one: Proposal, mark: dict[str, Any], found: Measure) -> None:
    """Polarity, modality and speaker of a claim that was found; precision of speakers only where one is named."""
    for kind, said, meant in (
        ("polarity", one.polarity, mark.get("polarity", "affirms")),
        ("modality", one.modality, mark.get("modality", "stated")),
    ):
        plain = meant in ("affirms", "stated")
        score = found.of(kind)
        score.expected += not plain
        score.found += not plain and said == meant
        score.proposed += said not in ("affirms", "stated")
        score.right += said not in ("affirms", "stated") and said == meant
        if said != meant:
            found.wrong.append(f"{name}: {kind} of {one.raw!r} is {said}, expected {meant}")
    score, right = who(mark, found), same_speaker(one.speaker, mark.get("speaker"))
    if one.speaker:
        score.proposed += 1
        score.right += right
        score.found += right
    if not right:
        found.wrong.append(f"{name}: {one.raw!r} is said by {one.speaker!r}, expected {mark.get('speaker')!r}")


def fit(one: Proposal, mark: dict[str, Any]) -> bool:
    """Quotations by place; what is said in words by at least half of both places; all else by value and place."""
    start, end = mark["start"], mark["start"] + len(mark["quote"])
    common = min(one.end, end) - max(one.start, start)
    if one.fact in WORDS and mark["fact"] in WORDS:
        return common > 0 and 2 * common >= min(one.end - one.start, end - start)
    if one.fact != mark["fact"] or common <= 0:
        return False
    if one.fact in ("demand.words", "protest.to"):
        return 2 * common >= end - start and 3 * common >= one.end - one.start
    return bool(one.value == mark["value"])


def same_speaker(said: str | None, meant: str | None) -> bool:
    """Nobody and nobody; or the same head, and all words of one among those of the other."""
    if not said or not meant:
        return not said and not meant
    a, b = words(said), words(meant)
    return head(said) == head(meant) and (set(a) <= set(b) or set(b) <= set(a))


def words(name: str) -> list[str]:
    return [one for one in re.findall(r"[\w'’-]+", name.lower()) if one not in ("the", "a", "an", "el", "la", "los", "las", "un", "una")]


def head(name: str) -> str:
    cut = re.split(r" (?:of|for|from|in|at|de|del|en|para|that) ", f" {name.lower()} ")[0]
    found = words(cut) or words(name)
    spanish = bool(re.match(r"(?:el|la|los|las|un|una|uno|una|otro) ", name.lower())) or SPANISH.search(name)
    return found[0] if spanish else found[-1]


SPANISH = re.compile(r"[áéíóúñ]| (?:de|del|en) |^(?:uno|testigos|portavoz|embajador|autoridad|guardia|gobierno|jefe)\b", re.IGNORECASE)


def proposals() -> dict[str, Any]:
    """Both halves, for the report."""
    return {half: {kind: score.row() for kind, score in sorted(measure(half).scores.items())} for half in HALVES}


if __name__ == "__main__":
    if sys.argv[1:] and sys.argv[1] in HALVES:
        found = measure(sys.argv[1])
        for line in found.wrong:
            print(line)
        for kind, score in sorted(found.scores.items()):
            print(f"{kind:30}", *(f"{key} {value}" for key, value in score.row().items()))
    else:
        print(json.dumps(proposals(), indent=1))
