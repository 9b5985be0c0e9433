"""An opinion is what the engine says, for every reader at once, and the way to it is the walk from fact to fact."""

import os
import subprocess
import sys

from tests.counsel.conftest import EXAMPLES
from tests.server import inviolable

from inviolable.counsel.opinion import door_on, opinion_on
from inviolable.counsel.terms import Reviewed
from inviolable.counsel.wording import standing_words
from inviolable.law.assess import Assessment
from inviolable.law.casefile import load_case, read_case
from inviolable.law.path import decision_path
from inviolable.law.regime import STANDINGS

CASE = EXAMPLES / "minneapolis-2026.toml"


def test_the_path_is_the_walk_from_the_first_fact_to_the_answer():
    steps = decision_path(Assessment(load_case(CASE), {}))
    assert [(step.fact, step.values, step.state) for step in steps] == [
        ("head", ("career",), "known"),
        ("status", ("open",), "known"),
        ("actor", ("officer",), "known"),
        ("zone", ("work",), "known"),
        ("consent_by", ("none",), "known"),
        ("emergency", ("none",), "known"),
    ]
    assert all(step.cites for step in steps)
    assert {cite for step in steps for cite in step.cites} == {"VCCR 1(1)(j)", "VCCR 31(2)"}


def test_the_path_follows_every_answer_to_an_unknown_fact():
    text = CASE.read_text("utf-8").replace('emergency = "none"\n', "")
    steps = decision_path(Assessment(read_case(text, "without.toml"), {}))
    assert {step.fact: step.state for step in steps}["emergency"] == "unknown"
    assert all(step.cites for step in steps)


def test_the_door_alone_says_what_the_whole_opinion_says_of_it(home):
    for name in ("minneapolis-2026", "minneapolis-2026-01-28"):
        case = load_case(EXAMPLES / f"{name}.toml")
        door, whole = door_on(case, home, "es"), opinion_on(case, home, "es")
        assert (door.words, door.tone, door.cites, door.tag) == (
            whole.verdict.result_words,
            whole.tone,
            whole.verdict.cites,
            whole.verdict.tag,
        )
        assert door.reviewed == whole.reviewed == Reviewed(whole.answer["unreviewed"][0]["note"], whole=False)


def test_many_readers_at_once_get_the_same_answer(home):
    """The engine's tables are shared by all threads; a race in them would be a wrong answer."""
    program = """
import sys, threading, django; django.setup()
from dataclasses import replace
from pathlib import Path
from inviolable.counsel.opinion import opinion_on
from inviolable.law.casefile import load_case
home = Path(sys.argv[1]); case = load_case(Path(sys.argv[2])); found = []
def read(language, file):
    found.append((language, str(opinion_on(replace(case, file=file), home, language).answer)))
threads = [threading.Thread(target=read, args=(("en", "es")[n % 2], str(n))) for n in range(16)]
[thread.start() for thread in threads]; [thread.join() for thread in threads]
print(len(found), len(set(found)))
"""
    settings = {**os.environ, "DJANGO_SETTINGS_MODULE": "inviolable.web.settings", "INVIOLABLE_HOME": str(home)}
    done = subprocess.run([sys.executable, "-c", program, home, CASE], env=settings, capture_output=True, text=True)
    assert done.stdout.split() == ["16", "2"], done.stderr


def test_the_root_example_works_from_the_command_line(tmp_path):
    done = inviolable("assess", str(CASE), home=tmp_path / "none")
    assert done.returncode == 0
    assert "Refuse: they may not enter" in done.stdout


def test_every_standing_of_an_instrument_has_words():
    assert all(standing_words(standing) for standing in STANDINGS)
