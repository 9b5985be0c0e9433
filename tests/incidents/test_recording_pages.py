"""The page of one recording, and what the server hands out to whoever watches it: sealed bytes, to them alone."""

import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pyrage
import pytest
from tests.counsel.conftest import words_of
from tests.filming import Camera
from tests.incidents.conftest import NOW

from inviolable.incidents.lookup import entries_of, incident_state
from inviolable.incidents.models import Incident
from inviolable.ledger import erasure, recordings
from inviolable.ledger.actions import SYSTEM
from inviolable.ledger.exhibits import note_opening
from inviolable.ledger.moments import read
from inviolable.ledger.recordings import Quarantined

pytestmark = pytest.mark.django_db
WHY = "To see who came"


@pytest.fixture
def camera(identities, incident):
    """Its pictures need not play here."""
    return Camera.begin(Incident.objects.get().stream, NOW)


def film(camera, *numbers, layer="full", **altered):
    return [camera.film(one, layer, plain=b"not a picture", **altered) for one in numbers]


def address(camera):
    return f"/incidents/minneapolis/recordings/{camera.recording}/"


@pytest.fixture
def watching(camera, reader):
    """Says why, and is let in: (client, where the page is on which one watches)."""

    def let_in(role="duty_officer", client=None):
        client = client or reader(role)
        answer = client.post(f"{address(camera)}open/", {"reason": WHY})
        assert answer.status_code == 302, words_of(answer.content.decode())
        return client, answer.headers["Location"]

    return let_in


def test_what_was_recorded_of_it_is_shown_with_what_never_came(camera, reader):
    numbers = film(camera, 0, 1, 2, 5)
    low = film(camera, 5, layer="low")
    late = film(camera, 6, 7)
    camera.send(*numbers, *low)
    camera.announce(*late)
    forged = (camera.statements[0], b"\x01" * 64, b"altered")
    camera.statements.append(camera.statements[0].replace(b'"number":0', b'"number":9'))
    with pytest.raises(Quarantined):
        recordings.receive_segment(camera.statements[-1], forged[1], forged[2], now=NOW)

    client = reader("officer")
    listed = client.get("/incidents/minneapolis/exhibits/").content.decode()
    assert address(camera) in listed
    page = words_of(client.get(address(camera)).content.decode())
    assert "tablet-1" in page
    assert "4 slices, 5 segments full picture: 4" in page
    assert "small picture: 1" in page
    assert "segments 5-6" in page
    assert "Of 2 slices its device has said what they are; nothing of them has come." in page
    assert "27 January 2026, 17:00:04 UTC: 4.0 seconds" in page
    assert "at most 10 milliseconds" in page
    assert "1 segment quarantined" in page
    assert "signed by no enrolled device" in page
    assert "not ended" in page
    assert "Watch it" not in page, "an officer holds no right to open exhibits"

    recordings.end(Incident.objects.get().stream, camera.recording, actor=SYSTEM, now=NOW, made=9)
    page = words_of(reader("legal").get(address(camera)).content.decode())
    assert "segments 5-8" in page
    assert "Watch it" in page


def test_opening_is_an_entry_first_and_shown(camera, watching, reader):
    client, page = watching()
    entry = entries_of(Incident.objects.get().stream)[-1]
    assert entry.body == {"exhibit": camera.recording, "reason": WHY, "how": "opened"}
    assert page.endswith(f"/watch/{entry.entry['seq']}/")
    assert WHY in words_of(client.get(address(camera)).content.decode())
    assert client.post(f"{address(camera)}open/", {"reason": " "}).status_code == 422
    assert len(incident_state("minneapolis").recordings[camera.recording].opened) == 1


def test_what_is_handed_out_is_sealed_and_opens_with_a_key_of_headquarters(camera, watching, identities):
    numbers = film(camera, 0, 1)
    camera.send(*numbers)
    client, page = watching()
    key = b"".join(client.get(f"{page}key.age").streaming_content)
    opener = pyrage.x25519.Identity.from_str(pyrage.decrypt(key, identities[:1]).decode())
    answer = client.get(f"{page}1.age")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert pyrage.decrypt(b"".join(answer.streaming_content), [opener]) == b"not a picture"
    assert client.get(f"{page}2.age").status_code == 404


