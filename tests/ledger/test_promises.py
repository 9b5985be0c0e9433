"""What SECURITY.md promises, promise by promise. Promises 7, 9 and 10 are in test_recordings.py and test_rounds.py."""

import io
from datetime import timedelta
from itertools import combinations

import pyrage
import pytest
from django.db import connection, transaction

from inviolable.incidents.actions import add_note, open_incident, record_person
from inviolable.ledger import actions, audit, dossier, erasure, exhibits, opening, quorum, sequencer, subjects, verifier
from inviolable.ledger.actions import SYSTEM, subject_keys
from inviolable.ledger.dossier import Contents
from inviolable.ledger.exhibits import About
from inviolable.ledger.media import Box, MediaFailed, NoSandbox
from inviolable.ledger.models import APPEND_ONLY, Entry, Subject, Waiting
from inviolable.ledger.registry import PROJECTIONS
from inviolable.ledger.seal import CannotOpen

pytestmark = pytest.mark.django_db
SECRET = "CANARY-person-of-Quito"
POST = {"class": "consulate", "head": "career", "status": "open"}


def export(stream, to, now):
    dossier.record_export(stream, Contents(), to="the court", reason="case", actor=SYSTEM, now=now)
    dossier.write_dossier(stream, "minneapolis-2026", to, Contents(), now=now)
    return to


def forget_everything():
    """What the owner of the database can do."""
    tables = [model._meta.db_table for model in (Waiting, *reversed(APPEND_ONLY))]
    tables += ["ledger_tile", *(model._meta.db_table for one in PROJECTIONS for model in one.models)]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
        else:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f"DROP TRIGGER {name}")
        for table in tables:
            cursor.execute(f"DELETE FROM {table}")
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = DEFAULT")
        else:
            for _, sql in triggers:
                cursor.execute(sql)


def test_promise_4_whoever_rewrites_history_with_every_key_is_refused_by_an_earlier_checkpoint(
    write, stream, tmp_path, now
):
    write(5)
    earlier = export(stream, tmp_path / "earlier", now) / "checkpoint"
    forget_everything()
    write(4)
    audit.audit_structure()
    audit.audit_signatures()
    later = export(stream, tmp_path / "later", now + timedelta(days=1))
    assert verifier.verify(later).last_line == "consistent; origin not checked"
    (tmp_path / "trust").write_text(f"checkpoint {earlier}\n")
    with pytest.raises(verifier.NotVerified) as refused:
        verifier.verify(later, verifier.read_trust(tmp_path / "trust"))
    assert refused.value.step == 13


@pytest.fixture
def told(identities, home, now):
    """An incident in which a name, words, and a clip are sealed."""
    incident = open_incident(
        "minneapolis-2026",
        "Attempted entry",
        post=POST,
        occurred="2026-01-27",
        sending="EC",
        receiving="US",
        actor=SYSTEM,
        now=now,
    )
    person = record_person("minneapolis-2026", "visitor", name=SECRET, contact=SECRET, actor=SYSTEM, now=now)
    add_note("minneapolis-2026", f"{SECRET} said that", actor=SYSTEM, now=now)
    about = About("C", name=f"{SECRET}.mp4", giver=SECRET)
    clip = exhibits.receive(incident.stream, io.BytesIO(SECRET.encode() * 999), about, actor=SYSTEM, now=now)
    sequencer.checkpoint(now)
    return incident, person, clip


def everything_there_is(home) -> list[bytes]:
    """A dump of the database, and every file of the home."""
    found = [path.read_bytes() for path in home.rglob("*") if path.is_file()]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {table}")
            for row in cursor.fetchall():
                found += [bytes(one) if isinstance(one, bytes | memoryview) else str(one).encode() for one in row]
    return found


def test_promises_5_and_6_a_copy_of_database_and_store_reveals_nothing_sealed_and_no_key_that_opens_it(told, home):
    for data in everything_there_is(home):
        assert SECRET.encode() not in data
        assert b"AGE-SECRET-KEY-" not in data


def test_promise_12_losing_any_one_key_loses_nothing_and_three_of_five_shares_open_everything(
    identities, home, stream, now, tmp_path
):
    recovery = pyrage.x25519.Identity.generate()
    shares = quorum.split(str(recovery))
    actions.add_recipient(str(recovery.to_public()), "quorum", actor=SYSTEM, now=now)
    exhibit = exhibits.receive(stream, io.BytesIO(b"clip"), About("C"), actor=SYSTEM, now=now).body["exhibit"]
    for one in (*identities, recovery):
        assert subjects.identity_of(subject_keys(), exhibit, [one])
    for number, three in enumerate(combinations(shares, 3)):
        opener = pyrage.x25519.Identity.from_str(quorum.combine(three))
        to = tmp_path / f"clip-{number}"
        opening.open_exhibit(stream, exhibit, to, [opener], "drill", actor=SYSTEM, now=now)
        assert to.read_bytes() == b"clip"


def test_promise_13_an_erased_person_is_unreadable_for_every_key_while_all_proofs_hold(told, identities, now):
    incident, person, _ = told
    commitments = Entry.objects.get(kind="person.recorded").sealedvalue_set.values_list("commitment", flat=True)
    assert SECRET.encode() in erasure.open_field(commitments[0], identities)
    boxes = [bytes(one.box) for one in Entry.objects.get(kind="person.recorded").sealedvalue_set.all()]
    erasure.erase(person, "asked to be forgotten", actor=SYSTEM, now=now)
    assert not subject_keys().exists(subjects.key_name(person))
    for box in boxes:
        for identity in identities:
            with pytest.raises(pyrage.DecryptError):
                pyrage.decrypt(box, [identity])
    sequencer.checkpoint(now + timedelta(seconds=9))
    audit.audit_structure()
    audit.audit_signatures()
    with transaction.atomic(), pytest.raises(Exception, match="erased"):
        record_person(
            "minneapolis-2026", "visitor", name="again", subject=person, actor=SYSTEM, now=now + timedelta(days=1)
        )
    assert Subject.objects.get(id=person).erased
    assert incident.stream == Subject.objects.get(id=person).stream


def test_promise_14_a_hostile_file_is_taken_in_unparsed_and_its_crash_in_the_sandbox_changes_nothing(
    identities, home, stream, now
):
    hostile = b"RIFF\xff\xff\xff\xffAVI LIST" + bytes(range(256)) * 400
    exhibit = exhibits.receive(stream, io.BytesIO(hostile), About("D"), actor=SYSTEM, now=now).body["exhibit"]
    before = Entry.objects.filter(kind="exhibit.received").count()
    try:
        with pytest.raises(MediaFailed):
            opening.mask_exhibit(
                stream, exhibit, identities, "to publish", boxes=[Box(0, 0, 9, 9)], actor=SYSTEM, now=now
            )
    except NoSandbox as reason:
        pytest.skip(f"No sandbox works here: {reason}")
    assert Entry.objects.filter(kind="exhibit.received").count() == before
    assert audit.audit_exhibits() == 1


def test_a_stranger_opens_nothing(told, now, tmp_path):
    incident, _, clip = told
    with pytest.raises(CannotOpen):
        opening.open_exhibit(
            incident.stream,
            clip.body["exhibit"],
            tmp_path / "x",
            [pyrage.x25519.Identity.generate()],
            "curious",
            actor=SYSTEM,
            now=now,
        )
