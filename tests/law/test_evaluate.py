"""The browser's evaluator refuses what is no graph, and speaks plainly."""

import json
import subprocess

import pytest
from tests.law.worlds import DOOR, Browser

#: Neither fact alone changes the set of possible answers of the other; together they decide.
TOGETHER = {
    "v": 1,
    "facts": [{"id": "one", "values": ["yes", "no"]}, {"id": "two", "values": ["yes", "no"]}],
    "nodes": [[0, 1, 2], [1, -1, -2], [1, -2, -1]],
    "leaves": ["refuse", "admit"],
    "root": 0,
}


def asked(browser: Browser, graph: object, expression: str) -> str:
    """What an expression over `graph` and `law` gives in Node.js, or the message it fails with."""
    script = f"""
        import * as law from {json.dumps(browser.evaluator.as_uri())};
        try {{
          const graph = law.readGraph({json.dumps(graph)});
          console.log(JSON.stringify({expression}));
        }} catch (error) {{
          console.log(error.message);
        }}"""
    command = ["node", "--input-type=module", "--eval", script]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_two_facts_that_matter_only_together_are_both_found(browser_law: Browser):
    assert asked(browser_law, TOGETHER, "law.matters(graph, {})") == '["one","two"]'
    assert asked(browser_law, TOGETHER, "law.outcomes(graph, {one: 'yes'})") == '["refuse","admit"]'


def test_a_contested_fact_may_have_only_the_values_that_stand_against_each_other(browser_law: Browser):
    graph = TOGETHER | {
        "facts": [{"id": "zone", "values": ["work", "shared", "outside"]}],
        "nodes": [[0, -1, -2, -2]],
    }
    assert asked(browser_law, graph, "law.outcomes(graph, {zone: ['shared', 'outside']})") == '["admit"]'
    assert asked(browser_law, graph, "law.matters(graph, {zone: ['shared', 'outside']})") == "[]"
    assert asked(browser_law, graph, "law.matters(graph, {zone: ['work', 'outside']})") == '["zone"]'


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("law.decide(graph, {one: 'yes'})", "two is not known; use outcomes() for incomplete facts"),
        ("law.decide(graph, {one: 'maybe'})", 'one cannot be "maybe"; it is one of yes, no'),
        ("law.outcomes(graph, {two: 'maybe'})", 'two cannot be "maybe"; it is one of yes, no'),
        ("law.outcomes(graph, {two: []})", "two has an empty list; leave it out when it is unknown"),
    ],
)
def test_wrong_facts_are_named(expression: str, message: str, browser_law: Browser):
    assert asked(browser_law, TOGETHER, expression) == message


@pytest.mark.parametrize(
    ("graph", "message"),
    [
        (None, "the graph is no object"),
        (TOGETHER | {"v": 2}, "its version is 2, and only 1 is known"),
        (TOGETHER | {"facts": "one"}, "facts is no list"),
        (TOGETHER | {"facts": [{"id": "one", "values": ["yes", "yes"]}] * 2}, "facts[0] has no or equal values"),
        (TOGETHER | {"facts": TOGETHER["facts"][:1] * 2}, "a fact is listed twice"),
        (TOGETHER | {"leaves": [1, 2]}, "leaves holds something that is no text"),
        (TOGETHER | {"root": 7}, "root 7 points nowhere"),
        (TOGETHER | {"nodes": [[0, 1, 2], [1, -1, -3], [1, -2, -1]]}, "nodes[1] points to -3, which is nowhere"),
        (TOGETHER | {"nodes": [[0, 1], [1, -1, -2]]}, "nodes[0] has not one child per value of one"),
        (TOGETHER | {"nodes": [[0, 1, 0], [1, -1, -2]]}, "nodes[0] asks facts out of order"),
        (TOGETHER | {"nodes": [[5, 1, 2], [1, -1, -2]]}, "nodes[0] asks a fact that is not listed"),
    ],
)
def test_what_is_no_graph_is_refused(graph: object, message: str, browser_law: Browser):
    assert asked(browser_law, graph, "1") == f"This is no decision graph: {message}."


def test_the_evaluator_passes_the_strict_compiler(browser_law: Browser):
    checked = subprocess.run(["node_modules/.bin/tsc", "--noEmit"], cwd=DOOR, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout
