"""A visitor's clip: a code that works once, a clip that nobody here can look at, a receipt (scenario 34)."""

import json
import re
from base64 import b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from uuid import uuid4

import pyrage
import pytest
from django.test import Client
from tests.incidents.conftest import leave_behind

from inviolable.door import clip
from inviolable.door.models import ClipCode
from inviolable.incidents import actions as incidents
from inviolable.incidents.lookup import entries_of, find_incident
from inviolable.incidents.models import Incident
from inviolable.ledger import audit, canonical, erasure, opening, sequencer
from inviolable.ledger.actions import SYSTEM, add_recipient, objects, retire_recipient, subject_keys
from inviolable.ledger.exhibits import object_name
from inviolable.ledger.keys import verifies
from inviolable.ledger.models import Entry, Key, SealedValue
from inviolable.ledger.rebuild import rebuild
from inviolable.ledger.seal import CannotOpen
from inviolable.ledger.store import NameTaken
from inviolable.ledger.tree import leaf_hash
from inviolable.posts.actions import add_user
from inviolable.web import clock as web_clock

pytestmark = pytest.mark.django_db
VIDEO = b"\x00\x00\x00\x18ftypmp42 CANARY " * 20_000
NAME = "CANARY visitor"


@pytest.fixture
def identities(night):
    both = [pyrage.x25519.Identity.generate() for _ in range(2)]
    for name, identity in zip(("one", "two"), both, strict=True):
        add_recipient(str(identity.to_public()), name, actor=SYSTEM, now=night.clock.now)
    return both


@pytest.fixture
def incident(night, identities, monkeypatch) -> Incident:
    """Officers stand at the door of Minneapolis, and a visitor has filmed it."""
    monkeypatch.setattr(web_clock.timezone, "now", lambda: night.clock.now)
    night.raise_at("minneapolis")
    return Incident.objects.get()


@pytest.fixture
def officer(incident):
    return signed_in("officer", "minneapolis-deputy")


def signed_in(role: str, person: str = "", language: str = "en") -> Client:
    client = Client(headers={"accept-language": language, "host": "localhost"})
    user = add_user(f"{role} {uuid4()}"[:40], role, now=web_clock.timezone.now(), language=language)
    type(user).objects.filter(pk=user.pk).update(person=person)
    client.force_login(type(user).objects.get(pk=user.pk))
    return client


def asked(client: Client, reference: str, post: str = "minneapolis") -> str:
    """The code that the officer's page shows."""
    answer = client.post(f"/incidents/{reference}/clips/ask/", {"post": post})
    assert answer.status_code == 200, answer.content.decode()
    return re.search(r'class="clip-code"[^>]*>([^<]+)<', answer.content.decode())[1]


@dataclass
class Phone:
    """What her browser does, in a test's hands."""

    code: str
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False, HTTP_HOST="localhost"))
    video: bytes = VIDEO

    def open(self):
        return self.post("/clip/open")

    def post(self, address: str, body: bytes = b""):
        headers = {"authorization": f"Code {self.code}"}
        return self.client.generic("POST", address, body, content_type="application/octet-stream", headers=headers)

    def give(self, way: dict | None = None, **changed):
        """Seal the clip as the page says, and send it; some of what is said of it changed."""
        way = way or self.open().json()
        recipient = pyrage.x25519.Recipient.from_str(way["recipient"])
        sealed = changed.pop("sealed", None) or pyrage.encrypt(self.video, [recipient])
        told = {
            "exhibit": way["exhibit"], "bytes": len(self.video), "sha256": sha256(self.video).hexdigest(),
            "sealed_sha256": sha256(sealed).hexdigest(), "media": "video/mp4", "language": "es",
            "giver": box("giver", way["exhibit"], NAME, recipient),
            "name": box("name", way["exhibit"], "v.mp4", recipient),
        }  # fmt: skip
        told = {name: value for name, value in (told | changed).items() if value is not None}
        return self.post("/clip/give", canonical.encode(told) + b"\n" + sealed)


