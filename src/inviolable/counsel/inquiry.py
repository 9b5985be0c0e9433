"""Ask the law: one question at a time, each the one that is expected to settle the answer soonest.

An inquiry is its address: what was chosen at the start and every answer since, in order. Nothing is kept on the
server, so an address can be bookmarked, sent, taken back or changed.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from urllib.parse import urlencode

from inviolable.counsel.record import Decided
from inviolable.counsel.wording import TONES, result_words
from inviolable.law.assess import ENGINE, Assessment
from inviolable.law.casefile import POST_CLASSES, Case, read_case
from inviolable.law.graph import Graphs, Node
from inviolable.law.law import shipped_packs
from inviolable.law.questions import Questions, prior
from inviolable.law.regime import state_codes
from inviolable.law.review import of_pack
from inviolable.law.vocabulary import LAW, vocabulary
from inviolable.law.words import texts

UNKNOWN = "unknown"
#: The name under which an inquiry is read as a case file, and its faults are said.
FILE = "ask.toml"
PROFILE = ("sending", "receiving", "instrument", "class", "day", "host")
MOST_PLANNERS = 16


class Misasked(ValueError):
    """An address that no question of ours leads to. field: which part of it."""

    def __init__(self, field: str, value: str) -> None:
        self.field, self.value = field, value
        super().__init__(f"{field}: {value!r}")


@dataclass(frozen=True)
class Choice:
    """An answer that may be given. settles: what would then be certain; leaves: how many answers it leaves possible."""

    value: str
    words: str
    settles: str
    tone: str
    leaves: int


@dataclass(frozen=True)
class Question:
    """What is asked now. more: answers that nobody untrained is expected to give. door: whether anybody is."""

    fact: str
    text: str
    choices: tuple[Choice, ...]
    more: tuple[Choice, ...]
    door: bool


@dataclass(frozen=True)
class Given:
    """An answer already given, and the address without it."""

    fact: str
    question: str
    words: str
    unknown: bool
    without: str


@dataclass(frozen=True)
class Possibility:
    """An answer that the law can give here, and whether it is still possible."""

    words: str
    tone: str
    possible: bool


@dataclass(frozen=True)
class State:
    """Where an inquiry stands. question: None when it is over. left: how many answers are still possible."""

    question: Question | None
    given: tuple[Given, ...]
    possibilities: tuple[Possibility, ...]
    left: int
    staff: tuple[str, ...]
    settled: bool
    unreviewed: str


@dataclass(frozen=True)
class Inquiry:
    """The start that was chosen, and the answers since, in the order they were given."""

    profile: Mapping[str, str]
    answers: Mapping[str, str]

    @property
    def query(self) -> str:
        """The address's query, the same for the same inquiry."""
        return urlencode([*self.pairs(), *self.answers.items()])

    def pairs(self) -> list[tuple[str, str]]:
        return [(name, self.profile[name]) for name in PROFILE if self.profile.get(name)]

    def without(self, fact: str) -> "Inquiry":
        """The inquiry with one answer taken back."""
        return Inquiry(self.profile, {name: value for name, value in self.answers.items() if name != fact})

    @cached_property
    def case_file(self) -> str:
        """The inquiry as a case file, so that anybody can assess the same."""
        facts = {name: value for name, value in self.answers.items() if value != UNKNOWN}
        words = vocabulary().facts
        post = {name: value for name, value in facts.items() if words[name].profile}
        rest = {name: value for name, value in facts.items() if not words[name].profile}
        case = {"title": "Ask the law", "occurred": self.profile["day"]}
        if "instrument" not in self.profile:
            case |= {"sending_state": self.profile["sending"], "receiving_state": self.profile["receiving"]}
        about = {"class": self.profile["class"], "host_language": self.profile.get("host", "")}
        tables = [
            ("case", case),
            ("post", {key: value for key, value in {**about, **post}.items() if value}),
            ("facts", rest),
        ]
        lines = [
            f"[{name}]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in rows.items())
            for name, rows in tables
        ]
        if "instrument" in self.profile:
            lines.append(f"[regime]\ninstruments = [{json.dumps(self.profile['instrument'])}]\n")
        return "\n".join(lines)

    def case(self) -> Case:
        """Raises Faulty, as any case file does."""
        return read_case(self.case_file, FILE)


def read_inquiry(pairs: Iterable[tuple[str, str]]) -> Inquiry:
    """Read an address. Raises Misasked on the first part that no page of ours writes."""
    profile: dict[str, str] = {}
    answers: dict[str, str] = {}
    facts = vocabulary().facts
    for name, value in pairs:
        if name in profile or name in answers:
            raise Misasked(name, value)
        if name in PROFILE:
            if value:
                profile[name] = value
        elif name in facts and value in (*facts[name].values, UNKNOWN):
            answers[name] = value
        else:
            raise Misasked(name, value)
    _check(profile)
    return Inquiry(profile, answers)


