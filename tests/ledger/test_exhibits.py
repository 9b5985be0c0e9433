"""An exhibit: sealed while it comes in, opened with a reason, masked as a copy, erased by its key."""

import io
from datetime import timedelta
from hashlib import sha256

import pyrage
import pytest
from django.db import transaction

from inviolable.ledger import audit, canonical, erasure, exhibits, opening, sequencer, subjects
from inviolable.ledger.actions import SYSTEM, add_recipient, append, objects, retire_recipient, subject_keys
from inviolable.ledger.audit import NotIntact
from inviolable.ledger.exhibits import About, Intake
from inviolable.ledger.models import Cosignature, Entry, Subject
from inviolable.ledger.registry import BadEntry
from inviolable.ledger.seal import CannotOpen

pytestmark = pytest.mark.django_db
VIDEO = b"\x00\x00\x00\x18ftypmp42 CANARY " * 20_000


def take_in(stream, now, data=VIDEO, **about):
    about = {"grade": "C", "name": "CANARY-name.mp4", "giver": "CANARY-giver", "consent": "given"} | about
    return exhibits.receive(stream, io.BytesIO(data), About(**about), actor=SYSTEM, now=now)


def test_what_came_in_is_hashed_sealed_and_recorded(identities, home, stream, now):
    body = take_in(stream, now).body
    assert (body["bytes"], body["sha256"]) == (len(VIDEO), sha256(VIDEO).hexdigest())
    sealed = objects().path(exhibits.object_name(body["exhibit"])).read_bytes()
    assert (body["sealed_bytes"], body["sealed_sha256"]) == (len(sealed), sha256(sealed).hexdigest())
    for file in home.rglob("*"):
        assert not file.is_file() or b"CANARY" not in file.read_bytes(), file
    for line in Entry.objects.values_list("line", flat=True):
        assert b"CANARY" not in bytes(line)


@pytest.mark.parametrize("reader", [0, 1])
def test_either_recipient_opens_it_alone_and_the_reason_is_recorded_first(identities, tmp_path, stream, now, reader):
    exhibit = take_in(stream, now).body["exhibit"]
    to = tmp_path / "opened.mp4"
    opening.open_exhibit(stream, exhibit, to, [identities[reader]], "to describe it", actor=SYSTEM, now=now)
    assert to.read_bytes() == VIDEO
    last = canonical.decode(bytes(Entry.objects.filter(stream=stream).last().line))
    assert (last["kind"], last["body"]["reason"]) == ("exhibit.opened", "to describe it")


def test_nobody_else_opens_it_and_nothing_is_left_behind(identities, tmp_path, stream, now):
    exhibit = take_in(stream, now).body["exhibit"]
    stranger = pyrage.x25519.Identity.generate()
    with pytest.raises(CannotOpen):
        opening.open_exhibit(stream, exhibit, tmp_path / "x", [stranger], "curious", actor=SYSTEM, now=now)
    assert not [path for path in tmp_path.iterdir() if path.name != "home"]


def test_without_a_reason_nothing_is_opened(identities, tmp_path, stream, now):
    exhibit = take_in(stream, now).body["exhibit"]
    with pytest.raises(BadEntry, match="reason"):
        opening.open_exhibit(stream, exhibit, tmp_path / "x", identities, "  ", actor=SYSTEM, now=now)
    assert not (tmp_path / "x").exists()


def test_an_upload_that_breaks_off_leaves_no_exhibit(identities, stream, now):
    intake = Intake(stream, About("C"), actor=SYSTEM, now=now)
    intake.write(VIDEO)
    intake.abort()
    assert not Entry.objects.filter(stream=stream, kind="exhibit.received").exists()
    assert not list(objects().list())


def test_an_upload_in_pieces_is_the_same_as_a_file(identities, stream, now):
    intake = Intake(stream, About("C"), actor=SYSTEM, now=now)
    for start in range(0, len(VIDEO), 70_000):
        intake.write(VIDEO[start : start + 70_000])
    body = intake.finish(now).body
    assert (body["bytes"], body["sha256"]) == (len(VIDEO), sha256(VIDEO).hexdigest())


