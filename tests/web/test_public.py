"""What a stranger may ask of the record, and that what the page on verifying says is so."""

import re
import subprocess
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from html import unescape
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from tests.ledger.authorities import good_authority

from inviolable.ledger import beacons, dossier, note, rounds, sequencer, tree, witnessing
from inviolable.ledger.actions import SYSTEM, append, rotate_key
from inviolable.ledger.dossier import Contents
from inviolable.ledger.keys import signing_key
from inviolable.ledger.models import Cosignature
from inviolable.ledger.note import COSIGNATURE, Signer, Verifier
from inviolable.ledger.witness import MOST_REQUEST, build_request
from inviolable.web.headers import HEADERS

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 27, 17, 0, tzinfo=UTC)


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home of this test's own; the database is the test's."""
    place = tmp_path / "home"
    place.mkdir(mode=0o700)
    monkeypatch.setattr(settings, "HOME", place)
    return place


@pytest.fixture
def stream(home):
    """The stream of an incident in which something was recorded."""
    stream = f"incident/{uuid4()}"
    with transaction.atomic():
        append(stream, "hold.placed", {"hold": "h1", "reason": "court"}, actor=SYSTEM, now=NOW)
    return stream


def page(client, language="en"):
    answer = client.get("/verify/", headers={"accept-language": language})
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def commands(page: str) -> list[str]:
    """What the page tells a stranger to type."""
    blocks = re.findall("<pre[^>]*>(.*?)</pre>", page, re.DOTALL)
    return [line for block in blocks for line in block.replace("\\\n", "").splitlines()]


# Checkpoint, beacon, cosignature


def test_before_anything_is_recorded_each_says_so(client, home):
    for address, status in (("/log/checkpoint", 404), ("/beacon", 503)):
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Content-Type"]) == (status, "text/plain; charset=utf-8")
    assert client.post("/witness/add-checkpoint", b"old 0\n", content_type="text/plain").status_code == 503
    assert "has recorded nothing yet" in page(client)


def test_the_newest_checkpoint_is_a_note_that_the_key_on_the_page_verifies(client, stream):
    rounds.run(NOW)
    found = note.parse_note(client.get("/log/checkpoint").content)
    line = re.search(r"log (inviolable/[^\s<]+)", page(client))[1]
    note.verify_note(found, [Verifier.from_vkey(line)])
    assert note.Checkpoint.parse(found.body).size == sequencer.tree_size()


def test_its_cosignatures_come_along(client, stream):
    rounds.run(NOW)
    newest = sequencer.newest()
    witness = Signer("witness.example", signing_key(settings.HOME / "witness.pem").private)
    line = note.cosign(note.parse_note(newest.note), witness, 1_790_000_000)
    Cosignature.objects.create(checkpoint=newest, witness=witness.name, line=str(line), time=NOW)
    found = note.parse_note(client.get("/log/checkpoint").content)
    assert note.verify_cosignature(found, witness.verifier(COSIGNATURE)) == 1_790_000_000


def test_another_installation_takes_our_beacon(client, stream):
    rounds.run(NOW)
    answer = client.get("/beacon")
    assert answer.status_code == 200
    ours = Verifier.from_vkey(witnessing.own_keys()[0])
    assert beacons.accept(answer.content, ours, NOW).issuer == sequencer.origin()


def test_a_log_that_is_watched_gets_its_cosignature_without_a_form(client, stream, tmp_path):
    log = Signer("inviolable/other", signing_key(tmp_path / "other.pem").private)
    (settings.HOME / "ledger.toml").write_text(f'[[watched]]\nkey = "{log.verifier().vkey()}"\n')
    leaves = [tree.leaf_hash(b"one")]
    signed = note.parse_note(note.sign(note.Checkpoint(log.name, 1, leaves[0]), log))
    answer = Client(enforce_csrf_checks=True).post(
        "/witness/add-checkpoint", build_request(0, [], signed), content_type="text/plain"
    )
    assert answer.status_code == 200, answer.content
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    cosigned = note.parse_note(f"{signed.body}\n".encode() + answer.content)
    assert note.verify_cosignature(cosigned, Verifier.from_vkey(witnessing.own_keys()[1])) > 0
    assert client.get("/witness/add-checkpoint").status_code == 405


def test_a_request_for_a_cosignature_is_small(client, stream):
    answer = client.post("/witness/add-checkpoint", b"x" * (MOST_REQUEST + 1), content_type="text/plain")
    assert answer.status_code == 413
    assert client.post("/witness/add-checkpoint", b"x" * MOST_REQUEST, content_type="text/plain").status_code == 400


# The page


def test_every_page_leads_to_it_and_it_speaks_both_languages(client, stream):
    assert '<a href="/verify/">' in client.get("/sign-in/").content.decode()
    assert "a camera can film a screen" in page(client)
    assert "una cámara puede filmar una pantalla" in page(client, "es")


def test_earlier_keys_stay_on_the_page(client, stream):
    first = re.search(r"log (inviolable/[^\s<]+)", page(client))[1]
    rotate_key("yearly", actor=SYSTEM, now=NOW + timedelta(days=365))
    found = page(client)
    assert [line == first for line in re.findall(r"log (inviolable/[^\s<]+)", found)] == [False, True]
    assert "Earlier key" in found
    assert "from 2026-01-27 to 2027-01-27" in found


def test_what_the_page_says_to_type_works_on_a_real_dossier(client, stream, home, tmp_path):
    authority = good_authority(tmp_path / "tsa")
    (home / "one.pem").write_bytes(authority.roots)
    (home / "ledger.toml").write_text(
        f'[[authority]]\nname = "one"\nurl = "{authority.url}"\nroots = "one.pem"\n',
    )
    folder = tmp_path / "dossier"
    dossier.record_export(stream, Contents(), to="the court", reason="case 12/2026", actor=SYSTEM, now=NOW)
    assert rounds.attest(NOW) == []
    dossier.write_dossier(stream, "minneapolis-2026", folder, Contents(), now=NOW)

    shown = page(client)
    (tmp_path / "trust").write_text(re.search(r"log inviolable/[^<]+", shown)[0] + "\n")
    shell, python, fingerprint = re.findall(r"\b[0-9a-f]{64}\b", shown)[:3]
    assert shell == sha256((folder / "verify.sh").read_bytes()).hexdigest()
    assert python == sha256((folder / "verify.py").read_bytes()).hexdigest()
    blanks = {
        "FILE": str(tmp_path / "trust"),
        "KEY": fingerprint[:16],
        "SIZE": str(sequencer.newest().size),
        "ROOT.pem": str(home / "one.pem"),
    }
    said = {}
    for command in commands(shown):
        filled = re.sub("|".join(map(re.escape, blanks)), lambda blank: blanks[blank[0]], command)
        done = subprocess.run(["sh", "-c", filled], cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, f"{filled}\n{done.stdout}{done.stderr}"
        said[command] = done.stdout
    assert len(said) == 9
    for script in ("sh verify.sh", "python3 verify.py"):
        assert said[script].splitlines()[-1] == "consistent; origin not checked"
        assert said[f"{script} --trust FILE"].splitlines()[-1] == "VERIFIED"
    assert fingerprint in next(out for command, out in said.items() if "outform DER" in command)
