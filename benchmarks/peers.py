"""The door's rules in other engines' own forms. Each answers as ours does, or the benchmark stops."""

import itertools
import json
from collections.abc import Callable, Mapping
from typing import Any

from benchmarks.door import FACTS, Row
from inviolable.law.law import Law

Decide = Callable[[Mapping[str, str]], str]


def zen_staged(tables: Mapping[str, list[Row]]) -> Decide:
    """zen-engine: one decision table per stage, chained; stronger rules stand above weaker ones."""
    return _zen([(stage, [(row.conditions, row.result) for row in rows]) for stage, rows in tables.items()])


def zen_flat(paths: list[tuple[tuple[tuple[str, tuple[str, ...]], ...], str]]) -> Decide:
    """zen-engine with everything multiplied out into one table: less to maintain for it, faster to run."""
    return _zen([("entry", paths)])


def _zen(tables: list[tuple[str, list[tuple[tuple[tuple[str, tuple[str, ...]], ...], str]]]]) -> Decide:
    import zen

    nodes: list[dict[str, Any]] = [{"id": "in", "type": "inputNode", "name": "in", "position": {"x": 0, "y": 0}}]
    for name, rows in tables:
        fields = list(dict.fromkeys(field for conditions, _ in rows for field, _ in conditions))
        rules = []
        for place, (conditions, result) in enumerate(rows):
            cells = {field: ", ".join(f'"{value}"' for value in values) for field, values in conditions}
            rules.append({"_id": f"{name}{place}"} | {f: cells.get(f, "") for f in fields} | {"out": f'"{result}"'})
        nodes.append(
            {
                "id": name,
                "type": "decisionTableNode",
                "name": name,
                "position": {"x": 0, "y": 0},
                "content": {
                    "hitPolicy": "first",
                    "passThrough": True,
                    "inputField": None,
                    "outputPath": None,
                    "executionMode": "single",
                    "inputs": [{"id": field, "name": field, "field": field} for field in fields],
                    "outputs": [{"id": "out", "name": name, "field": name}],
                    "rules": rules,
                },
            }
        )
    nodes.append({"id": "out", "type": "outputNode", "name": "out", "position": {"x": 0, "y": 0}})
    ids = [node["id"] for node in nodes]
    edges = [{"id": f"{a}-{b}", "type": "edge", "sourceId": a, "targetId": b} for a, b in itertools.pairwise(ids)]
    decision = zen.ZenEngine().create_decision(json.dumps({"nodes": nodes, "edges": edges}))

    def decide(world: Mapping[str, str]) -> str:
        return str(decision.evaluate(world)["result"]["entry"])

    return decide


def clingo_program(law: Law, tables: Mapping[str, list[Row]]) -> Decide:
    """clingo: grounded once, then solved under the case's facts as assumptions."""
    import clingo

    lines = [f"1 {{ {'; '.join(f'is({name},{value})' for value in law.domain(name))} }} 1." for name in FACTS]
    numbers = {row.id: place for place, row in enumerate(row for rows in tables.values() for row in rows)}
    for stage, rows in tables.items():
        for row in rows:
            number = numbers[row.id]
            body = []
            for place, (name, values) in enumerate(row.conditions):
                lines += [f"met({number},{place}) :- is({name},{value})." for value in values]
                body.append(f"met({number},{place})")
            lines.append(f"applies({number})" + (f" :- {', '.join(body)}." if body else "."))
            unless = "".join(f", not applies({numbers[other]})" for other in row.unless)
            lines.append(f"is({stage},{row.result}) :- applies({number}){unless}.")
    lines += ["entry(R) :- is(entry,R).", "#show entry/1."]
    control = clingo.Control(["--warn=none"])
    control.add("base", [], "\n".join(lines))
    control.ground([("base", [])])
    literals = {
        (name, value): control.symbolic_atoms[
            clingo.Function("is", [clingo.Function(name), clingo.Function(value)])
        ].literal
        for name in FACTS
        for value in law.domain(name)
    }

    def decide(world: Mapping[str, str]) -> str:
        with control.solve(assumptions=[literals[item] for item in world.items()], yield_=True) as handle:
            for model in handle:
                return str(model.symbols(shown=True)[0].arguments[0])
        raise ValueError("no model")

    return decide


def openfisca(law: Law, tables: Mapping[str, list[Row]]) -> Callable[[Mapping[str, Any]], Any]:
    """openfisca-core: facts are inputs, stages are variables with formulas over vectors."""
    import numpy as np
    from openfisca_core import entities, periods, simulations, taxbenefitsystems, variables
    from openfisca_core.indexed_enums import Enum, EnumArray

    person = entities.SingleEntity("person", "persons", "A case at a door", "")
    system = taxbenefitsystems.TaxBenefitSystem([person])

    def enum(name: str, values: tuple[str, ...]) -> Any:
        return Enum(name, {value: value for value in values})

    domains = {name: law.domain(name) for name in (*FACTS, *tables)}
    enums = {name: enum(name, values) for name, values in domains.items()}

    def add(name: str, formula: Any = None) -> None:
        members: dict[str, Any] = {
            "value_type": Enum,
            "possible_values": enums[name],
            "default_value": next(iter(enums[name])),
            "entity": person,
            "definition_period": periods.DateUnit.MONTH,
            "label": name,
        }
        if formula is not None:
            members["formula"] = formula
        system.add_variable(type(name, (variables.Variable,), members))

    def stage(name: str, rows: list[Row]) -> Any:
        def formula(persons: Any, period: Any) -> Any:
            inputs = {field: np.asarray(persons(field, period)) for row in rows for field, _ in row.conditions}
            met = []
            for row in rows:
                every = np.ones(persons.count, dtype=bool)
                for field, values in row.conditions:
                    any_of = inputs[field] == domains[field].index(values[0])
                    for value in values[1:]:
                        any_of |= inputs[field] == domains[field].index(value)
                    every &= any_of
                met.append(every)
            codes = np.select(met, [np.uint8(domains[name].index(row.result)) for row in rows])
            return EnumArray(codes.astype(np.uint8), enums[name])

        return formula

    for name in FACTS:
        add(name)
    for name, rows in tables.items():
        add(name, stage(name, rows))

    def decide(columns: Mapping[str, Any]) -> Any:
        count = len(next(iter(columns.values())))
        simulation = simulations.SimulationBuilder().build_default_simulation(system, count)
        for name, column in columns.items():
            simulation.set_input(name, "2026-01", EnumArray(column, enums[name]))
        return np.asarray(simulation.calculate("entry", "2026-01"))

    return decide
