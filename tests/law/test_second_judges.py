"""Two solvers that know nothing of our graphs and tables re-prove that the law answers, and answers once.

z3 reads the rules as formulas, clingo as a logic program. All judges are then shown laws with a priority
taken out, and must see the same faults.
"""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import clingo
import numpy as np
import pytest
import z3
from tests.law.worlds import EXHAUSTIBLE, laws, own_positions, rules_of, states

from inviolable.law.decisions import CONFLICT, GAP, Compiled
from inviolable.law.law import Law
from inviolable.law.lawfile import Rule
from inviolable.law.proof import prove
from inviolable.law.table import CONFLICT as TABLE_CONFLICT
from inviolable.law.table import GAP as TABLE_GAP
from inviolable.law.table import evaluate, grid, possible, results_in, values_of

STRONG = ("V", "V~")


@dataclass(frozen=True)
class Verdict:
    gap: bool
    conflict: bool


SOUND = Verdict(gap=False, conflict=False)


def stages(law: Law, module: str, alone: bool) -> tuple[str, ...]:
    """The modules whose rules are needed to decide one: itself, and what feeds it unless it stands alone."""
    if alone:
        return (module,)
    feeding = [name for name in law.inputs(module) if name in law.rules]
    found = {stage for name in feeding for stage in stages(law, name, alone)} | {module}
    return tuple(name for name in law.order if name in found)


def variables(law: Law, module: str, alone: bool) -> list[str]:
    """What is chosen freely: facts and positions, and feeding modules where a module stands alone."""
    inside = stages(law, module, alone)
    found = {name for stage in inside for name in law.inputs(stage) if name not in inside}
    linked = {
        fact
        for impossible in law.words.impossible
        for fact, _ in impossible.when
        if found & {fact for fact, _ in impossible.when}
    }
    positions = {name for stage in inside for name in own_positions(law, stage)}
    return sorted(found | linked | positions)


# ---- z3: rules as formulas --------------------------------------------------------------------


def z3_verdict(law: Law, module: str, alone: bool) -> Verdict:
    chosen = {name: z3.Int(name) for name in variables(law, module, alone)}
    solver = z3.Solver()
    for name, variable in chosen.items():
        solver.add(variable >= 0, variable < len(values_of(law, name)))
    is_result: dict[tuple[str, str], Any] = {}

    def being(name: str, values: Any) -> Any:
        if name in chosen:
            return z3.Or([chosen[name] == values_of(law, name).index(value) for value in values])
        return z3.Or([is_result[name, value] for value in values])

    for impossible in law.words.impossible:
        if all(fact in chosen for fact, _ in impossible.when):
            solver.add(z3.Not(z3.And([being(fact, values) for fact, values in impossible.when])))
    for stage in stages(law, module, alone):
        rules = law.rules[stage]
        applies = {
            rule.id: z3.And(
                [being(condition.name, condition.values) for condition in rule.conditions]
                + [being(position, [option]) for position, option in rule.views]
            )
            for rule in rules
        }
        stands = {
            rule.id: z3.And(
                applies[rule.id], *(z3.Not(applies[higher]) for higher in law.above[rule.id] & applies.keys())
            )
            for rule in rules
        }
        concluded = {
            result: z3.Or([stands[rule.id] for rule in rules if rule.result == result])
            for result in law.words.modules[stage].results
        }
        firmly = z3.Or([stands[rule.id] for rule in rules if rule.result == "breach" and rule.tag in STRONG])
        for result, formula in concluded.items():
            is_result[stage, result] = z3.And(formula, firmly) if result == "breach" else formula
            if result == "breach":
                is_result[stage, "arguable"] = z3.And(formula, z3.Not(firmly))

    def can_be(formula: Any) -> bool:
        solver.push()
        solver.add(formula)
        answer = solver.check()
        solver.pop()
        assert answer != z3.unknown
        return answer == z3.sat

    return Verdict(
        gap=can_be(z3.Not(z3.Or(list(concluded.values())))),
        conflict=can_be(z3.Or([z3.And(pair) for pair in itertools.combinations(concluded.values(), 2)])),
    )


# ---- clingo: rules as a logic program ---------------------------------------------------------


def clingo_verdict(law: Law, module: str, alone: bool) -> Verdict:
    program = "\n".join(program_of(law, module, alone))
    return Verdict(
        gap=satisfiable(program + f'\n:- concluded("{module}", _).'),
        conflict=satisfiable(
            program + f'\ntwice :- concluded("{module}", A), concluded("{module}", B), A < B.\n:- not twice.'
        ),
    )


def program_of(law: Law, module: str, alone: bool) -> Iterator[str]:
    for name in variables(law, module, alone):
        options = "; ".join(f'is("{name}", "{value}")' for value in values_of(law, name))
        yield f"1 {{ {options} }} 1."
    inside = variables(law, module, alone)
    for impossible in law.words.impossible:
        if all(fact in inside for fact, _ in impossible.when):
            for values in itertools.product(*(sorted(values) for _, values in impossible.when)):
                facts = (fact for fact, _ in impossible.when)
                yield ":- " + ", ".join(f'is("{f}", "{v}")' for f, v in zip(facts, values, strict=True)) + "."
    for stage in stages(law, module, alone):
        for rule in law.rules[stage]:
            yield from clingo_rule(law, rule)
        yield f'is("{stage}", R) :- concluded("{stage}", R), R != "breach".'
        yield f'is("{stage}", "breach") :- firm("{stage}").'
        yield f'is("{stage}", "arguable") :- concluded("{stage}", "breach"), not firm("{stage}").'