def box(name, subject, value, recipient):
    line = canonical.encode({"field": name, "salt": "ab" * 16 + uuid4().hex, "subject": subject, "value": value})
    sealed = b64encode(pyrage.encrypt(line, [recipient])).decode()
    return {"commitment": sha256(line).hexdigest(), "sealed": sealed}


def kinds(incident) -> list[str]:
    return [one.entry["kind"] for one in entries_of(incident.stream) if not one.entry["kind"].startswith("message.")]


def received(incident) -> list[dict]:
    return [one.body for one in entries_of(incident.stream) if one.entry["kind"] == "exhibit.received"]


# ---- the clip ----------------------------------------------------------------------------------


def test_it_is_recorded_as_hers_with_her_consent_and_nobody_here_can_read_it(officer, incident, identities, home):
    code = asked(officer, incident.reference)
    answer = Phone(code).give()
    assert answer.status_code == 200, answer.content
    [body] = received(incident)
    assert (body["grade"], body["consent"], body["from"], body["sealed_by"]) == ("C", "given", "visitor", "giver")
    assert (body["bytes"], body["sha256"]) == (len(VIDEO), sha256(VIDEO).hexdigest())
    sealed = objects().path(object_name(body["exhibit"])).read_bytes()
    assert (body["sealed_bytes"], body["sealed_sha256"]) == (len(sealed), sha256(sealed).hexdigest())
    for file in home.rglob("*"):
        data = file.read_bytes() if file.is_file() else b""
        assert b"CANARY" not in data, file
        assert code.encode() not in data, file
    everything = b"".join(bytes(line) for line in Entry.objects.values_list("line", flat=True))
    everything += b"".join(bytes(one) for one in SealedValue.objects.values_list("box", flat=True))
    assert b"CANARY" not in everything
    assert code.encode() not in everything
    assert code not in json.dumps(list(ClipCode.objects.values("code", "clip", "prepared")))


def test_headquarters_opens_it_finds_what_she_said_and_her_name_by_its_commitment(
    officer, incident, identities, tmp_path, night
):
    Phone(asked(officer, incident.reference)).give()
    [body] = received(incident)
    to = tmp_path / "opened"
    told = {"actor": SYSTEM, "now": night.clock.now}
    found = opening.open_exhibit(incident.stream, body["exhibit"], to, identities[:1], "to describe it", **told)
    assert (to.read_bytes(), found.as_said) == (VIDEO, True)
    [measured] = [one.body for one in entries_of(incident.stream) if one.entry["kind"] == "exhibit.measured"]
    assert (measured["sha256"], measured["as_said"]) == (body["sha256"], "yes")
    [giver] = SealedValue.objects.filter(field="giver").values_list("commitment", flat=True)
    assert json.loads(erasure.open_field(giver, identities[1:]))["value"] == NAME
    shown = officer.get(f"/incidents/{incident.reference}/exhibits/{body['exhibit']}/").content.decode()
    assert "found to be so when it was opened" in shown


def test_what_is_not_what_she_said_is_opened_and_said_loudly(officer, incident, identities, tmp_path, night):
    """Hostile 10: a claim about a clip is a claim."""
    Phone(asked(officer, incident.reference)).give(sha256="ab" * 32)
    [body] = received(incident)
    page = f"/incidents/{incident.reference}/exhibits/{body['exhibit']}/"
    assert "nobody has opened it here yet" in officer.get(page).content.decode()
    told = {"actor": SYSTEM, "now": night.clock.now}
    found = opening.open_exhibit(incident.stream, body["exhibit"], tmp_path / "x", identities, "to see", **told)
    assert (tmp_path / "x").read_bytes() == VIDEO
    assert not found.as_said
    shown = officer.get(page).content.decode()
    assert "IT IS NOT SO" in shown
    assert sha256(VIDEO).hexdigest() in shown


