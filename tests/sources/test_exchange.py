"""Claim records come in and go out again without loss, and one table of them can be printed."""

import json
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from tests.counsel.conftest import words_of
from tests.incidents.conftest import NOW, OFFICER

from inviolable.incidents.lookup import incident_state
from inviolable.ledger.models import Entry
from inviolable.posts.actions import Refused
from inviolable.sources import actions, records
from inviolable.sources.exchange import records_of
from inviolable.sources.records_in import MOST_AT_ONCE, take_records
from inviolable.sources.shelf import PROPOSED, shelf
from inviolable.sources.terms import Told

REF = "minneapolis"
HOME = f"/incidents/{REF}/sources/"
PRESS = sorted((Path(__file__).parents[1] / "data/press").glob("*/*.json"))
WHO = {"actor": OFFICER, "now": NOW}

pytestmark = pytest.mark.django_db


@pytest.fixture
def press() -> list[records.Record]:
    return records.load(PRESS[::6])


def kept():
    return shelf(incident_state(REF).timeline)


def send(client, text: str, name: str = "records.json", status: int = 302, **given: str) -> str:
    before = Entry.objects.count()
    answer = client.post(
        f"{HOME}import/", {"kind": "press"} | given | {"file": SimpleUploadedFile(name, text.encode("utf-8"))}
    )
    said = unescape(answer.content.decode())
    assert answer.status_code == status, words_of(said)
    assert status == 302 or Entry.objects.count() == before
    return said


@pytest.mark.long
def test_every_record_of_the_press_comes_in_and_goes_out_as_it_was(incident):
    press = records.load(PRESS)
    take_records(REF, press, "press", confirmed=True, **WHO)
    assert records_of(kept()) == press


@pytest.mark.parametrize("form", ["json", "csv"])
def test_records_come_in_and_go_out_as_they_were(reader, incident, press, form):
    client = reader("officer")
    write = {"json": records.to_json, "csv": records.to_csv}[form]
    send(client, write(press), f"records.{form}", confirmed="on")
    given = client.get(f"{HOME}records.{form}?names=yes")
    assert given.headers["Content-Disposition"] == f'attachment; filename="minneapolis-sources.{form}"'
    read = {"json": records.from_json, "csv": records.from_csv}[form]
    assert read(given.content.decode()) == press


def test_what_comes_in_is_proposed_until_a_person_stands_for_it(reader, incident, press):
    client = reader("officer")
    send(client, records.to_json(press))
    assert {claim.state for claim in kept().claims.values()} == {PROPOSED}
    assert {claim.voice for claim in kept().claims.values()} == {""}
    assert all(not record.claims for record in records.from_json(client.get(f"{HOME}records.json").content.decode()))
    everything = client.get(f"{HOME}records.json?all=yes&names=yes").content.decode()
    assert all(not record.claims for record in records.from_json(everything)), "no address hands it on"


def test_names_of_people_are_handed_on_only_when_somebody_asks_for_them(reader, incident):
    source = actions.receive(REF, "press", {"publisher": "Paper"}, actions.Read(), **WHO)
    for told in (Told("target.name", "CANARY"), Told("actor.count", "1")):
        actions.claim(REF, source, told, confirmed=True, **WHO)
    spoken = (("CANARY of the third floor", "a neighbour"), ("ICE spokesperson",))
    for speakers in spoken:
        actions.claim(REF, source, Told("door", "closed", speakers=speakers), confirmed=True, **WHO)
    client = reader("auditor")
    for address in ("records.json", "records.csv", "table/"):
        given = client.get(HOME + address).content.decode()
        assert "CANARY" not in given
        assert "ICE spokesperson" in given, "a body is no person"
        assert "CANARY" in client.get(f"{HOME}{address}?names=yes").content.decode()


def test_no_record_takes_the_name_of_a_source_that_is_to_come(incident):
    """Its claims would open in the place of those of that source."""
    entries = Entry.objects.count()
    with pytest.raises(Refused, match="'source-3': so is another source called"):
        take_records(REF, [records.Record("source-3")], "press", **WHO)
    assert Entry.objects.count() == entries
    take_records(REF, [records.Record("source-1"), records.Record("page")], "press", **WHO)
    assert [one.id for one in records_of(kept())] == ["source-1", "page"], "what we handed out comes in as it was"


