"""Common roots of sources are proposed on a page."""

import re

import pytest
from tests.counsel.conftest import words_of
from tests.incidents.conftest import NOW, OFFICER

from inviolable.sources import actions
from inviolable.sources.terms import Read

REF = "minneapolis"
WHO = {"actor": OFFICER, "now": NOW}

pytestmark = pytest.mark.django_db


def test_common_roots_are_proposed_and_a_person_says_from_whom_a_page_is_written(reader, incident, identities):
    sentence = "The agents stood at the door of the consulate for ten minutes before anybody inside spoke to them."
    told = {"One": "The embassy did not answer, AFP reported.", "Two": "Nobody else was seen there that day."}
    for paper, more in told.items():
        said = {"publisher": paper, "language": "en", "published": "2026-01-28"}
        actions.receive(REF, "press", said, Read(f"{sentence} {more}"), **WHO)
    client = reader("press")
    shown = client.get(f"/incidents/{REF}/sources/lineage/").content.decode()
    said = words_of(shown)
    assert "They have a long sentence that is alike" in said
    assert "They name whom they have it from: AFP" in said
    form = client.get(f"/incidents/{REF}/sources/1/describe/?lineage=AFP").content.decode()
    assert re.search(r'name="lineage" value="AFP"', form)
    assert "describe/?lineage=AFP" in shown
    assert "describe/" not in reader("auditor").get(f"/incidents/{REF}/sources/lineage/").content.decode()