def test_who_commits_to_one_name_and_seals_another_is_found_out(officer, incident, identities):
    code = asked(officer, incident.reference)
    way = Phone(code).open().json()
    recipient = pyrage.x25519.Recipient.from_str(way["recipient"])
    lie = box("giver", way["exhibit"], "one", recipient) | {"commitment": "cd" * 32}
    assert Phone(code).give(way, giver=lie).status_code == 200
    with pytest.raises(CannotOpen, match="something else than they committed to"):
        erasure.open_field("cd" * 32, identities)


def test_without_a_name_there_is_none(officer, incident):
    Phone(asked(officer, incident.reference)).give(giver=None, name=None)
    [entry] = [one.entry for one in entries_of(incident.stream) if one.entry["kind"] == "exhibit.received"]
    assert "sealed" not in entry


def test_her_receipt_is_the_entry_signed_and_a_doctored_copy_is_not_what_it_says(officer, incident, night):
    """Hostile 10: a doctored clip goes viral first."""
    code = asked(officer, incident.reference)
    receipt = Phone(code).give().json()["receipt"]
    line, signature = receipt["line"].encode(), bytes.fromhex(receipt["signature"])
    assert verifies(bytes(Key.objects.get(key=receipt["key"]).public), signature, line)
    sequencer.checkpoint(night.clock.now)
    assert Entry.objects.get(leaf=leaf_hash(line)).place.index > 0
    assert receipt["leaf"] == leaf_hash(line).hex()
    assert NAME not in json.dumps(receipt)
    doctored = VIDEO.replace(b"CANARY", b"CANARI", 1)
    said = json.loads(line)["body"]["sha256"]
    assert sha256(VIDEO).hexdigest() == said != sha256(doctored).hexdigest()
    assert Phone(code).open().json()["receipt"] == receipt, "also where the answer got lost"
    audit.audit_exhibits()


def test_it_is_erased_by_quoting_the_receipt(officer, incident, identities, night):
    receipt = Phone(asked(officer, incident.reference)).give().json()["receipt"]
    quoted = officer.get(f"/incidents/{incident.reference}/clips/", {"receipt": receipt["clip"].lower()})
    exhibit = json.loads(receipt["line"])["body"]["exhibit"]
    assert quoted.headers["Location"] == f"/incidents/{incident.reference}/exhibits/{exhibit}/"
    assert officer.get(f"/incidents/{incident.reference}/clips/", {"receipt": "C-9999-9999"}).status_code == 422
    erasure.erase(exhibit, "she asked", actor=SYSTEM, now=night.clock.now)
    assert not subject_keys().exists(f"{exhibit}.age")
    [giver] = SealedValue.objects.filter(field="giver").values_list("commitment", flat=True)
    with pytest.raises(ValueError, match="erased"):
        erasure.open_field(giver, identities)


# ---- the code ----------------------------------------------------------------------------------


def test_a_code_works_once_and_the_record_says_by_whom_she_was_asked(officer, incident):
    code = asked(officer, incident.reference)
    way = Phone(code).open().json()
    assert "Minneapolis" in way["post"]
    assert Phone(code).give(way).status_code == 200
    again = Phone(code, video=b"another").give(way)
    assert (again.status_code, again.json()) == (409, {"fault": "again"})
    assert kinds(incident)[-3:] == ["clip.asked", "exhibit.received", "clip.given"]
    asked_by = next(one.entry for one in entries_of(incident.stream) if one.entry["kind"] == "clip.asked")
    assert asked_by["actor"]["role"] == "officer"
    assert "her clip has come" in officer.get(f"/incidents/{incident.reference}/clips/").content.decode()


def test_typed_in_any_way_it_is_the_same_code(officer, incident):
    code = asked(officer, incident.reference)
    for typed in (code.lower(), code.replace("-", ""), f" {code} "):
        assert Phone(typed).open().status_code == 200