def test_a_file_with_a_fault_is_refused_whole_and_says_where(reader, incident, press):
    client = reader("officer")
    assert "Choose a file" in unescape(client.post(f"{HOME}import/", {"kind": "press"}).content.decode())
    assert "not JSON" in send(client, "{", status=422)
    assert "unknown key 'colour'" in send(client, json.dumps({"id": "1", "colour": "red"}), status=422)
    assert "unknown" in send(client, "id;fact\n", "records.csv", 422)
    bad = replace(press[0], claims=(replace(press[0].claims[0], fact="Not A Key"),))
    assert "small letters" in send(client, records.to_json([press[1], bad]), status=422)
    send(client, records.to_json(press))
    assert f"record '{press[0].id}' is here already, as source 1" in send(client, records.to_json(press), status=422)


class FullDisk:
    """Has the database say, from one of its entries on, that the disk is full."""

    def __init__(self, entries: int) -> None:
        self.left = entries

    def __call__(self, execute, sql, params, many, context):
        if sql.startswith("INSERT INTO ledger_entry"):
            self.left -= 1
            if self.left < 0:
                raise OperationalError("database or disk is full")
        return execute(sql, params, many, context)


def test_many_records_are_recorded_some_at_a_time_and_what_ends_early_loses_nothing(incident, press):
    """So whoever writes meanwhile waits for some of them alone. The same file again takes the rest in."""
    page, number = press[0], -(-3 * MOST_AT_ONCE // len(press[0].claims))
    many = [
        replace(page, id=name, claims=tuple(replace(one, record=name) for one in page.claims))
        for name in (f"page {one}" for one in range(number))
    ]
    with connection.execute_wrapper(FullDisk(3 * MOST_AT_ONCE)), pytest.raises(OperationalError):
        take_records(REF, many, "press", confirmed=True, **WHO)
    here = records_of(kept())
    assert 0 < len(here) < number
    assert here == many[: len(here)], "each of them whole"
    other = replace(many[0], title="Other words")
    with pytest.raises(Refused, match="'page 0' is here already, as source 1"):
        take_records(REF, [other, *many], "press", confirmed=True, **WHO)
    assert len(take_records(REF, many, "press", confirmed=True, **WHO)) == number - len(here)
    assert records_of(kept()) == many


def test_what_is_wrong_with_the_last_record_is_found_before_the_first_is_recorded(incident, press):
    bad = replace(press[1], claims=(replace(press[1].claims[0], fact="actor", value="nobody"),))
    pages = [replace(press[0], id=f"page {one}") for one in range(MOST_AT_ONCE)]
    entries = Entry.objects.count()
    with pytest.raises(Refused, match="actor cannot be"):
        take_records(REF, [*pages, bad], "press", confirmed=True, **WHO)
    assert Entry.objects.count() == entries


def test_the_table_to_print_says_who_says_what_in_which_words(reader, incident):
    told = {"publisher": "Ministry", "published": "2026-01-27", "language": "es"}
    source = actions.receive(REF, "own_organ", told, actions.Read(), **WHO)
    claim = Told("actor.count", "1", raw="un agente", speakers=("ICE spokesperson", "a paper"))
    actions.claim(REF, source, claim, confirmed=True, **WHO)
    actions.claim(REF, source, Told("door", "closed"), **WHO)
    page = words_of(reader("press", "es").get(f"{HOME}table/").content.decode())
    assert "1 · Ministry 2026-01-27 · es Número de agentes: 1 un agente ICE spokesperson" in page
    assert "closed" not in page, "nobody has confirmed it"
    assert "Dicho por" in page


@pytest.mark.parametrize("role", ["press", "legal", "auditor", "reception"])
def test_only_who_is_in_charge_takes_records_in(reader, incident, press, role):
    assert "sources/import/" not in reader(role).get(HOME).content.decode()
    send(reader(role), records.to_json(press), status=403)
