"""The drill of the keys: a key that was not seen to open the canary is not known to be there."""

import pytest

from inviolable.ledger.drill import DrillResult, drill
from inviolable.ledger.quorum import split
from inviolable.ledger.seal import Identity
from inviolable.ledger.subjects import TooFewRecipients

DUTY_OFFICER, LEGAL, RECOVERY, STRANGER = (Identity.generate() for _ in range(4))
PAPERS = split(str(RECOVERY))
RECIPIENTS = {
    "duty officer": str(DUTY_OFFICER.to_public()),
    "legal": str(LEGAL.to_public()),
    "recovery": str(RECOVERY.to_public()),
}
THREES = [f"shares {a}, {b}, {c}" for a in range(1, 4) for b in range(a + 1, 5) for c in range(b + 1, 6)]


def failed(results: list[DrillResult]) -> list[tuple[str, str]]:
    return [(result.recipient, result.by) for result in results if not result.opened]


def test_every_recipient_alone_and_every_three_papers_open_the_canary():
    results = drill(RECIPIENTS, [DUTY_OFFICER, LEGAL], [PAPERS])
    assert results == [
        DrillResult("duty officer", "key", True),
        DrillResult("legal", "key", True),
        *(DrillResult("recovery", by, True) for by in THREES),
    ]
    assert len(THREES) == 10


def test_whoever_brought_nothing_was_not_drilled_which_is_a_failure():
    results = drill(RECIPIENTS, [LEGAL])
    assert failed(results) == [("duty officer", ""), ("recovery", "")]
    assert results[-1].said == "Not drilled: bring its key, or the five shares of it"
    assert [result.opened for result in drill(RECIPIENTS, [])] == [False] * 3


def test_a_key_of_nobody_opens_nothing():
    results = drill(RECIPIENTS, [DUTY_OFFICER, LEGAL, RECOVERY, STRANGER])
    assert failed(results) == [("", "key")]
    assert "None of these keys opens the seal" in results[-1].said


def test_one_spoiled_paper_fails_every_three_that_it_is_in():
    spoiled = " ".join(reversed(PAPERS[4].split()))
    results = drill(RECIPIENTS, [DUTY_OFFICER, LEGAL], [[*PAPERS[:4], spoiled]])
    assert failed(results) == [("recovery", by) for by in THREES if "5" in by]
    assert {result.said for result in results if not result.opened} == {
        "Share 3 of these 3 has a word that is wrong or misplaced. Compare it with the paper"
    }


def test_papers_of_an_old_key_open_nothing():
    results = drill(RECIPIENTS, [DUTY_OFFICER, LEGAL], [split(str(STRANGER))])
    assert failed(results) == [*(("", by) for by in THREES), ("recovery", "")]


@pytest.mark.parametrize("many", [0, 2, 3, 4])
def test_fewer_than_all_five_papers_drill_only_some_of_the_threes(many):
    results = drill(RECIPIENTS, [DUTY_OFFICER, LEGAL], [PAPERS[:many]])
    assert ("recovery" if many > 2 else "", "shares") in failed(results)
    assert sum(result.opened and result.recipient == "recovery" for result in results) == {3: 1, 4: 4}.get(many, 0)
    assert (("recovery", "") in failed(results)) == (many < 3)


def test_the_canary_is_sealed_as_a_subject_is_so_one_recipient_is_too_few():
    with pytest.raises(TooFewRecipients):
        drill({"legal": str(LEGAL.to_public())}, [LEGAL])
