"""What an incident's entries tell is kept from one page to the next, and is always what the whole of them tells."""

from dataclasses import MISSING, fields

import pytest
from django.db import transaction
from tests.incidents.conftest import NOW, OFFICER

from inviolable.incidents.actions import claim, confirm
from inviolable.incidents.fold import IncidentState, fold
from inviolable.incidents.kept import MOST, told_by
from inviolable.incidents.lookup import entries_of
from inviolable.incidents.terms import Recording

REF = "minneapolis"
WHO = {"actor": OFFICER, "now": NOW}


def whole(stream: str) -> IncidentState:
    """What all entries of a stream tell, worked out from the first."""
    return fold(one.entry for one in entries_of(stream))


def test_what_is_kept_is_what_the_whole_stream_tells_after_each_entry(incident):
    before = told_by(incident.stream)
    first = claim(REF, "entered", "no", voice="the guard", **WHO)
    assert told_by(incident.stream).state == whole(incident.stream)
    confirm(REF, "entered", "no", claims=[first], **WHO)
    after = told_by(incident.stream)
    assert after.state == whole(incident.stream)
    assert [one.leaf for one in after.entries] == [one.leaf for one in entries_of(incident.stream)]
    assert after.state.timeline[0] is before.state.timeline[0], "nothing was read again"
    assert len(before.state.timeline) == len(before.entries) == 1, "and whoever read it before sees what they saw"
    assert told_by(incident.stream).state is after.state, "without a new entry there is nothing to work out"


def test_what_was_taken_back_with_its_transaction_is_forgotten(incident):
    told_by(incident.stream)
    with transaction.atomic():
        claim(REF, "entered", "yes", voice="a stranger", **WHO)
        assert "1" in told_by(incident.stream).state.claims
        transaction.set_rollback(True)
    assert not told_by(incident.stream).state.claims
    claim(REF, "entered", "no", voice="the guard", **WHO)
    assert told_by(incident.stream).state == whole(incident.stream)


def test_of_many_incidents_those_are_kept_that_were_read_last(incident):
    first = told_by(incident.stream)
    for number in range(MOST - 1):
        told_by(f"incident/no-{number}")
    assert told_by(incident.stream).state is first.state
    for number in range(MOST):
        told_by(f"incident/no-{number}")
    assert told_by(incident.stream).state is not first.state
    assert told_by(incident.stream).state == first.state


@pytest.mark.parametrize("whose", [IncidentState(recordings={"1": Recording("1", 0, {})}), Recording("1", 0, {})])
def test_a_copy_shares_nothing_that_is_added_to(whose):
    other = whose.copy()
    assert other == whose
    for one in fields(whose):
        if one.default_factory is not MISSING and one.name != "opened":
            assert getattr(other, one.name) is not getattr(whose, one.name), one.name
    if isinstance(whose, IncidentState):
        assert other.recordings["1"] is not whose.recordings["1"]