def test_the_list_says_what_is_new_and_nothing_twice(camera, watching):
    numbers = film(camera, 0, 1, 2, 3)
    camera.send(*numbers[:2])
    client, page = watching()
    first = client.get(f"{page}list.json").json()
    assert [one["number"] for one in first["segments"]] == [0, 1]
    assert (
        first["segments"][0].items() >= {"slice": 0, "layer": "full", "mono": 0, "length": 2000, "boot": "b1"}.items()
    )
    assert (first["ended"], first["more"], first["announced"]) == ("no", "no", [])

    camera.announce(*numbers[2:])
    camera.send(numbers[2])
    recordings.end(Incident.objects.get().stream, camera.recording, actor=SYSTEM, now=NOW)
    second = client.get(f"{page}list.json?after={first['after']}").json()
    assert [one["number"] for one in second["segments"]] == [2]
    assert [one["number"] for one in second["announced"]] == [2, 3]
    assert second["ended"] == "yes"
    assert client.get(f"{page}list.json?after={second['after']}").json()["segments"] == []
    assert client.get(f"{page}list.json?after=x").json()["segments"] == first["segments"] + second["segments"]


SEALED = ("list.json", "key.age", "0.age")


def test_without_an_opening_of_ones_own_nothing_is_handed_out(camera, watching, reader):
    camera.send(*film(camera, 0))
    _client, page = watching("legal")
    other, own = watching("legal")
    for name in SEALED:
        assert other.get(f"{own}{name}").getvalue()
        assert other.get(f"{page}{name}").status_code == 403, "it is somebody else's"
        assert other.get(re.sub(r"\d+/$", "0/", own) + name).status_code == 403, "it is no opening"
        assert other.get(re.sub(r"\d+/$", "9999/", own) + name).status_code == 403, "there is no such entry"
    assert other.get(page).headers["Location"] == address(camera)


def test_an_opening_is_of_one_recording_and_of_these_twelve_hours(camera, watching, monkeypatch):
    camera.send(*film(camera, 0))
    other = Camera.begin(Incident.objects.get().stream, NOW, "camera-2")
    client, page = watching()
    elsewhere = page.replace(camera.recording, other.recording)
    assert client.get(f"{elsewhere}key.age").status_code == 403
    monkeypatch.setattr("inviolable.incidents.recording_views.VIEWING", timedelta(0))
    for name in SEALED:
        assert client.get(f"{page}{name}").status_code == 403
    assert client.get(page).headers["Location"] == address(camera)


def test_a_fetch_of_the_sealed_file_is_no_opening(camera, watching):
    client, page = watching()
    opening = entries_of(Incident.objects.get().stream)[-1].entry
    said = {"actor": opening["actor"], "now": read(opening["recorded"])}
    made = note_opening(opening["stream"], camera.recording, "x", "fetched", **said).entry["seq"]
    assert client.get(re.sub(r"\d+/$", f"{made}/", page) + "key.age").status_code == 403


def test_of_an_erased_recording_the_key_is_gone_and_nobody_opens_it_again(camera, watching):
    camera.send(*film(camera, 0))
    client, page = watching()
    erasure.erase(camera.recording, "consent withdrawn", actor=SYSTEM, now=NOW)
    assert client.get(f"{page}key.age").status_code == 410
    assert client.post(f"{address(camera)}open/", {"reason": WHY}).status_code == 410
    assert "nobody can open it any more" in words_of(client.get(address(camera)).content.decode())


def test_only_the_page_on_which_one_watches_may_play_what_it_opened(camera, watching):
    client, page = watching()
    answer = client.get(page)
    assert answer.headers["Content-Security-Policy"].endswith("base-uri 'none'; media-src blob:")
    assert "blob:" not in client.get(address(camera)).headers["Content-Security-Policy"]
    assert "incidents/watch.js" in unescape(answer.content.decode())


def test_a_recording_that_is_not_there(reader, incident):
    client = reader("legal")
    assert client.get(f"/incidents/minneapolis/recordings/{uuid4()}/").status_code == 404
    assert client.post(f"/incidents/minneapolis/recordings/{uuid4()}/open/").status_code == 404