def test_who_has_no_code_is_told_nothing_and_after_many_nobody_is(officer, incident, night):
    code = asked(officer, incident.reference)
    for number in range(clip.MOST_WRONG):
        for address in ("/clip/open", "/clip/give")[: 1 + (number == 0)]:
            answer = Phone("ABCD-2345").post(address, b"x" * 100)
            assert answer.json() == {"fault": "many" if number == clip.MOST_WRONG - 1 else "unknown"}
            assert "Minneapolis" not in answer.content.decode()
    assert Phone(code).open().json() == {"fault": "many"}
    night.clock.now += clip.SHUT
    assert Phone(code).open().status_code == 200


def test_its_time_ends_but_what_began_in_time_may_end_later(officer, incident, night):
    code, other = asked(officer, incident.reference), asked(officer, incident.reference)
    way = Phone(code).open().json()
    row = clip.find(code, now=night.clock.now)
    sealed = pyrage.encrypt(VIDEO, [pyrage.x25519.Recipient.from_str(way["recipient"])])
    deposit = clip.begin(row, row.exhibit)
    deposit.write(sealed)
    night.clock.now += clip.OPEN
    assert Phone(other).open().json() == {"fault": "over"}
    assert Phone(other).give(way).json() == {"fault": "over"}
    done = deposit.finish(len(VIDEO), sha256(VIDEO).hexdigest(), sha256(sealed).hexdigest())
    clip.keep(row, row.exhibit, done, clip.Told("", "es", {}), now=night.clock.now)
    assert len(received(incident)) == 1


def test_taken_back_it_opens_nothing_also_while_something_comes(officer, incident, night):
    code = asked(officer, incident.reference)
    row = clip.find(code, now=night.clock.now)
    deposit = clip.begin(row, row.exhibit)
    assert officer.post(f"/incidents/{incident.reference}/clips/{row.clip}/take-back/").status_code == 302
    assert Phone(code).open().json() == {"fault": "over"}
    sealed = pyrage.encrypt(b"x", [identity_of(row)])
    deposit.write(sealed)
    done = deposit.finish(1, sha256(b"x").hexdigest(), sha256(sealed).hexdigest())
    with pytest.raises(clip.NoClip, match="over"):
        clip.keep(row, row.exhibit, done, clip.Told("", "es", {}), now=night.clock.now)
    assert received(incident) == []
    assert officer.post(f"/incidents/{incident.reference}/clips/{row.clip}/take-back/").status_code == 422


def identity_of(row):
    return pyrage.x25519.Recipient.from_str(row.prepared["said"]["recipient"])


def test_of_two_at_once_the_first_is_taken_and_the_other_gets_its_receipt(officer, incident, night):
    code = asked(officer, incident.reference)
    row = clip.find(code, now=night.clock.now)
    slow = clip.begin(row, row.exhibit)
    receipt = Phone(code).give().json()["receipt"]
    sealed = pyrage.encrypt(b"x", [identity_of(row)])
    slow.write(sealed)
    with pytest.raises(NameTaken):
        slow.finish(1, sha256(b"x").hexdigest(), sha256(sealed).hexdigest())
    assert Phone(code).open().json()["receipt"] == receipt
    assert len(received(incident)) == 1
    assert audit.audit_exhibits() == 1


def test_what_got_into_the_store_and_no_further_keeps_nobody_from_sending_it_again(officer, incident, night):
    """As where the server ends between the two."""
    code = asked(officer, incident.reference)
    way = Phone(code).open().json()
    row = clip.find(code, now=night.clock.now)
    sealed = pyrage.encrypt(b"x", [identity_of(row)])
    left = clip.begin(row, row.exhibit)
    left.write(sealed)
    left.finish(1, sha256(b"x").hexdigest(), sha256(sealed).hexdigest())
    assert Phone(code).give(way).json() == {"fault": "again"}
    assert Phone(code).give().status_code == 200
    assert received(incident)[0]["sha256"] == sha256(VIDEO).hexdigest()