def clingo_rule(law: Law, rule: Rule) -> Iterator[str]:
    body = []
    for place, condition in enumerate(rule.conditions):
        for value in sorted(condition.values):
            yield f'met("{rule.id}", {place}) :- is("{condition.name}", "{value}").'
        body.append(f'met("{rule.id}", {place})')
    body += [f'is("{position}", "{option}")' for position, option in rule.views]
    yield f'applies("{rule.id}")' + (" :- " + ", ".join(body) if body else "") + "."
    same = {other.id for other in law.rules[rule.module]}
    unless = "".join(f', not applies("{higher}")' for higher in sorted(law.above[rule.id] & same))
    yield f'stands("{rule.id}") :- applies("{rule.id}"){unless}.'
    yield f'concluded("{rule.module}", "{rule.result}") :- stands("{rule.id}").'
    if rule.result == "breach" and rule.tag in STRONG:
        yield f'firm("{rule.module}") :- stands("{rule.id}").'


def satisfiable(program: str) -> bool:
    control = clingo.Control(["--warn=none"])
    control.add("base", [], program)
    control.ground([("base", [])])
    return bool(control.solve().satisfiable)


# ---- our own ----------------------------------------------------------------------------------


def graph_verdict(law: Law, module: str, alone: bool) -> Verdict:
    compiled = Compiled(law, standalone=alone)
    within = compiled.graphs.combine(
        lambda outcome, can_be: outcome if can_be else None,
        compiled.decision(module).results,
        compiled.possible(module),
    )
    found = compiled.graphs.outcomes(within, {})
    return Verdict(gap=GAP in found, conflict=CONFLICT in found)


def table_verdict(law: Law, module: str, alone: bool) -> Verdict:
    columns = grid(law, variables(law, module, alone))
    evaluated, can_be = np.broadcast_arrays(evaluate(law, module, columns).results, possible(law, columns))
    found = {results_in(law, module)[code] for code in np.unique(evaluated[can_be])}
    return Verdict(gap=TABLE_GAP in found, conflict=TABLE_CONFLICT in found)


# ---- judgement --------------------------------------------------------------------------------


def everything_to_prove() -> list[Any]:
    """Each module with all that feeds it; bounded ones standing alone, as `law check` proves them."""
    seen: list[Any] = []
    rows = []
    for name, law, _ in laws():
        for module in law.order:
            alone = module in law.bounded
            what = [rules_of(law, stage) for stage in stages(law, module, alone)]
            if what not in seen:
                seen.append(what)
                rows.append(pytest.param(law, module, alone, id=f"{name}-{module}"))
    return rows


@pytest.mark.parametrize(("law", "module", "alone"), everything_to_prove())
@pytest.mark.parametrize("judge", [z3_verdict, clingo_verdict], ids=["z3", "clingo"])
def test_a_second_judge_finds_neither_gap_nor_conflict(
    judge: Callable[[Law, str, bool], Verdict], law: Law, module: str, alone: bool
):
    assert judge(law, module, alone) == SOUND


def priorities() -> list[Any]:
    """Every `over`, `under` and `otherwise` of every module."""
    rows = []
    seen: list[Any] = []
    for name, law, modules in laws():
        for module in modules:
            if rules_of(law, module) in seen or states(law, module) > EXHAUSTIBLE:
                continue
            seen.append(rules_of(law, module))
            edges = [(rule.id, higher) for rule in law.rules[module] for higher in sorted(law.above[rule.id])]
            if edges:
                rows.append(pytest.param(law, module, edges, id=f"{name}-{module}"))
    return rows


def without(law: Law, lower: str, higher: str) -> Law:
    """The same law by a drafter who forgot one priority."""
    return replace(law, above={**law.above, lower: law.above[lower] - {higher}})


@pytest.mark.parametrize(("law", "module", "edges"), priorities())
def test_all_judges_see_the_same_when_a_priority_is_forgotten(law: Law, module: str, edges: list[tuple[str, str]]):
    for lower, higher in edges:
        faulty = without(law, lower, higher)
        expected = table_verdict(faulty, module, alone=True)
        for judge in (graph_verdict, z3_verdict, clingo_verdict):
            assert judge(faulty, module, True) == expected, (judge, lower, higher)


def test_a_forgotten_exception_is_a_conflict_to_everybody_and_the_build_refuses_it():
    law = next(law for name, law, _ in laws() if name == "vccr")
    for lower, higher in [("vccr/no-entry", "vccr/admitted"), ("vccr/fire-or-disaster", "vccr/refusal-binds")]:
        faulty = without(law, lower, higher)
        module = next(rule.module for rules in law.rules.values() for rule in rules if rule.id == lower)
        for judge in (graph_verdict, z3_verdict, clingo_verdict):
            assert judge(faulty, module, False) == Verdict(gap=False, conflict=True), judge
        faults = prove(faulty, law).faults
        assert any("rules answer differently" in fault.what for fault in faults)


def test_a_removed_rule_is_a_gap_to_everybody():
    law = next(law for name, law, _ in laws() if name == "vccr")
    rules = tuple(rule for rule in law.rules["entry"] if rule.id != "vccr/not-addressed")
    faulty = replace(law, rules={**law.rules, "entry": rules})
    for judge in (graph_verdict, z3_verdict, clingo_verdict):
        assert judge(faulty, "entry", False) == Verdict(gap=True, conflict=False), judge
