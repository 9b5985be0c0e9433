"""Exhibits on the pages of an incident: added, fetched, erased, described wrongly."""

import re
import shutil
import subprocess
from hashlib import sha256
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from tests.counsel.conftest import words_of
from tests.incidents.conftest import NOW, OFFICER
from tests.incidents.pages import BYTES, CANARY, HOME, done, kinds, page, refused, state

from inviolable.ledger import erasure, exhibits
from inviolable.ledger.actions import append
from inviolable.ledger.exhibits import About
from inviolable.posts.actions import add_user

pytestmark = pytest.mark.django_db


def test_an_exhibit_is_sealed_while_it_arrives_and_shown_without_its_secrets(reader, exhibit):
    [one] = state().exhibits.values()
    assert exhibit == f"exhibits/{one.id}/"
    assert one.body["sha256"] == sha256(BYTES).hexdigest()
    shown = words_of(page(reader("press"), exhibit))
    for said in (
        "Exhibit 1 · video",
        "C: received from a third party who is known",
        "passer-by · consent given",
        one.body["sha256"],
        one.body["sealed_sha256"],
        "description, giver, name",
        "Opened or fetched 0 times",
        "Reception (no. ",
    ):
        assert said in shown, said
    listed = words_of(page(reader("press"), "exhibits/"))
    assert one.body["sha256"][:16] in listed
    assert "opened or fetched 0 times" in listed
    assert "1 exhibit" in words_of(page(reader("press")))


def test_who_fetches_it_says_why_first_and_opens_it_with_age_and_a_key_of_headquarters(
    reader, exhibit, identities, tmp_path
):
    if not shutil.which("age"):
        pytest.skip("age is missing: apt-get install age")
    client = reader("legal")
    [one] = state().exhibits
    assert "Write something here" in refused(client, exhibit + "fetch/", reason=" ", what="sealed")
    for what, name in (("sealed", f"{one}.age"), ("key", f"{one}.key.age")):
        answer = client.post(HOME + exhibit + "fetch/", {"reason": "For the court", "what": what})
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        assert answer.headers["Cache-Control"] == "private, no-store"
        (tmp_path / name).write_bytes(b"".join(answer.streaming_content))
        assert CANARY.encode() not in (tmp_path / name).read_bytes()
    (tmp_path / "identity.txt").write_text(f"{identities[0]}\n")
    shown = page(client, exhibit)
    commands = re.search(r"<code>(age .*?)</code>", shown, re.DOTALL)[1]
    subprocess.run(["sh", "-euc", commands], cwd=tmp_path, check=True)
    assert (tmp_path / "exhibit").read_bytes() == BYTES

    assert words_of(shown).count("For the court") == 2
    assert "Opened or fetched 2 times" in words_of(shown)
    assert [item.body["how"] for item in state().timeline if item.kind == "exhibit.opened"] == ["fetched", "fetched"]
    assert "Fetch it sealed" not in page(reader("reception"), exhibit)
    assert reader("reception").post(HOME + exhibit + "fetch/", {"reason": "x"}).status_code == 403


