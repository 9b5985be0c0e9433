"""How well proposals read: precision and recall for each kind, on short texts that were marked by hand beforehand.

`python -m benchmarks.proposals` shows whoever changes a rule what goes wrong on the half `while_writing`. The other
half, `apart`, is for measuring and is spoilt by looking: of it only numbers are shown.
"""

import re
import sys
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.measure import median
from benchmarks.parts import Result
from benchmarks.report import wrapped
from inviolable.sources.proposals import Proposal, propose

TEXTS = Path(__file__).parent.parent / "tests/data/sources/texts"
HALVES = ("while_writing", "apart")

THREATS = "threats to whom they belong"
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
        expected = [
            mark | {"language": one["language"], "places": places(text, mark["quote"])} for mark in one["claims"]
        ]
        judge(one["id"], proposals, expected, found)
    return found


def places(text: str, quote: str) -> list[tuple[int, int]]:
    """Wherever the words of a mark stand as words of their own."""
    found = [one.span() for one in re.finditer(rf"(?<!\w){re.escape(quote)}(?!\w)", text, re.IGNORECASE)]
    assert found, quote
    return found


def judge(name: str, proposals: list[Proposal], expected: list[dict[str, Any]], found: Measure) -> None:
    """Every proposal against every mark. A claim that is proposed again elsewhere in a text counts for nothing."""
    values = {(mark["fact"], bare(mark["value"])) for mark in expected}
    said = {value for fact, value in values if fact in WORDS}
    for one in proposals:
        score, fits = found.of(KINDS.get(one.fact, one.fact)), [mark for mark in expected if fit(one, mark)]
        if fits:
            score.proposed += 1
            score.right += 1
            if one.speaker:
                whose = found.of(speakers(one.fact))
                whose.proposed += 1
                whose.right += (right := any(same_speaker(one.speaker, mark) for mark in fits))
                if not right:
                    found.wrong.append(
                        f"{name}: {one.raw!r} is said by {one.speaker!r}, expected {fits[0].get('speaker')!r}"
                    )
        elif (one.fact, bare(one.value)) not in values and bare(one.value) not in said:
            score.proposed += 1
            found.wrong.append(f"{name}: {one.fact} = {one.value!r} in {one.raw!r} ({one.rule}) is not expected")
        if one.fact == "threat.words":
            threat = found.of(THREATS)
            threat.proposed += 1
            threat.right += any(mark["fact"] == "threat.words" for mark in fits)
    for mark in expected:
        fits = [one for one in proposals if fit(one, mark)] or [one for one in proposals if again(one, mark)]
        score = found.of(KINDS[mark["fact"]])
        score.expected += 1
        score.found += bool(fits)
        if not fits:
            found.wrong.append(f"{name}: {mark['fact']} = {mark['value']!r} in {mark['quote']!r} was not found")
            continue
        if mark.get("speaker"):
            whose = found.of(speakers(mark["fact"]))
            whose.expected += 1
            whose.found += (right := any(same_speaker(one.speaker, mark) for one in fits))
            if not right:
                found.wrong.append(f"{name}: who says {mark['quote']!r} was not found: {mark['speaker']!r}")
        if mark["fact"] == "threat.words":
            threat = found.of(THREATS)
            threat.expected += 1
            threat.found += (right := any(one.fact == "threat.words" for one in fits))
            if not right:
                found.wrong.append(f"{name}: {mark['quote']!r} is {fits[0].fact} of {fits[0].speaker!r}")
        mood(name, mark, fits, found)


def mood(name: str, mark: dict[str, Any], fits: list[Proposal], found: Measure) -> None:
    """Polarity and modality of a claim that was found, where they are or should be others than affirmed and stated."""
    for kind, plain in (("polarity", "affirms"), ("modality", "stated")):
        meant, said = mark.get(kind, plain), {getattr(one, kind) for one in fits}
        score = found.of(kind)
        score.expected += meant != plain
        score.found += meant != plain and meant in said
        score.proposed += said != {plain}
        score.right += said != {plain} and meant in said
        if meant not in said:
            found.wrong.append(f"{name}: {kind} of {mark['quote']!r} is {', '.join(said)}, expected {meant}")


def again(one: Proposal, mark: dict[str, Any]) -> bool:
    """The same claim at another place of the text: each is proposed once, where it comes first."""
    same = one.polarity == mark.get("polarity", "affirms") and one.modality == mark.get("modality", "stated")
    return same and (one.fact, one.value) == (mark["fact"], mark["value"])


