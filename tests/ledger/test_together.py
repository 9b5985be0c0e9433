"""What several threads record at the same moment goes into one transaction, and each hears what became of its own."""

import json
import subprocess
import sys

import pytest
from tests.server import environment


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    home = tmp_path_factory.mktemp("crowd")
    command = [sys.executable, "-m", "tests.ledger.crowd"]
    done = subprocess.run(command, env=environment(home, {}), capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_each_gets_its_own_entry_or_its_own_fault(told):
    assert told["each its own"] == [str(number) if number % 2 == 0 else "BadEntry" for number in range(12)]


def test_those_that_come_while_one_records_share_the_next_transaction(told):
    assert told["shared"] == {"told": ["100", "102", "104", "106", "108"], "threads that committed": 1}


def test_when_the_commit_fails_nobody_is_told_that_it_was_recorded_and_the_next_is_served(told):
    assert told["refused"] == {"told": ["OperationalError"] * 3, "then": ["206"]}


def test_no_place_is_left_out_or_taken_twice(told):
    assert told["places"] == list(range(6 + 5 + 1))