def test_an_exhibit_is_erased_for_good_unless_a_hold_stands(reader, incident, exhibit):
    client = reader("administrator")
    hold = erasure.place_hold(incident.stream, "Proceedings", actor=OFFICER, now=NOW)
    assert "Erase it for good" not in words_of(page(client, exhibit)), "nobody is offered what would be refused"
    shown = refused(client, exhibit + "erase/", reason="The giver asked for it", sure="on")
    assert "A legal hold stands (Proceedings); lift it first." in shown
    assert "The giver asked for it" in shown
    erasure.lift_hold(incident.stream, hold, "over", actor=OFFICER, now=NOW)
    assert "Write something here" in refused(client, exhibit + "erase/", reason="", sure="on")
    assert "Tick this box" in refused(client, exhibit + "erase/", reason="The giver asked for it")
    for _twice in range(2):  # Whoever asked cannot do it as well (hostile 9 and 14).
        done(client, exhibit + "erase/", reason="The giver asked for it", sure="on")
        assert "Another person erases it" in words_of(page(client, exhibit))
    done(reader("administrator"), exhibit + "erase/", reason="The giver asked for it", sure="on")
    shown = words_of(page(reader("legal"), exhibit))
    assert "Its key was destroyed" in shown
    assert "The giver asked for it" in shown
    assert "Fetch it sealed" not in shown
    assert "erased" in words_of(page(client, "exhibits/"))
    before = len(kinds())
    for address in ("fetch/", "erase/"):
        answer = reader("legal").post(HOME + exhibit + address, {"reason": "Once more"})
        assert answer.status_code == 410
        assert "Its key was destroyed" in words_of(answer.content.decode())
    assert len(kinds()) == before


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"file": None}, "Choose a file."),
        ({"grade": "A"}, "Select a valid choice. A"),
        ({"consent": "perhaps"}, "perhaps"),
        ({"source": "x" * 301}, "at most 300"),
        ({"part": "9"}, "Select a valid choice. 9"),
    ],
)
def test_an_exhibit_that_is_wrongly_described_is_refused_before_its_first_byte(
    reader, incident, identities, home, wrong, says
):
    given = {"part": "1", "grade": "C", "consent": "given", "description": "the door"} | wrong
    if "file" not in wrong:
        given["file"] = SimpleUploadedFile("a.jpg", b"picture", "image/jpeg")
    given = {name: value for name, value in given.items() if value is not None}
    shown = refused(reader("reception"), "exhibits/add/", **given)
    assert says in shown
    assert "the door" in shown
    assert list((home / "objects").rglob("*.age")) == []


def test_a_forged_form_leaves_no_exhibit(incident, identities):
    client = Client(enforce_csrf_checks=True)
    client.force_login(add_user("Ana", "reception", now=NOW))
    file = SimpleUploadedFile("a.jpg", b"picture", "image/jpeg")
    answer = client.post(HOME + "exhibits/add/", {"part": "1", "grade": "C", "consent": "given", "file": file})
    assert answer.status_code == 403
    assert kinds() == ["incident.opened"]


def test_what_a_browser_claims_a_file_to_be_is_kept_only_if_it_looks_like_a_type(reader, incident, identities):
    for claimed, kept in (("image/jpeg", "image/jpeg"), ("<script>", None), ("", None)):
        file = SimpleUploadedFile("a.jpg", b"picture", claimed)
        done(reader("officer"), "exhibits/add/", part="1", grade="D", consent="not_asked", file=file)
        assert list(state().exhibits.values())[-1].body.get("media") == kept


def test_a_masked_copy_says_what_it_was_made_from(reader, incident, exhibit, tmp_path):
    [origin] = state().exhibits
    (tmp_path / "masked").write_bytes(b"masked")
    about = About("C", copy="working", derived_from=origin, derivation={"tool": "ffmpeg 7"})
    exhibits.receive_file(tmp_path / "masked", incident.stream, about, actor=OFFICER, now=NOW)
    listed = words_of(page(reader(), "exhibits/"))
    assert "working copy" in listed
    assert "derived from Exhibit 1 · video" in listed
    copy = list(state().exhibits)[-1]
    shown = words_of(page(reader(), f"exhibits/{copy}/"))
    assert "Derived from Exhibit 1 · video tool: ffmpeg 7" in shown


def test_a_recording_shows_its_gaps(reader, incident):
    with transaction.atomic():
        told = {"actor": OFFICER, "now": NOW}
        begun = {"recording": (recording := str(uuid4())), "device": "door", "media": "video/webm"}
        append(incident.stream, "recording.begun", begun, **told)
        for number in (0, 1, 4):
            body = {
                "segment": f"s{number}", "recording": recording, "number": number, "statement": "{}", "signature": "00",
                "key": "k", "sealed_bytes": 1, "sealed_sha256": "0" * 64, "grade": "A",
            }  # fmt: skip
            append(incident.stream, "segment.received", body, **told)
    shown = words_of(page(reader(), "exhibits/"))
    assert "video/webm · device door · 3 segments arrived · not ended · gaps: 2-3" in shown
    assert "1 recording" in words_of(page(reader()))