def test_grade_cannot_be_raised_and_no_kind_changes_it(identities, stream, now):
    """Promise 7: the grade is fixed at entry."""
    from inviolable.ledger.registry import KINDS

    assert take_in(stream, now, grade="D").body["grade"] == "D"
    with pytest.raises(BadEntry, match="grade"):
        take_in(stream, now, grade="A+")
    may_say_a_grade = {kind.name for kind in KINDS.values() if "grade" in {*kind.needs, *kind.may}}
    assert may_say_a_grade == {"exhibit.received", "segment.received"}


def test_erasing_destroys_the_key_and_every_proof_still_holds(identities, tmp_path, stream, now):
    exhibit = take_in(stream, now).body["exhibit"]
    sequencer.checkpoint(now)
    erasure.erase(exhibit, "the giver withdrew", actor=SYSTEM, now=now)
    assert not subject_keys().exists(subjects.key_name(exhibit))
    assert not objects().exists(exhibits.object_name(exhibit))
    with pytest.raises(Exception, match=exhibit):
        opening.open_exhibit(stream, exhibit, tmp_path / "x", identities, "again", actor=SYSTEM, now=now)
    sequencer.checkpoint(now + timedelta(seconds=5))
    audit.audit_structure()
    audit.audit_signatures()
    assert audit.audit_exhibits() == 0


def kept_for_a_day(home):
    witness = '[[witness]]\nurl = "http://127.0.0.1:9"\nkey = "w+0+0"\n'
    (home / "ledger.toml").write_text(f"{witness}[retention]\nexhibit = 1\n")


def a_witness_says(time):
    head = sequencer.checkpoint(time) or sequencer.newest()
    Cosignature.objects.create(checkpoint=head, witness=f"w at {time}", line="", time=time)


def is_erased(exhibit):
    return Subject.objects.get(id=exhibit).erased is not None and not subject_keys().exists(subjects.key_name(exhibit))


def test_a_legal_hold_beats_erasure_and_retention(identities, home, stream, now):
    kept_for_a_day(home)
    exhibit = take_in(stream, now).body["exhibit"]
    tomorrow = now + timedelta(days=1)
    a_witness_says(tomorrow)
    hold = erasure.place_hold(stream, "case 12/2026", actor=SYSTEM, now=now)
    with pytest.raises(BadEntry, match="case 12/2026"):
        erasure.erase(exhibit, "retention", actor=SYSTEM, now=now)
    erasure.retire(tomorrow)
    assert not is_erased(exhibit)
    erasure.lift_hold(stream, hold, "decided", actor=SYSTEM, now=now)
    erasure.retire(tomorrow)
    assert is_erased(exhibit)


def test_a_clock_that_jumps_ahead_erases_nothing(identities, home, stream, now):
    kept_for_a_day(home)
    exhibit = take_in(stream, now).body["exhibit"]
    in_2099, tomorrow = now.replace(year=2099), now + timedelta(days=1)
    erasure.retire(in_2099)
    assert not is_erased(exhibit), "no clock outside has said anything"
    a_witness_says(tomorrow - timedelta(seconds=1))
    erasure.retire(in_2099)
    assert not is_erased(exhibit), "a clock outside knows better"
    a_witness_says(tomorrow)
    erasure.retire(tomorrow - timedelta(seconds=1))
    assert not is_erased(exhibit), "ours has not come so far"
    erasure.retire(tomorrow)
    assert is_erased(exhibit)


def test_a_clock_that_stood_in_1970_shortens_nothing(identities, home, stream, now):
    kept_for_a_day(home)
    a_witness_says_of_nothing(now)
    exhibit = take_in(stream, now.replace(year=1970)).body["exhibit"]
    assert Subject.objects.get(id=exhibit).keep_until == now + timedelta(days=1)