def bare(value: str) -> str:
    return value.strip(" .,;")


def speakers(fact: str) -> str:
    return "speakers of quotations" if fact in WORDS else "speakers of other claims"


def fit(one: Proposal, mark: dict[str, Any]) -> bool:
    """Quotations by place; what is said in words by at least half of both places; all else by value and place."""
    return any(_fit(one, mark, *where) for where in mark["places"])


def _fit(one: Proposal, mark: dict[str, Any], start: int, end: int) -> bool:
    common = min(one.end, end) - max(one.start, start)
    if one.fact in WORDS and mark["fact"] in WORDS:
        return common > 0 and 2 * common >= min(one.end - one.start, end - start)
    if one.fact != mark["fact"] or common <= 0:
        return False
    if one.fact in ("demand.words", "protest.to"):
        return 2 * common >= end - start and 3 * common >= one.end - one.start
    return bool(one.value == mark["value"])


def same_speaker(said: str | None, mark: dict[str, Any]) -> bool:
    """Nobody and nobody; or the same head, and all words of one among those of the other."""
    meant, language = mark.get("speaker"), mark["language"]
    if not said or not meant:
        return not said and not meant
    a, b = words(said), words(meant)
    return head(said, language) == head(meant, language) and (set(a) <= set(b) or set(b) <= set(a))


def words(name: str) -> list[str]:
    return [
        one
        for one in re.findall(r"[\w'’-]+", name.lower())
        if one not in ("the", "a", "an", "el", "la", "los", "las", "un", "una", "su", "sus")
    ]


def head(name: str, language: str) -> str:
    cut = re.split(r" (?:of|for|from|in|at|de|del|en|para|that) ", f" {name.lower()} ")[0]
    found = words(cut) or words(name)
    return found[0] if language == "es" else found[-1]


def proposals() -> Result:
    """Both halves."""
    return {half: {kind: score.row() for kind, score in sorted(measure(half).scores.items())} for half in HALVES}


def proposal_speed() -> Result:
    """Seconds for texts of 100,000 characters and of a million, made of the half for writing."""
    text = "\n\n".join(one["text"] for one in read("while_writing") if one["language"] == "en")
    sizes = {size: (text * (size // len(text) + 1))[:size] for size in (100_000, 1_000_000)}
    return {"seconds": {size: median(lambda text=text: propose(text, "en"), runs=3) for size, text in sizes.items()}}


PROPOSAL_PARTS: dict[str, Callable[[], Result]] = {"proposals": proposals, "proposal_speed": proposal_speed}


def proposals_report(found: dict[str, Result]) -> list[str]:
    """The section of the page of measurements."""
    seconds = found["proposal_speed"]["seconds"]
    lines = [
        "## Proposals from text",
        "",
        wrapped(
            f"""{sum(len(read(half)) for half in HALVES)} short texts of our own in the style of the press, half Spanish
            and half English, each claim marked by hand. {len(read("apart"))} of them, older than any rule, were
            kept apart while the rules were written; of these only the numbers were looked at, four times, and rules
            were changed after each, so the numbers are not blind. Texts, marks and rules are by the same hand: expect
            less on the real press. Precision of speakers is over those that are named; elsewhere a person fills in."""
        ),
        "",
        "| kind | precision, while writing | recall | precision, apart | recall |",
        "|---|---|---|---|---|",
    ]
    for kind in found["proposals"]["apart"]:
        cells = [kind]
        for half in HALVES:
            row = found["proposals"][half].get(kind, Score().row())
            cells += [of(row["right"], row["proposed"]), of(row["found"], row["expected"])]
        lines.append("| " + " | ".join(cells) + " |")
    small, large = (float(taken) for taken in seconds.values())
    return [
        *lines,
        "",
        f"A text of 100,000 characters is read in {small:.1f} s, one of a million in {large:.1f} s.",
        "",
    ]


def of(part: int, whole: int) -> str:
    return f"{percent(part, whole)} % ({part} of {whole})" if whole else "none"


def show(half: str) -> None:
    """The numbers; and, of the half that may be looked at, what went wrong."""
    found = measure(half)
    if half == "while_writing":
        print("\n".join(found.wrong))
    for kind, score in sorted(found.scores.items()):
        print(f"{kind:30}", *(f"{key} {value}" for key, value in score.row().items()))


if __name__ == "__main__":
    show(sys.argv[1] if sys.argv[1:] else "while_writing")
