"""What is recorded has its place in a stream, is signed, and stays."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, connections, transaction

from inviolable.ledger import actions, canonical, keys, sequencer, tree
from inviolable.ledger.models import APPEND_ONLY, Cosignature, Entry, Key, SealedValue, Stamp
from inviolable.ledger.moments import Happened
from inviolable.ledger.registry import BadEntry, Kind, declare

pytestmark = pytest.mark.django_db


def test_each_entry_continues_its_stream(write, stream):
    entries = [one.entry for one in write(3)]
    rows = list(Entry.objects.filter(stream=stream).order_by("seq"))
    assert [entry["seq"] for entry in entries] == [0, 1, 2]
    assert "prev" not in entries[0]
    for earlier, later in zip(rows, entries[1:], strict=False):
        assert later["prev"] == tree.leaf_hash(bytes(earlier.line)).hex()


def test_the_first_entry_of_all_enrols_the_key_that_signs(write, stream):
    write()
    first = Entry.objects.order_by("id").first()
    assert (first.stream, first.kind) == ("installation", "key.enrolled")
    key = Key.objects.get(key=first.key, role="log")
    for row in Entry.objects.all():
        assert keys.verifies(bytes(key.public), bytes(row.signature), bytes(row.line))


def test_an_entry_says_both_clocks_and_who(db, home, stream, now):
    told = Happened(now - timedelta(minutes=30), now - timedelta(minutes=29), "America/Chicago", "about half past ten")
    with transaction.atomic():
        done = actions.append(
            stream,
            "hold.placed",
            {"hold": "1", "reason": "x"},
            actor={"role": "legal", "id": "user-2"},
            now=now,
            happened=told,
        )
    entry = canonical.decode(done.line)
    assert entry["recorded"] == "2026-01-27T17:00:00.000Z"
    assert entry["happened"] == {
        "from": "2026-01-27T16:30:00.000Z",
        "to": "2026-01-27T16:31:00.000Z",
        "zone": "America/Chicago",
        "said": "about half past ten",
    }
    assert entry["actor"] == {"role": "legal", "id": "user-2"}


@pytest.mark.parametrize("model", APPEND_ONLY)
@pytest.mark.parametrize("order", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
def test_the_database_refuses_to_change_what_was_recorded(write, identities, stream, now, model, order):
    write()
    person = actions.make_person(stream, actor=actions.SYSTEM, now=now)
    with transaction.atomic():
        actions.append(
            stream,
            "exhibit.received",
            {"exhibit": person, "bytes": 0, "sha256": "0" * 64, "sealed_bytes": 0, "sealed_sha256": "0" * 64}
            | {"grade": "C", "copy": "evidentiary", "consent": "given"},
            actor=actions.SYSTEM,
            now=now,
            sealed={"giver": (person, "somebody")},
        )
    head = sequencer.checkpoint(now)
    Stamp.objects.create(
        checkpoint=head, authority="one", response=b"x", sha256="0" * 64, earliest=now, latest=now, taken=now
    )
    Cosignature.objects.create(checkpoint=head, witness="another", line="x", time=now)
    table, column = model._meta.db_table, connection.ops.quote_name(model._meta.pk.column)
    assert model.objects.exists()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(order.format(table, column, column))


@pytest.mark.parametrize(
    ("kind", "body", "words"),
    [
        ("never.declared", {}, "no such kind"),
        ("hold.placed", {"hold": "1"}, "reason is missing"),
        ("hold.placed", {"hold": "1", "reason": ""}, "reason is ''"),
        ("hold.placed", {"hold": "1", "reason": "x", "more": "y"}, "has no field more"),
        ("key.revoked", {"key": "k", "from": "yesterday", "reason": "x"}, "from is 'yesterday'"),
    ],
)
def test_what_a_kind_does_not_allow_is_refused_in_words(db, home, stream, now, kind, body, words):
    with transaction.atomic(), pytest.raises(BadEntry, match=words):
        actions.append(stream, kind, body, actor=actions.SYSTEM, now=now)
    assert not Entry.objects.filter(stream=stream).exists()


def test_a_field_that_its_kind_does_not_seal_is_refused(identities, stream, now):
    body, sealed = {"hold": "1", "reason": "x"}, {"name": ("x", "y")}
    with transaction.atomic(), pytest.raises(BadEntry, match="not a field that it seals"):
        actions.append(stream, "hold.placed", body, actor=actions.SYSTEM, now=now, sealed=sealed)


def test_what_is_rolled_back_was_never_recorded(write, stream):
    write(2)
    with transaction.atomic():
        write(1)
        transaction.set_rollback(True)
    assert Entry.objects.filter(stream=stream).count() == 2
    assert write(1)[0].entry["seq"] == 2


def test_a_sealed_field_is_in_no_table_in_plain(identities, stream, now):
    person = actions.make_person(stream, actor=actions.SYSTEM, now=now)
    with transaction.atomic():
        declare_once()
        actions.append(
            stream,
            "test.said",
            {"about": "x"},
            actor=actions.SYSTEM,
            now=now,
            sealed={"words": (person, "CANARY")},
        )
    assert SealedValue.objects.filter(subject=person).count() == 1
    for model in (Entry, SealedValue):
        for row in model.objects.values_list():
            assert not any(b"CANARY" in bytes(value) for value in row if isinstance(value, bytes | memoryview))


def declare_once():
    with suppress(ValueError):
        declare(Kind("test.said", {"about": str.isalpha}, sealed=frozenset({"words"})))


def test_outside_a_transaction_nothing_is_recorded(home, stream, now, monkeypatch):
    monkeypatch.setattr(connections["default"], "in_atomic_block", False)
    with pytest.raises(RuntimeError, match="transaction"):
        actions.append(stream, "hold.placed", {"hold": "1", "reason": "x"}, actor=actions.SYSTEM, now=now)


def test_a_new_key_signs_after_a_rotation_and_the_old_one_named_it(write, stream, now):
    write()
    old = Entry.objects.get(stream=stream, seq=0).key
    new = actions.rotate_key("yearly", actor=actions.SYSTEM, now=now + timedelta(days=1))
    write()
    named = Entry.objects.filter(kind="key.enrolled").order_by("id").last()
    assert (named.key, canonical.decode(bytes(named.line))["body"]["key"]) == (old, new)
    assert Entry.objects.get(stream=stream, seq=1).key == new != old
    assert Key.objects.get(key=old).revoked == now + timedelta(days=1)
    assert not Key.objects.get(key=new).revoked
