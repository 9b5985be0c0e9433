"""What was read of an incident is kept; whatever happens to the record, no reader is shown what is not in it."""

from dataclasses import MISSING, fields

import pytest
from django.db import transaction
from tests.incidents.conftest import NOW, OFFICER

from inviolable.incidents import lookup
from inviolable.incidents.actions import assign, done
from inviolable.incidents.fold import IncidentState, fold
from inviolable.incidents.lookup import entries_of, whole
from inviolable.incidents.terms import Recording

REF = "minneapolis"
WHO = {"actor": OFFICER, "now": NOW}

pytestmark = pytest.mark.django_db


def test_what_came_since_is_added_and_who_holds_the_old_picture_keeps_it(incident):
    before = whole(incident.stream)
    assert whole(incident.stream) is before, "nothing came"
    task = assign(REF, "Call the embassy", "officer", **WHO)
    after = whole(incident.stream)
    done(REF, task, **WHO)
    assert len(before.state.timeline) == len(before.entries) == 1
    assert after.state.obligations[f"task/{task}"].closed_by is None
    assert whole(incident.stream).state == fold(one.entry for one in entries_of(incident.stream))
    assert whole(incident.stream).broken is None


def test_what_was_read_in_a_transaction_that_failed_is_forgotten(incident):
    def fails() -> None:
        with transaction.atomic():
            assign(REF, "This never happened", "officer", **WHO)
            assert len(whole(incident.stream).entries) == 2
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert len(whole(incident.stream).entries) == 1
    assign(REF, "This did", "officer", **WHO)
    assert whole(incident.stream).state.obligations["task/1"].what == "This did"


def test_no_more_is_kept_than_fits(incident, tell, monkeypatch):
    monkeypatch.setattr(lookup, "_KEPT", type(lookup._KEPT)())
    monkeypatch.setattr(lookup, "MOST_KEPT", 3)
    other = tell("another-one")
    whole(incident.stream)
    whole(other.stream)
    assert list(lookup._KEPT) == [other.stream], "the one asked for last stays, however long it is"


def test_an_entry_that_is_not_what_its_hash_says_is_named(incident, monkeypatch):
    monkeypatch.setattr(lookup, "_KEPT", type(lookup._KEPT)())
    assign(REF, "Call the embassy", "officer", **WHO)
    monkeypatch.setattr(lookup, "_KEPT", type(lookup._KEPT)())
    monkeypatch.setattr("inviolable.ledger.tree.leaf_hash", lambda line: b"")
    assert whole(incident.stream).broken == 0


@pytest.mark.parametrize("whose", [IncidentState(recordings={"1": Recording("1", 0, {})}), Recording("1", 0, {})])
def test_a_copy_shares_nothing_that_is_added_to(whose):
    other = whose.copy()
    assert other == whose
    for one in fields(whose):
        if one.default_factory is not MISSING and one.name != "opened":
            assert getattr(other, one.name) is not getattr(whose, one.name), one.name
    if isinstance(whose, IncidentState):
        assert other.recordings["1"] is not whose.recordings["1"]