def test_where_headquarters_keys_change_meanwhile_it_is_sealed_anew(officer, incident, identities, night):
    code, other = asked(officer, incident.reference), asked(officer, incident.reference)
    way, at_first = Phone(code).open().json(), Phone(other).open().json()
    told = {"actor": SYSTEM, "now": night.clock.now}
    add_recipient(str(pyrage.x25519.Identity.generate().to_public()), "new", **told)
    retire_recipient(str(identities[0].to_public()), "stolen", **told)
    assert Phone(code).give(way).json() == {"fault": "again"}
    assert Phone(other).open().json()["recipient"] != at_first["recipient"], "before she has sealed it in vain"
    assert Phone(code).open().json()["recipient"] != way["recipient"]
    assert Phone(code).give().status_code == 200


def test_the_codes_of_yesterday_are_forgotten_with_the_keys_of_what_never_came(officer, incident, night):
    unused, used = asked(officer, incident.reference), asked(officer, incident.reference)
    Phone(used).give()
    keys = {row.clip: f"{row.exhibit}.age" for row in ClipCode.objects.all()}
    [kept] = ClipCode.objects.exclude(received=None).values_list("clip", flat=True)
    night.clock.now += clip.OPEN + clip.KNOWN
    asked(signed_in("duty_officer"), incident.reference)
    assert ClipCode.objects.count() == 1
    assert {name for name, file in keys.items() if subject_keys().exists(file)} == {kept}
    assert Phone(unused).open().json() == {"fault": "unknown"}


# ---- what is not taken -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "status", "fault"),
    [
        ({"sealed": b"\x00\x00\x00\x18ftypmp42 CANARY"}, 400, "not_sealed"),
        ({"sealed": b"age-enc"}, 400, "not_sealed"),
        ({"sealed_sha256": "ab" * 32}, 400, "damaged"),
        ({"exhibit": str(uuid4())}, 409, "again"),
    ],
)
def test_what_is_not_sealed_or_not_whole_is_refused_and_leaves_nothing(officer, incident, changed, status, fault):
    code = asked(officer, incident.reference)
    answer = Phone(code).give(**changed)
    assert (answer.status_code, answer.json()) == (status, {"fault": fault})
    assert received(incident) == []
    assert not list(objects().list())
    assert Phone(code).give().status_code == 200, "it may be sent again"


@pytest.mark.parametrize(
    "changed",
    [{"sha256": "x"}, {"bytes": -1}, {"media": "a film"}, {"language": "Spanish"}, {"giver": {"commitment": "ab" * 32}},
     {"more": "1"}, {"name": {"commitment": "ab" * 32, "sealed": b64encode(b"plain name").decode()}}],
)  # fmt: skip
def test_what_is_said_of_it_is_read_strictly(officer, incident, changed):
    assert Phone(asked(officer, incident.reference)).give(**changed).status_code == 422
    assert received(incident) == []


def test_one_commitment_for_two_things_is_refused_before_a_byte_is_kept(officer, incident, monkeypatch):
    code = asked(officer, incident.reference)
    way = Phone(code).open().json()
    twice = box("giver", way["exhibit"], NAME, pyrage.x25519.Recipient.from_str(way["recipient"]))
    monkeypatch.setattr(clip, "Deposit", lambda *_, **__: 1 / 0)
    assert Phone(code).give(way, giver=twice, name=twice).json() == {"fault": "damaged"}
    assert Phone(code).open().json() == way


def test_what_cannot_be_recorded_is_not_left_in_the_store(officer, incident, monkeypatch):
    code = asked(officer, incident.reference)
    way = Phone(code).open().json()
    with monkeypatch.context() as patch:
        patch.setattr(clip, "record", lambda *_, **__: 1 / 0)
        assert Phone(code).give(way).status_code == 500
    assert not list(objects().list())
    assert Phone(code).give(way).status_code == 200