def a_witness_says_of_nothing(time):
    """Before anything of ours."""
    with transaction.atomic():
        append("installation", "hold.placed", {"hold": "1", "reason": "x"}, actor=SYSTEM, now=time)
    a_witness_says(time)


def test_what_came_in_while_recipients_changed_is_sent_again(identities, stream, now):
    """Its key was sealed to those of the beginning: one of them may be the thief because of whom they changed."""
    intake = Intake(stream, About("C"), actor=SYSTEM, now=now)
    intake.write(b"clip")
    add_recipient(str(pyrage.x25519.Identity.generate().to_public()), "new", actor=SYSTEM, now=now)
    retire_recipient(str(identities[0].to_public()), "stolen", actor=SYSTEM, now=now)
    with pytest.raises(BadEntry, match="send it again"):
        intake.finish(now)
    assert not Entry.objects.filter(kind="exhibit.received").exists()


def test_what_is_erased_while_keys_are_sealed_again_stays_erased(identities, stream, now, monkeypatch):
    exhibit, other = (take_in(stream, now).body["exhibit"] for _ in range(2))
    reseal = subjects.reseal

    def meanwhile(keys, subject, *more):
        """Read before the erasure, written after it."""
        sealed = (subject_keys().path(subjects.key_name(subject))).read_bytes()
        if subject == exhibit:
            erasure.erase(exhibit, "consent withdrawn", actor=SYSTEM, now=now)
            with keys.replace(subjects.key_name(subject)) as file:
                file.write(sealed)
        else:
            reseal(keys, subject, *more)

    monkeypatch.setattr(subjects, "reseal", meanwhile)
    erasure.reseal(identities, actor=SYSTEM, now=now)
    assert is_erased(exhibit)
    assert not is_erased(other)


def test_a_crash_between_the_entry_and_the_key_is_finished_by_the_next_round(identities, stream, now, monkeypatch):
    exhibit = take_in(stream, now).body["exhibit"]
    with monkeypatch.context() as patch:
        patch.setattr(subjects, "destroy", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            erasure.erase(exhibit, "the giver withdrew", actor=SYSTEM, now=now)
    assert subject_keys().exists(subjects.key_name(exhibit))
    erasure.retire(now)
    assert not subject_keys().exists(subjects.key_name(exhibit))


def test_a_sealed_field_is_disclosed_with_its_commitment(identities, stream, now):
    entry = take_in(stream, now).entry
    line = erasure.open_field(entry["sealed"]["giver"], identities)
    assert subjects.check_line(line)[2:] == ("CANARY-giver", entry["sealed"]["giver"])


def test_one_altered_byte_in_the_store_is_named(identities, stream, now):
    exhibit = take_in(stream, now).body["exhibit"]
    path = objects().path(exhibits.object_name(exhibit))
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.chmod(0o600)
    path.write_bytes(data)
    with pytest.raises(NotIntact, match=exhibit):
        audit.audit_exhibits()


def test_resealing_opens_older_things_to_a_new_recipient_and_closes_them_to_a_retired_one(identities, stream, now):
    from inviolable.ledger import actions

    exhibit = take_in(stream, now).body["exhibit"]
    new = pyrage.x25519.Identity.generate()
    actions.add_recipient(str(new.to_public()), "new duty officer", actor=SYSTEM, now=now)
    actions.retire_recipient(str(identities[0].to_public()), "left", actor=SYSTEM, now=now)
    assert erasure.reseal([identities[1]], actor=SYSTEM, now=now) == 1
    assert Entry.objects.filter(kind="keys.resealed").count() == 1
    assert subjects.identity_of(subject_keys(), exhibit, [new])
    with pytest.raises(CannotOpen):
        subjects.identity_of(subject_keys(), exhibit, [identities[0]])


def test_the_last_two_recipients_stay(identities, now):
    from inviolable.ledger import actions

    with pytest.raises(BadEntry, match="at least two"):
        actions.retire_recipient(str(identities[0].to_public()), "left", actor=SYSTEM, now=now)