def _check(profile: Mapping[str, str]) -> None:
    hypothetical = "instrument" in profile
    needed = ("instrument",) if hypothetical else ("sending", "receiving")
    allowed = {
        "sending": state_codes(),
        "receiving": state_codes() - {profile.get("sending", "")},
        "instrument": shipped_packs().keys(),
        "class": POST_CLASSES.keys(),
        "host": host_languages(),
    }
    for name in (*needed, "class", "day"):
        if name not in profile:
            raise Misasked(name, "")
    for name, value in profile.items():
        if (name != "day" and value not in allowed[name]) or (hypothetical and name in ("sending", "receiving")):
            raise Misasked(name, value)
    try:
        written_out = date.fromisoformat(profile["day"]).isoformat()
    except ValueError:
        raise Misasked("day", profile["day"]) from None
    if written_out != profile["day"]:
        raise Misasked("day", profile["day"])


def host_languages() -> dict[str, str]:
    """The languages in which there is a sentence for the officer, by code, each named in itself."""
    codes = sorted(
        path.name.removesuffix(".toml") for path in LAW.joinpath("say").iterdir() if path.name.endswith(".toml")
    )
    return {code: _own_name(code) for code in codes}


def _own_name(code: str) -> str:
    try:
        return str(texts(code)["language"])
    except FileNotFoundError:
        return code


def state_of(inquiry: Inquiry, decided: Decided, language: str) -> State:
    """Where an inquiry stands and what to ask next. Raises Faulty on answers that cannot go together."""
    with ENGINE:
        assessment = Assessment(inquiry.case(), decided.positions, decided.signed, decided.own, language)
        return _Asking(inquiry, assessment, language).state()


_PLANNERS: dict[tuple[int, frozenset[str]], Questions] = {}


def _planner(graphs: Graphs, unanswerable: frozenset[str]) -> Questions:
    """A planner remembers the best order from every state it has met: keep it for the next question."""
    key = (id(graphs), unanswerable)
    if key not in _PLANNERS or _PLANNERS[key].graphs is not graphs:
        while len(_PLANNERS) >= MOST_PLANNERS:
            del _PLANNERS[next(iter(_PLANNERS))]
        _PLANNERS[key] = Questions(graphs, vocabulary(), prior(), unanswerable=unanswerable)
    return _PLANNERS[key]


class _Asking:
    def __init__(self, inquiry: Inquiry, assessment: Assessment, language: str) -> None:
        self.inquiry, self.assessment, self.language = inquiry, assessment, language
        self.words = texts(language)
        self.graphs = assessment.compiled.graphs
        self.facts = vocabulary().facts

    def state(self) -> State:
        inquiry = self.inquiry
        node = self.assessment.results_graph("entry")
        left = self.results(node)
        unanswerable = frozenset(name for name, value in inquiry.answers.items() if value == UNKNOWN)
        planner = _planner(self.graphs, unanswerable)
        fact = planner.next(node)
        answer, _, _ = self.assessment.settled("entry")
        return State(
            question=self.question(planner, node, fact) if fact else None,
            given=tuple(
                Given(
                    name,
                    self.words["facts"][name]["question"],
                    "" if value == UNKNOWN else self.words["facts"][name]["answers"][value],
                    value == UNKNOWN,
                    inquiry.without(name).query,
                )
                for name, value in inquiry.answers.items()
            ),
            possibilities=tuple(
                Possibility(result_words(result, self.language), TONES[result], result in left)
                for result in self.at_first()
            ),
            left=len(left),
            staff=tuple(self.assessment.wording("staff", answer)),
            settled=len(left) == 1,
            unreviewed=self.unreviewed(),
        )

    def at_first(self) -> list[str]:
        """Every answer this law can give before anything is answered, in the order of modules.toml."""
        start = Inquiry(self.inquiry.profile, {})
        fresh = Assessment(start.case(), self.assessment.positions, own=self.assessment.own)
        possible = self.results(fresh.results_graph("entry"))
        return [result for result in (*fresh.law.domain("entry"), "disputed") if result in possible]

    def unreviewed(self) -> str:
        """That the legal adviser has not signed some pack off as it stands; "" when all are signed."""
        every = all(of_pack(pack, self.assessment.signed) for pack in self.assessment.law.packs)
        return "" if every else str(self.words["labels"]["not_reviewed"])

    def results(self, node: Node) -> set[str]:
        return self.graphs.outcomes(node, {}) - {None}

    def question(self, planner: Questions, node: Node, fact: str) -> Question:
        door = self.facts[fact].door
        choices = [choice for value in self.facts[fact].values if (choice := self.choice(planner, node, fact, value))]
        first = tuple(choice for choice in choices if choice.value in door or not door)
        more = tuple(choice for choice in choices if choice not in first)
        return Question(fact, self.words["facts"][fact]["question"], first, more, bool(door))

    def choice(self, planner: Questions, node: Node, fact: str, value: str) -> Choice | None:
        """None for an answer that no event can have after those given."""
        left: Sequence[str] = sorted(self.results(planner.restrict(node, fact, value)))
        if not left:
            return None
        words = self.words["facts"][fact]["answers"][value]
        settles = result_words(left[0], self.language) if len(left) == 1 else ""
        return Choice(value, words, settles, TONES[left[0]] if settles else "", len(left))
