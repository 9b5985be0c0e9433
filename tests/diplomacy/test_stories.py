"""Whole stories of notes, told by people on their pages: facts that disagree, and a truth that nobody wants to hear."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from django.db import Error, transaction
from tests.counsel.conftest import signed_law, words_of
from tests.diplomacy.conftest import REF, exhibit
from tests.diplomacy.test_note_pages import drafted, get, last, post, step
from tests.incidents.conftest import NOW

from inviolable.diplomacy.file import note_files
from inviolable.diplomacy.models import Version
from inviolable.incidents.brief import brief
from inviolable.incidents.lookup import incident_state
from inviolable.incidents.models import Incident
from inviolable.ledger.models import Entry
from inviolable.posts.actions import let_in
from inviolable.posts.models import User

INCIDENT = f"/incidents/{REF}/"

pytestmark = pytest.mark.django_db


def page(client, address: str = "") -> str:
    answer = client.get(INCIDENT + address)
    assert answer.status_code == 200, address
    return words_of(answer.content.decode())


def done(client, address: str, **given: str) -> None:
    answer = client.post(INCIDENT + address, {"part": "1", "zone": "UTC", **given})
    assert answer.status_code == 302, words_of(answer.content.decode())


def approved(note: str, *people) -> None:
    for one in people:
        get(one, f"{note}/")
        step(one, note, "approve")


def test_a_blank_leads_to_the_fact_and_back_to_the_note(tell, identities, home, reader):
    """Nobody said yet who was threatened: say it, confirm it, and the note is there again, with a word that it was."""
    tell()
    officer = reader("duty_officer")
    note = drafted(officer)
    links = re.findall(r'href="([^"]*/facts/settle/[^"]*)"', officer.get(f"{INCIDENT}notes/{note}/").content.decode())
    asked = officer.get(unescape(next(one for one in links if "key=person" in one)))
    form = officer.get(asked.url)
    assert "key=person" in asked.url
    assert form.context["form"].fields["key"].choices == [("person", "person")], "at the very fact"
    told = {"part": "1", "key": "person", "zone": "UTC", "then": f"{INCIDENT}notes/{note}/#next"}
    said = {"value": "employee", "polarity": "affirms", "voice": "the head of post"}
    confirming = officer.post(f"{INCIDENT}facts/claim/", told | said)
    asked = officer.get(confirming.url)
    assert "Recorded as entry" in words_of(asked.content.decode())
    given = asked.context["form"]
    one_click = told | {"value": "employee", "claims": given["claims"].initial}
    back = officer.post(f"{INCIDENT}facts/confirm/", one_click)
    assert re.fullmatch(rf"{INCIDENT}notes/{note}/\?recorded=\d+#next", back.url)
    assert "Fact confirmed" in words_of(officer.get(back.url).content.decode())
    assert "person" in incident_state(REF).confirmed("1")
    up = (f"{INCIDENT}{step}sign-out/" for step in ("../../", "%2e%2e/%2E%2e/", ".%2e/../", "x\\..\\..\\..\\"))
    for address in ("https://elsewhere.example/", *up):
        elsewhere = officer.post(f"{INCIDENT}facts/confirm/", one_click | {"then": address})
        assert elsewhere.url.startswith(f"{INCIDENT}facts/"), address


def test_facts_disagree_the_note_waits_and_a_correction_adds(tell, identities, home, reader):
    """Hostile 15, and what scenarios 18, 19 and 20 promise: one agent or several; this day or the day before."""
    tell()
    for pack in ("vccr", "arsiwa"):
        signed_law(home, pack, NOW.date())
    officer, legal, minister = reader("duty_officer"), reader("legal"), reader("minister_office")
    for key, value, voice in (
        ("event_day", "27 January", "the communiqué"),
        ("event_day", "26 January", "a newspaper"),
        ("agency", "ICE", "a spokesperson"),
        ("person", "employee", "the head of post"),
    ):
        done(officer, "facts/claim/", key=key, value=value, polarity="affirms", voice=voice, source="press")
        done(officer, "facts/confirm/", key=key, value=value)
    told = page(officer, "facts/")
    contested = told.partition("Contested")[2]
    assert contested.index("27 January") < contested.index("26 January"), "both, side by side"
    assert "the communiqué" in told
    assert "a newspaper" in told

    note = drafted(officer)
    assert "[en disputa: un funcionario / varios funcionarios]" in page(officer, f"notes/{note}/")
    assert "Paragraph 1 (facts)" in step(officer, note, "submit", 422)
    assert note_files(incident_state(REF).timeline)[note].state == "draft"
    before = len(incident_state(REF).timeline)
    done(officer, "facts/withdraw/", key="officers", value="several", why="the clip shows one")
    assert len(incident_state(REF).timeline) == before + 1, "a correction is one more entry"
    assert "the clip shows one" in page(officer, "facts/")
    step(officer, note, "refresh")
    assert "Nothing stops it" in page(officer, f"notes/{note}/")
    step(officer, note, "submit")
    approved(note, legal, minister)
    step(minister, note, "release")
    assert f"1/{datetime.now(UTC).year}" in page(officer, "notes/")
    with pytest.raises(Error, match="append-only"), transaction.atomic():
        Version.objects.filter(note=note).update(number=9)
    assert legal.get(f"{INCIDENT}notes/{note}/edit/").status_code == 302, "nobody edits what went out"

    told = {"way": "by_hand", "outcome": "refused", "to": "duty desk", "place": "Quito", "said": "not today"}
    post(officer, f"{note}/deliver/", **told)
    stamped = exhibit(b"The same with their stamp.")
    post(officer, f"{note}/deliver/", way="email", outcome="received", proof=stamped, to="desk", place="Quito")
    told = page(officer, f"notes/{note}/")
    assert "they refused to take it" in told
    assert "received, and they say so" in told


def test_the_capital_wants_it_quiet_and_the_file_survives_the_minister(ready, reader):
    """Hostile 14: publication is withheld, nothing is erased, a démarche is a rung, and who comes next reads it all."""
    legal, minister, press = reader("legal"), reader("minister_office"), reader("press")
    statement, note = drafted(press, form="statement"), drafted(legal)
    step(legal, note, "submit")
    get(minister, f"{note}/")
    step(minister, note, "send_back", why="relations are good just now")
    for one in (statement, note):
        step(minister, one, "drop", why="relations are good just now")
    film = exhibit(b"What a camera saw.")
    done(legal, "holds/place/", reason="whatever the minister says")
    erase = {"reason": "it never happened", "sure": "on"}
    assert legal.post(f"{INCIDENT}exhibits/{film}/erase/", erase).status_code == 422
    assert minister.post(f"{INCIDENT}exhibits/{film}/erase/", erase).status_code == 403
    for change in (
        lambda: Entry.objects.filter(kind="note.dropped").update(kind="note.added"),
        Version.objects.filter(note=note).delete,
    ):
        with pytest.raises(Error, match="append-only"), transaction.atomic():
            change()
    told = {"by": "head of mission", "to": "desk officer", "said": "We ask for an explanation.", "answer": "Noted."}
    post(legal, "demarche/", at="", zone="UTC", **told)

    let_in(User.objects.get(role="minister_office").name, False)
    next_minister = reader("minister_office")
    assert minister.get(INCIDENT).status_code == 302, "whoever left is out"
    for one in (statement, note):
        read = page(next_minister, f"notes/{one}/")
        assert "dropped" in read
        assert str(last(one)) in read
    assert "protest" in page(next_minister, f"notes/{note}/")
    timeline = "".join(page(next_minister, f"timeline/?page={number}") for number in (1, 2))
    assert timeline.count("relations are good just now") == 3
    assert "Oral démarche" in page(next_minister, "demands/") or "oral démarche" in page(next_minister, "demands/")
    state = incident_state(REF)
    sheet = brief(Incident.objects.get(), state, [(part, None) for part in state.parts], "en", NOW, None)
    [was_done] = [one for one in sheet.sections if one.heading == "What was done"]
    assert any("We ask for an explanation." in line.text for line in was_done.lines)
