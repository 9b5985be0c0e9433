"""What sources say stands side by side on a page, with what to find out first and what the law says of it."""

import re
from pathlib import Path

import pytest
from tests.counsel.conftest import words_of
from tests.incidents.conftest import NOW, OFFICER

from inviolable.sources import actions, records
from inviolable.sources.terms import Read, Told

REF = "minneapolis"
PAGE = f"/incidents/{REF}/sources/agreement/"
PRESS = sorted((Path(__file__).parents[1] / "data/press/minneapolis").glob("*.json"))
WHO = {"actor": OFFICER, "now": NOW}

pytestmark = pytest.mark.django_db


def page(client, query: str = "") -> str:
    answer = client.get(PAGE + query)
    assert answer.status_code == 200
    return answer.content.decode()


def over(client, query: str = "") -> str:
    """Over what the verdict is said."""
    return re.search(r"Over the sources given here: [^.]*", words_of(page(client, query)))[0]


def test_the_press_becomes_voices_a_matrix_and_a_verdict(reader, tell):
    tell(REF)
    actions.take_records(REF, records.load(PRESS), "press", confirmed=True, **WHO)
    shown = page(reader("minister_office"))
    said = words_of(shown)
    assert "Whichever account is right: Refuse" in said
    assert "Over the sources given here" in said
    assert "cannot both be true" in said
    assert re.search(r"What to find out first.{0,10}\w.*\?", said)
    assert said.index("What to find out first") < said.index("What the law says of it") < said.index("Who says what")
    voices = shown.count('<th scope="col">') - 1
    assert voices < len(PRESS) / 3, "voices are counted at the root, not in pages"
    assert re.search(r'href="/incidents/minneapolis/sources/\d+/#claim-\d+"', shown), "each value opens its passage"
    assert "2026-01-28 is a Wednesday" in said


def test_only_what_a_person_confirmed_is_weighed(reader, incident):
    source = actions.receive(REF, "own_organ", {"publisher": "Ministry", "published": "2026-01-27"}, Read(), **WHO)
    told = Told("consent.given", "yes", speakers=("Ministry",))
    claim = actions.claim(REF, source, told, **WHO)
    client = reader("legal")
    assert "No claim is confirmed yet." in words_of(page(client))
    actions.confirm(REF, claim, **WHO)
    assert "Consent" in words_of(page(client))
    actions.reject(REF, claim, **WHO)
    assert "No claim is confirmed yet." in words_of(page(client)), "stale at once"


def test_as_of_a_day_only_what_was_said_by_then_is_weighed(reader, incident):
    for day, value in (("2026-01-28", "denied"), ("2026-01-29", "admitted")):
        source = actions.receive(REF, "receiving_organ", {"publisher": f"DHS {day}", "published": day}, Read(), **WHO)
        told = Told("receiving_state.presence", value, speakers=("DHS spokeswoman",))
        actions.claim(REF, source, told, confirmed=True, **WHO)
    client = reader()
    assert "2026-01-29" in over(client)
    assert "2026-01-29" not in over(client, "?as_of=2026-01-28")
    assert "2026-01-28" in over(client, "?as_of=2026-01-28")
    assert client.get(f"{PAGE}?as_of=2026-01-01").status_code == 422
    assert client.get(f"{PAGE}?part=9").status_code == 404


def test_the_page_speaks_spanish(reader, incident):
    actions.take_records(REF, records.load(PRESS[:6]), "press", confirmed=True, **WHO)
    said = words_of(page(reader("officer", "es")))
    assert "averiguar primero" in said
    assert "Quién dice qué" in said
    assert "Lo que requiere otra mirada" in said


def test_common_roots_are_proposed_and_a_person_says_from_whom_a_page_is_written(reader, incident, identities):
    sentence = "The agents stood at the door of the consulate for ten minutes before anybody inside spoke to them."
    told = {"One": "The embassy did not answer, AFP reported.", "Two": "Nobody else was seen there that day."}
    for paper, more in told.items():
        said = {"publisher": paper, "language": "en", "published": "2026-01-28"}
        actions.receive(REF, "press", said, Read(f"{sentence} {more}"), **WHO)
    client = reader("press")
    shown = client.get(f"/incidents/{REF}/sources/lineage/").content.decode()
    said = words_of(shown)
    assert "They share a long sentence" in said
    assert "They name whom they have it from: AFP" in said
    form = client.get(f"/incidents/{REF}/sources/1/describe/?lineage=AFP").content.decode()
    assert re.search(r'name="lineage" value="AFP"', form)
    assert "describe/?lineage=AFP" in shown
    assert "describe/" not in reader("auditor").get(f"/incidents/{REF}/sources/lineage/").content.decode()