def test_too_large_is_refused_before_a_byte_is_read_and_as_soon_as_more_comes(officer, incident, monkeypatch):
    code = asked(officer, incident.reference)
    phone = Phone(code)
    ten = phone.client.generic(
        "POST", "/clip/give", b"x", headers={"authorization": f"Code {code}"}, CONTENT_LENGTH=str(10**10)
    )
    assert (ten.status_code, ten.json()) == (413, {"fault": "large"})
    monkeypatch.setattr(clip, "MOST", 1_000)
    assert phone.give().json() == {"fault": "large"}
    assert not list(objects().list())


def test_where_no_room_is_left_she_is_told_to_come_again(officer, incident, home):
    from inviolable.ledger import reserve

    code = asked(officer, incident.reference)
    reserve.keep(home, 1 << 20)
    reserve.release(home)
    answer = Phone(code).give()
    assert (answer.status_code, answer.json()) == (503, {"fault": "later"})
    (home / reserve.NAME).unlink()
    assert Phone(code).give().status_code == 200


def test_an_upload_that_breaks_off_leaves_nothing_and_may_be_repeated(officer, incident, night):
    code = asked(officer, incident.reference)
    row = clip.find(code, now=night.clock.now)
    deposit = clip.begin(row, row.exhibit)
    deposit.write(b"age-encryption.org/v1\n and then the lift went down")
    deposit.abort()
    assert not list(objects().list())
    assert Phone(code).give().status_code == 200


# ---- who may ask -------------------------------------------------------------------------------


def test_whoever_works_at_another_post_cannot_ask_here(incident):
    elsewhere = signed_in("officer", "lima-head")
    assert elsewhere.post(f"/incidents/{incident.reference}/clips/ask/", {"post": "minneapolis"}).status_code == 422
    assert "clip.asked" not in kinds(incident)
    duty = signed_in("duty_officer")
    assert asked(duty, incident.reference)
    assert duty.post(f"/incidents/{incident.reference}/clips/ask/", {"post": "lima"}).status_code == 422
    assert (
        signed_in("press").post(f"/incidents/{incident.reference}/clips/ask/", {"post": "minneapolis"}).status_code
        == 403
    )


def test_without_two_keys_of_headquarters_no_code_is_made(night, monkeypatch):
    monkeypatch.setattr(web_clock.timezone, "now", lambda: night.clock.now)
    night.raise_at("minneapolis")
    reference = Incident.objects.get().reference
    answer = signed_in("duty_officer").post(f"/incidents/{reference}/clips/ask/", {"post": "minneapolis"})
    assert answer.status_code == 422
    assert "sealed to two keys" in answer.content.decode()
    assert not ClipCode.objects.exists()


def test_of_a_closed_incident_nothing_is_asked_and_nothing_comes(officer, incident, night):
    code = asked(officer, incident.reference)
    night.over()
    for number in range(1, 6):
        incidents.done(incident.reference, str(number), actor=SYSTEM, now=night.clock.now)
    leave_behind(incident.reference, night.clock.now)
    incidents.close(incident.reference, "over", actor=SYSTEM, now=night.clock.now)
    assert Phone(code).open().json() == {"fault": "over"}
    assert officer.post(f"/incidents/{incident.reference}/clips/ask/", {"post": "minneapolis"}).status_code == 422


def test_the_incident_leads_to_it_and_it_is_there_in_spanish(incident):
    duty = signed_in("duty_officer", language="es")
    assert f"/incidents/{incident.reference}/clips/" in duty.get(f"/incidents/{incident.reference}/").content.decode()
    assert "Pedir una grabación a un visitante" in duty.get(f"/incidents/{incident.reference}/clips/").content.decode()
    code = asked(duty, incident.reference)
    shown = duty.get(f"/incidents/{incident.reference}/clips/").content.decode()
    assert code not in shown, "nobody can look it up"


def test_the_record_derives_the_same_again(officer, incident, night):
    Phone(asked(officer, incident.reference)).give()
    before = find_incident(incident.reference)
    rebuild()
    assert find_incident(incident.reference).stream == before.stream
    assert len(received(incident)) == 1
