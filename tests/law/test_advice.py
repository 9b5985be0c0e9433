"""What the tablet says offline is what the engine says, on every path of questions and answers that there is."""

import json
import subprocess

import pytest
from tests.law.worlds import DOOR, Browser

from inviolable.law.assess import Assessment
from inviolable.law.casefile import Case
from inviolable.law.publish import published
from inviolable.law.questions import Questions, prior

POSTS = {
    "a career post": ("EC", "US", "consulate", "career", {}),
    "an honorary post": ("EC", "US", "honorary-consulate", "honorary", {}),
    "a convention without the clause of fire": ("CN", "US", "consulate", "career", {}),
    "a convention read beside Vienna": ("GB", "RU", "consulate-general", "career", {}),
    "no Vienna Convention": ("TW", "US", "consulate", "career", {}),
    "an embassy": ("EC", "US", "embassy", "", {}),
    "a position taken": (
        "EC",
        "US",
        "consulate",
        "career",
        {"express-refusal": "binds", "device-as-disaster": "disaster"},
    ),
}


def assessed(post, facts=None) -> Assessment:
    sending, receiving, post_class, head, positions = POSTS[post]
    profile = {"head": head, "status": "open"} if head else {"status": "open"}
    known = {name: (value,) for name, value in {**profile, **(facts or {})}.items()}
    case = Case(
        file=post, title=post, sending=sending, receiving=receiving, occurred=("2026-01-27", "2026-01-27"), as_of="",
        place="", post_class=post_class, host_language="en", facts=known, positions=positions, instruments=(),
        sources={},
    )  # fmt: skip
    return Assessment(case, {})


def law_of(assessment: Assessment) -> dict:
    profile = {name: values[0] for name, values in assessment.facts.items()}
    return published(assessment.compiled, "entry", assessment.positions, profile, assessment.tag)


def every_path(post) -> list[tuple[dict, list, str]]:
    """(what is known, what nobody can tell, the next question) at every step that a person at the door can come to."""
    start = assessed(post)
    order = list(start.law.words.facts)
    found, waiting = [], [({}, [])]
    while waiting:
        known, skipped = waiting.pop()
        node = start.compiled.graphs.restrict(start.results_graph("entry"), known)
        facts = Questions(start.compiled.graphs, start.law.words, {}, unanswerable=skipped).facts(node)
        if not start.compiled.graphs.outcomes(node, {}) - {None}:
            continue
        fact = min(facts, key=order.index, default="")
        found.append((known, skipped, fact))
        if fact:
            waiting += [({**known, fact: value}, skipped) for value in start.law.words.facts[fact].values]
            waiting.append((known, [*skipped, fact]))
    return found


def advised(browser: Browser, law: dict, steps: list) -> list[dict]:
    """What door-ui/src/law/advice.ts makes of each of the steps."""
    module = browser.folder / "advice.mjs"
    esbuild = [DOOR / "node_modules/.bin/esbuild", DOOR / "src/law/advice.ts", "--bundle", "--format=esm"]
    subprocess.run([*esbuild, f"--outfile={module}", "--log-level=error"], check=True)
    wanted = browser.folder / "steps.json"
    wanted.write_text(json.dumps({"law": law, "steps": steps}), "utf-8")
    script = f"""
        import {{ readFileSync }} from "node:fs";
        import {{ advise, readLaw }} from {json.dumps(module.as_uri())};
        const {{ law, steps }} = JSON.parse(readFileSync({json.dumps(str(wanted))}, "utf8"));
        const read = readLaw(law);
        console.log(JSON.stringify(steps.map(([known, skipped]) => advise(read, known, skipped))));"""
    command = ["node", "--input-type=module", "--eval", script]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def compared(browser: Browser, post: str, steps: list) -> None:
    keys = {text: key for key, text in assessed(post).words["do"].items()}
    keys |= {text: key for key, text in assessed(post).words["do_mission"].items()}
    for (known, skipped, fact), said in zip(steps, advised(browser, law_of(assessed(post)), steps), strict=True):
        assessment = assessed(post, known)
        entry = assessment.entry()
        where = (known, skipped)
        assert (said["answer"], said["possible"]) == (
            entry["answer"],
            sorted(entry["possible"], key=said["possible"].index),
        ), where
        assert said["do"] == [keys[text] for text in entry["do"]], where
        assert said["tag"] == entry["tag"], where
        assert set(said["cites"]) <= set(assessment.cites("entry")), where
        assert said["ask"] == fact, where


@pytest.mark.parametrize("post", POSTS)
@pytest.mark.chaos
def test_every_path_at_the_door_is_the_engine_s(post, browser_law):
    """Some 250,000 of them: the answer alone is compared in every world in test_agreement.py."""
    compared(browser_law, post, every_path(post))


@pytest.mark.parametrize("post", POSTS)
@pytest.mark.long
def test_many_paths_at_the_door_are_the_engine_s(post, browser_law):
    steps = every_path(post)
    compared(browser_law, post, steps[:: max(1, len(steps) // 500)])


def test_some_paths_at_the_door_are_the_engine_s(browser_law):
    steps = every_path("an honorary post")
    compared(browser_law, "an honorary post", steps[::20])


def test_the_order_of_the_file_asks_hardly_more_than_the_best_order():
    """The tablet asks in the order of facts.toml; the best one, worked out for each answer, saves next to nothing."""
    for post in ("a career post", "a convention without the clause of fire", "no Vienna Convention"):
        start = assessed(post)
        questions = Questions(start.compiled.graphs, start.law.words, prior())
        node = start.results_graph("entry")
        order = list(start.law.words.facts)
        seen = {}

        def in_order(node, questions=questions, order=order, seen=seen):
            if node not in seen:
                fact = min(questions.facts(node), key=order.index, default="")
                seen[node] = questions.expected(node, fact, in_order) if fact else 0.0
            return seen[node]

        assert in_order(node) <= 1.02 * questions.best(node)[0]
