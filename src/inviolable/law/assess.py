"""The answer to one case: what DESIGN.md section 6 calls `assess --json`, as plain data.

The answer equals the set of answers over every possible completion of the facts: if all agree, that
one; `disputed` where the views on an unset position differ; otherwise `open`, with all of them.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import product
from typing import Any

from .casefile import Case
from .changes import minimal_changes
from .decisions import Compiled, Outcome
from .faults import Fault, Faulty
from .graph import Allowed, Node
from .law import Law, put_together, shipped_packs
from .lawfile import LANGUAGES, Pack
from .proof import prove
from .questions import Questions, prior
from .regime import Regime, Row, hypothetical, regime
from .vocabulary import TAGS, read_toml, vocabulary, weakest

#: Entry answers from best to worst for the sending State, to name the worst reading.
ADVERSITY = (
    "refuse",
    "not_governed",
    "consent_needed_now",
    "admit_by_consent",
    "admit_protective_action_only",
    "disputed",
    "open",
    "no_treaty_bar",
    "admit_by_treaty",
)
STAGES = ("place", "valid_consent", "need", "assumed", "entry")
Answer = dict[str, Any]


@dataclass(frozen=True)
class SignOff:
    """A role's legal sign-off of one pack at one hash (INVIOLABLE_HOME holds them)."""

    pack: str
    hash: str
    role: str
    date: str


@cache
def texts(language: str) -> Mapping[str, Any]:
    """The words of the law in one language (texts/<language>.toml)."""
    return read_toml(f"texts/{language}.toml")


@cache
def say(language: str) -> Mapping[str, Any] | None:
    """The sentences for the officer in the host language, None where nobody has written them yet."""
    try:
        return read_toml(f"say/{language}.toml")
    except FileNotFoundError:
        return None


def regime_of(case: Case) -> Regime:
    """Which instruments govern a case. Raises Faulty, naming the case's file."""
    try:
        if case.instruments:
            return hypothetical(case.instruments)
        as_of = date.fromisoformat(case.as_of[:10]) if case.as_of else None
        return regime(case.sending, case.receiving, case.day, case.kind, as_of)
    except Faulty as faulty:
        raise Faulty(replace(fault, file=case.file) for fault in faulty.faults) from None


def assess(
    case: Case,
    positions: Mapping[str, str] | None = None,
    signed: Iterable[SignOff] = (),
    own: Sequence[Pack] = (),
    language: str = "en",
) -> Answer:
    """Everything the law says of a case.

    positions: the ministry's; those in the case come first. own: the ministry's own packs.
    Raises Faulty where no possible world is left, or where a pack of its own cannot be proved."""
    return Assessment(case, positions or {}, signed, own, language).answer()


_COMPILED: dict[tuple[tuple[str, ...], bool], Compiled] = {}


def compiled(packs: Sequence[Pack], standalone: bool) -> Compiled:
    """A law as decision graphs, kept by the hashes of its packs."""
    key = (tuple(pack.hash for pack in packs), standalone)
    if key not in _COMPILED:
        law = put_together(packs, vocabulary())
        if any(pack.parties for pack in packs):
            faults = prove(law, put_together([pack for pack in packs if not pack.parties], vocabulary())).faults
            if faults:
                raise Faulty(faults)
        _COMPILED[key] = Compiled(law, standalone)
    return _COMPILED[key]


def packs_of(case: Case, regime: Regime, own: Sequence[Pack]) -> tuple[list[Pack], list[Row]]:
    """The packs that govern a case, the ministry's own between these two States last, and all rows."""
    governing = [
        pack
        for pack in own
        if pack.parties == {case.sending, case.receiving}
        and pack.extends == regime.base
        and pack.in_force <= case.day.isoformat()
    ]
    rows = [
        Row(
            pack.id,
            "governs",
            {lang: f"{pack.title[lang]} ({pack.in_force})" for lang in LANGUAGES},
            own_tag(pack),
            pack.file,
            "",
        )
        for pack in governing
    ]
    return [*(shipped_packs()[name] for name in regime.packs), *governing], [*regime.rows, *rows]


def own_tag(pack: Pack) -> str:
    """The weakest tag of a ministry's own pack."""
    return weakest(*(provision.tag for provision in pack.provisions))


class Assessment:
    """One case under one law; `answer` puts its parts together."""

    def __init__(
        self,
        case: Case,
        positions: Mapping[str, str],
        signed: Iterable[SignOff] = (),
        own: Sequence[Pack] = (),
        language: str = "en",
    ) -> None:
        self.case, self.language, self.own = case, language, own
        self.regime = regime_of(case)
        self.packs, self.rows = packs_of(case, self.regime, own)
        self.signed = tuple(signed)
        self.positions = {**positions, **case.positions}
        self.compiled = compiled(self.packs, False)
        self.law: Law = self.compiled.law
        self.words = texts(language)
        self.facts = {
            **{fact: (value,) for fact, value in self.regime.profile.items()},
            **case.facts,
        }
        self.fixed = {name: (option,) for name, option in self.positions.items()}
        self._graphs: dict[str, Node] = {}

    def answer(self) -> Answer:
        entry = self.entry()
        findings = [self.finding(module) for module in self.law.order_by_role("finding")]
        question = self.next_question(entry["answer"], findings)
        answer: Answer = {
            "case": self.header(),
            "regime": [
                {"instrument": row.instrument, "standing": row.standing, "why": row.why[self.language], "tag": row.tag}
                for row in self.rows
            ],
            "entry": entry,
            "findings": findings,
            "unknown": self.unknown(),
            "would_change_if": self.would_change_if(entry["answer"]),
            "remedies": [self.remedy(module) for module in self.law.order_by_role("remedy")],
            "forums": [
                {
                    "id": forum.id,
                    "result": forum.result,
                    "tag": forum.tag,
                    "cites": list(forum.cites),
                    "because": forum.because[self.language],
                }
                for forum in self.regime.forums
            ],
            "say": self.say(entry["answer"]),
            "unreviewed": [
                {"pack": pack.id, "hash": pack.hash, "note": self.words["labels"]["not_reviewed"]}
                for pack in self.law.packs
                if (pack.id, pack.hash) not in {(sign.pack, sign.hash) for sign in self.signed}
            ],
            "reviewed": [
                {"pack": sign.pack, "hash": sign.hash, "role": sign.role, "date": sign.date}
                for pack in self.law.packs
                for sign in self.signed
                if (sign.pack, sign.hash) == (pack.id, pack.hash)
            ],
        }
        if question:
            answer["next_question"] = question
        if self.case.contested:
            answer["readings"] = self.readings()
        return answer

    def header(self) -> Answer:
        first, last = self.case.occurred
        header = {
            "title": self.case.title,
            "sending_state": self.case.sending,
            "receiving_state": self.case.receiving,
            "occurred": first if first == last else f"{first}/{last}",
            "as_of": self.case.as_of,
            "place": self.case.place,
            "post_class": self.case.post_class,
        }
        return {key: value for key, value in header.items() if value}

    # ---- what follows -----------------------------------------------------------------------

    def graph(self, module: str) -> Node:
        """The module's answers under the positions taken, None in worlds that cannot be or that the
        case rules out by contesting only some values of a fact."""
        if module not in self._graphs:
            graphs = self.compiled.graphs
            node = self.compiled.answers(module, self.positions)
            known = {fact: values[0] for fact, values in self.facts.items() if len(values) == 1}
            node = graphs.restrict(node, known)
            for fact, values in self.facts.items():
                if len(values) > 1:
                    node = graphs.combine(_where, node, graphs.test(fact, values))
            self._graphs[module] = node
        return self._graphs[module]

    def outcomes(self, module: str) -> set[Outcome]:
        """Every (result, rank of tag) that some completion reaches."""
        if module in self.law.bounded:
            return self.bounded_outcomes(module)
        found = self.compiled.graphs.outcomes(self.graph(module), {}) - {None}
        if not found:
            raise Faulty([Fault(self.case.file, 0, "no possible world is left", "the facts contradict each other")])
        return found

    def bounded_outcomes(self, module: str) -> set[Outcome]:
        """The outcomes of a bounded module: sets are passed between stages, so the set may be wider
        than the truth, never narrower."""
        apart, allowed = self.apart(module)
        rank = max((rank for name in self.feeding(module) for _, rank in self.views_and_outcomes(name)), default=0)
        found = apart.graphs.outcomes(apart.decision(module).results, allowed)
        return {(result, max(own, rank)) for result, own in found}

    def apart(self, module: str) -> tuple[Compiled, Allowed]:
        """A bounded module over its own inputs, and the values each of them can have."""
        allowed: dict[str, Collection[str]] = {**self.facts, **self.fixed}
        for name in self.feeding(module):
            allowed[name] = {result for result, _ in self.views_and_outcomes(name)}
        return compiled(self.packs, True), allowed

    def feeding(self, module: str) -> list[str]:
        return [name for name in self.law.inputs(module) if name in self.law.rules]

    def views_and_outcomes(self, module: str) -> set[Outcome]:
        """Outcomes with each view on an unset position told apart instead of settled as disputed."""
        if module in self.law.bounded:
            return self.bounded_outcomes(module)
        decision = self.compiled.decision(module)
        possible = self.compiled.graphs.combine(_where, decision.results, self.compiled.possible(module))
        return self.compiled.graphs.outcomes(possible, {**self.facts, **self.fixed}) - {None}

    def settled(self, module: str) -> tuple[str, list[str], str]:
        """(the one answer or `open`, all possible answers in declared order, weakest tag)."""
        found = self.outcomes(module)
        results = {result for result, _ in found}
        order = (*self.law.domain(module), "disputed")
        possible = [result for result in order if result in results]
        tag = weakest(self.regime.tag, *(TAGS[rank] for _, rank in found))
        return (possible[0] if len(possible) == 1 else "open"), possible, tag

    def because(self, modules: Iterable[str]) -> list[Answer]:
        """The rules that stand, and those that apply and are defeated, in every completion."""
        reasons: list[Answer] = []
        for module in modules:
            stands, applies = self.certain(module)
            for rule in self.law.rules[module]:
                if rule.id in stands:
                    reasons.append({"rule": rule.id, "cites": [rule.cite], "state": "holds"})
                elif rule.id in applies and not rule.is_default:
                    by = sorted(self.law.above[rule.id] & applies)
                    if by:
                        reasons.append({"rule": rule.id, "cites": [rule.cite], "state": "defeated", "by": by[0]})
        return reasons

    def certain(self, module: str) -> tuple[set[str], set[str]]:
        """The rules that stand, and those that apply, in every completion and view."""
        of, allowed = self.compiled_for(module)
        decision = of.decision(module)

        def always(nodes: Sequence[Node]) -> set[str]:
            pairs = zip(decision.rules, nodes, strict=True)
            return {rule.id for rule, node in pairs if None not in of.graphs.outcomes(node, allowed)}

        return always(decision.stands), always(decision.applies)

    def why_not(self, module: str) -> list[Answer]:
        """The rules that certainly do not apply, each with the conditions that fail: what was needed, what is."""
        of, allowed = self.compiled_for(module)
        decision = of.decision(module)
        missed: list[Answer] = []
        for rule, applies in zip(decision.rules, decision.applies, strict=True):
            if of.graphs.outcomes(applies, allowed) != {None}:
                continue
            fails = [
                {"name": condition.name, "needed": sorted(condition.values), "is": sorted(self.values(condition.name))}
                for condition in rule.conditions
                if not condition.values & self.values(condition.name)
            ]
            if fails:
                missed.append({"rule": rule.id, "cites": [rule.cite], "fails": fails})
        return missed

    def values(self, name: str) -> set[str]:
        """What a fact or a feeding module can be under the known facts."""
        if name in self.law.rules:
            return {result for result, _ in self.views_and_outcomes(name)}
        return set(self.facts.get(name, self.law.domain(name)))

    def compiled_for(self, module: str) -> tuple[Compiled, Allowed]:
        """The graphs that decide a module, and the values their variables can have."""
        if module in self.law.bounded:
            return self.apart(module)
        return self.compiled, {**self.facts, **self.fixed}

    def cites(self, module: str) -> list[str]:
        """The provisions whose rules stand in some completion."""
        of, allowed = self.compiled_for(module)
        decision = of.decision(module)
        pairs = zip(decision.rules, decision.stands, strict=True)
        rules = [rule for rule, stands in pairs if of.graphs.outcomes(stands, allowed) != {None}]
        feeding = [cite for name in self.feeding(module) for cite in self.overlay_cites(name)]
        return list(dict.fromkeys([*(rule.cite for rule in rules), *feeding]))

    def overlay_cites(self, module: str) -> list[str]:
        """Where a bilateral convention or declaration decided a stage, its pinpoints: a finding that
        rests on it must name it beside the Convention's own article."""
        if module not in STAGES:
            return []
        overlays = {rule.id for pack in self.packs if pack.extends for rule in pack.rules}
        stands, _ = self.certain(module)
        own = [rule.cite for rule in self.law.rules[module] if rule.id in stands & overlays]
        return [*own, *(cite for name in self.feeding(module) for cite in self.overlay_cites(name))]

    def entry(self) -> Answer:
        result, possible, tag = self.settled("entry")
        because = self.because(STAGES)
        cites = list(
            dict.fromkeys(cite for reason in because if reason["state"] == "holds" for cite in reason["cites"])
        )
        entry: Answer = {
            "answer": result,
            "possible": possible,
            "do": [self.words["do"][key] for key in self.to_do(result, possible)],
            "because": because,
            "cites": cites or self.cites("entry"),
            "tag": tag,
        }
        if result == "disputed":
            entry["views"] = self.views("entry")
        if result == "open":
            entry["because_of"] = self.because_of("entry")
            if "entry" in self.law.bounded:
                entry["exact"] = "no"
        return entry

    def to_do(self, result: str, possible: Sequence[str]) -> list[str]:
        """What to do now: life first, then what the standing rules say; never empty."""
        stands, _ = self.certain("entry")
        keys = [key for rule in self.law.rules["entry"] if rule.id in stands for key in rule.do]
        if result in ("open", "disputed") or not keys:
            emergency = {"consent_needed_now", "admit_protective_action_only", "disputed"} & set(possible)
            keys = ["people-out", "disputed-crew"] if emergency and self.emergency_possible() else []
            keys += ["disputed-wait"] if result == "disputed" else ["wait-for-facts"]
            keys += ["no-contact", "call-consenter", "archives-closed"]
        return list(dict.fromkeys(keys))

    def emergency_possible(self) -> bool:
        return set(self.facts.get("emergency", ("fire",))) != {"none"}

    def finding(self, module: str) -> Answer:
        result, possible, tag = self.settled(module)
        finding: Answer = {
            "id": module,
            "result": result,
            "cites": self.cites(module),
            "tag": tag,
            "because": self.because([module]),
        }
        if result == "disputed":
            finding["views"] = self.views(module)
        if result == "open":
            finding["possible"] = possible
            finding["because_of"] = self.because_of(module)
            if module in self.law.bounded:
                finding["exact"] = "no"
        return finding

    def remedy(self, module: str) -> Answer:
        result, _, _ = self.settled(module)
        remedy: Answer = {"id": module, "result": result, "cites": self.cites(module)}
        if result == "open" and module in self.law.bounded:
            remedy["exact"] = "no"
        return remedy

    def views(self, module: str) -> list[Answer]:
        """What each combination of views on the unset positions that matter would answer, with its authority."""
        unset = [
            name for name in self.law.positions(module) if name not in self.positions and self.divides(module, name)
        ]
        views: list[Answer] = []
        for options in product(*(self.law.words.positions[name].options for name in unset)):
            taken = dict(zip(unset, options, strict=True))
            results = {
                result
                for result, _ in Assessment(self.case, {**self.positions, **taken}, own=self.own).outcomes(module)
            }
            views.append(
                {
                    "positions": [
                        {
                            "position": name,
                            "option": option,
                            "authority": self.law.words.positions[name].options[option],
                        }
                        for name, option in taken.items()
                    ],
                    "result": results.pop() if len(results) == 1 else "open",
                }
            )
        return views

    def divides(self, module: str, position: str) -> bool:
        """Whether the view taken on a position can change the module's result under the known facts."""
        decision = self.compiled.decision(module)
        graphs = self.compiled.graphs
        node = graphs.combine(_where, decision.results, self.compiled.possible(module))
        node = graphs.combine(_result, node)
        known = {name: values[0] for name, values in {**self.facts, **self.fixed}.items() if len(values) == 1}
        return position in graphs.asked(graphs.restrict(node, known))

    # ---- what is not known ------------------------------------------------------------------

    def results_graph(self, module: str) -> Node:
        """The answers without their tags."""
        return self.compiled.graphs.combine(_result, self.graph(module))

    def questions(self, unanswerable: Iterable[str] = ()) -> Questions:
        return Questions(self.compiled.graphs, self.law.words, prior(), unanswerable=tuple(unanswerable))

    def deciding(self, module: str) -> list[str]:
        """The facts, unknown or contested, on which the module's answer still depends."""
        if module in self.law.bounded:
            names = [name for name in self.law.inputs(module) if name in self.law.words.facts]
            return [name for name in names if len(self.facts.get(name, ())) != 1]
        node = self.results_graph(module)
        questions = self.questions()
        return [fact for fact in self.compiled.graphs.asked(node) if questions.matters(node, fact)]

    def because_of(self, module: str) -> list[Answer]:
        return [
            {
                "fact": fact,
                "state": "contested" if fact in self.facts else "unknown",
                "values": list(self.facts.get(fact, self.law.words.facts[fact].values)),
            }
            for fact in self.deciding(module)
        ]

    def unknown(self) -> list[str]:
        """Facts nobody has given that can still change the entry or a finding."""
        found: set[str] = set()
        for module in ("entry", *self.law.order_by_role("finding")):
            found.update(fact for fact in self.deciding(module) if fact not in self.facts)
        return [fact for fact in self.law.words.facts if fact in found]

    def next_question(self, answer: str, findings: Sequence[Answer]) -> Answer | None:
        """The question with the least expected cost to settle the entry; once that is settled, the
        cheapest fact that most open findings wait for."""
        if answer == "open":
            fact = self.questions().next(self.results_graph("entry"))
        else:
            waiting: dict[str, int] = {}
            for finding in findings:
                for reason in finding.get("because_of", ()):
                    waiting[reason["fact"]] = waiting.get(reason["fact"], 0) + 1
            facts = self.law.words.facts
            fact = max(waiting, key=lambda name: (waiting[name], -facts[name].cost), default="")
        return self.question(fact) if fact else None

    def question(self, fact: str) -> Answer:
        """A fact as a question in words, with the answers that are still possible."""
        words = self.words["facts"][fact]
        values = self.facts.get(fact, self.law.words.facts[fact].values)
        return {
            "fact": fact,
            "text": words["question"],
            "answers": [{"value": value, "text": words["answers"][value]} for value in values],
        }

    def would_change_if(self, answer: str) -> list[Answer]:
        """Every minimal set of facts that, learnt or corrected, gives another certain answer."""
        if "entry" in self.law.bounded:
            return []
        graphs = self.compiled.graphs
        node = graphs.combine(_result, self.compiled.answers("entry", self.positions))
        found = minimal_changes(graphs, node, self.facts, answer)
        costs = self.law.words.facts
        ranked = sorted(
            found,
            key=lambda change: (len(change[0]), sum(costs[fact].cost for fact in change[0]), sorted(change[0].items())),
        )
        return [{"facts": facts, "answer": other} for facts, other in ranked]

    def readings(self) -> Answer:
        """Every complete choice among the contested facts, and what it would mean at the door."""
        contested = self.case.contested
        graphs = self.compiled.graphs
        node = self.results_graph("entry")
        answers: dict[tuple[str, ...], str] = {}
        for choice in product(*contested.values()):
            reading = dict(zip(contested, choice, strict=True))
            results = graphs.outcomes(node, {fact: (value,) for fact, value in reading.items()}) - {None}
            if self.possible_reading(reading):
                answers[choice] = results.pop() if len(results) == 1 else "open"
        names = list(contested)
        deciding = [
            name
            for index, name in enumerate(names)
            if any(
                answers[one] != answers[other]
                for one in answers
                for other in answers
                if one[:index] + one[index + 1 :] == other[:index] + other[index + 1 :]
            )
        ]
        worst = max(answers, key=lambda choice: ADVERSITY.index(answers[choice]))
        return {
            "count": len(answers),
            "same": "yes" if len(set(answers.values())) == 1 else "no",
            "deciding": deciding,
            "adverse": {"facts": dict(zip(names, worst, strict=True)), "answer": answers[worst]},
        }

    def possible_reading(self, reading: Mapping[str, str]) -> bool:
        """Whether a choice leaves any possible world."""
        facts = {**self.facts, **{fact: (value,) for fact, value in reading.items()}}
        for impossible in self.law.words.impossible:
            if all(set(facts.get(fact, ("?",))) <= values for fact, values in impossible.when):
                return False
        return True

    # ---- what to say ------------------------------------------------------------------------

    def say(self, answer: str) -> Answer:
        words: Answer = {"staff": list(self.words["staff"][answer])}
        host = say(self.case.host_language) if self.case.host_language else None
        if host:
            special = host.get("host_mission", {}) if self.case.kind == "mission" else {}
            words["host"] = special.get(answer, host["host"][answer])
        return words


def canonical(answer: Answer) -> str:
    """Canonical JSON (the RFC 8785 profile of DESIGN.md section 6): sorted keys, no blanks, UTF-8."""
    return json.dumps(answer, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _where(leaf: Any, condition: bool) -> Any:
    return leaf if condition else None


def _result(outcome: Outcome | None) -> str | None:
    return None if outcome is None else outcome[0]
