"""Entries get their place in the tree; checkpoints are signed over it; `verify` names the first thing that is wrong."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection

from inviolable.ledger import audit, keys, note, sequencer, tree
from inviolable.ledger.audit import NotIntact
from inviolable.ledger.models import Entry, Place, Tile, Waiting
from inviolable.ledger.rebuild import rebuild
from inviolable.ledger.registry import PROJECTIONS

pytestmark = pytest.mark.django_db


def test_every_entry_gets_one_place_in_the_order_of_rows(write):
    write(5)
    write(3, to="post/minneapolis")
    assert sequencer.sequence() == Entry.objects.count() == 9
    assert sequencer.sequence() == 0
    assert not Waiting.objects.exists()
    assert list(Place.objects.order_by("index").values_list("entry_id", flat=True)) == list(
        Entry.objects.order_by("id").values_list("id", flat=True)
    )


@pytest.mark.parametrize("counts", [(1,), (255,), (256,), (300, 1), (10, 246, 257)])
def test_the_root_is_that_of_all_leaves_however_they_came(write, counts, now):
    for count in counts:
        write(count)
        sequencer.sequence()
    frontier = tree.Frontier()
    for row in Entry.objects.order_by("id"):
        frontier.append(tree.leaf_hash(bytes(row.line)))
    head = sequencer.checkpoint(now)
    assert (head.size, bytes(head.root)) == (frontier.size, frontier.root())


def test_a_checkpoint_is_a_signed_note_of_this_log(write, now, home):
    write(4)
    head = sequencer.checkpoint(now)
    signed = note.parse_note(head.note)
    assert len(head.note.splitlines()) == 5
    assert note.Checkpoint.parse(signed.body) == note.Checkpoint(sequencer.origin(), 5, bytes(head.root))
    signer = note.Signer(sequencer.origin(), keys.signing_key(home / "keys" / "log.pem").private)
    assert note.verify_note(signed, [signer.verifier()])
    assert sequencer.checkpoint(now) is None, "nothing new, no new checkpoint"


def test_any_entry_is_proven_under_any_later_checkpoint_and_each_continues_the_last(write, now):
    heads = []
    for count in (3, 7, 120):
        write(count)
        heads.append(sequencer.checkpoint(now))
    read = sequencer.reader()
    for head in heads:
        for place in Place.objects.filter(index__lt=head.size).select_related("entry"):
            proof = tree.inclusion(read, place.index, head.size)
            tree.verify_inclusion(bytes(place.entry.leaf), place.index, head.size, proof, bytes(head.root))
    for old, new in pairwise(heads):
        proof = tree.consistency(read, old.size, new.size)
        tree.verify_consistency(old.size, bytes(old.root), new.size, bytes(new.root), proof)


def test_an_intact_record_is_verified(write, now):
    write(30)
    sequencer.checkpoint(now)
    write(2)
    assert audit.audit_structure() == (31, 1)
    sequencer.checkpoint(now + timedelta(seconds=5))
    assert audit.audit_structure() == (33, 2)
    assert audit.audit_signatures() == 33


def without_triggers(order: str, *values: object) -> None:
    """Do what the owner of a database can do."""
    for place, where in PLACES.items():
        order = order.replace(place, where)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(order, values)
            cursor.execute("SET session_replication_role = DEFAULT")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f"DROP TRIGGER {name}")
        cursor.execute(order, values)
        for _, sql in triggers:
            cursor.execute(sql)


PLACES = {"LAST": "(SELECT MAX(id) FROM ledger_entry)", "MIDDLE": "(SELECT MAX(id) - 3 FROM ledger_entry)"}
OTHER = "(SELECT {} FROM ledger_entry WHERE id = LAST) WHERE id = MIDDLE"


@pytest.mark.parametrize(
    ("order", "step", "words"),
    [
        ("UPDATE ledger_entry SET line = " + OTHER.format("line"), 1, "altered"),
        ("UPDATE ledger_entry SET seq = seq + 100 WHERE id = LAST", 1, "does not continue"),
        ("DELETE FROM ledger_place WHERE entry_id = MIDDLE", 1, "missing from the tree"),
        ("DELETE FROM ledger_place WHERE entry_id = LAST", 2, "more than there are"),
        ("UPDATE ledger_checkpoint SET size = size - 1", 2, "another root"),
        ("UPDATE ledger_checkpoint SET note = replace(note, '10', '11')", 3, "checkpoint over"),
        ("UPDATE ledger_entry SET signature = " + OTHER.format("signature"), 4, "signature of entry"),
        ("UPDATE ledger_entry SET key = '0123456789abcdef' WHERE id = MIDDLE", 4, "no key of this log"),
    ],
)
def test_whatever_the_owner_of_the_database_changes_is_named(write, now, order, step, words):
    write(9)
    sequencer.checkpoint(now)
    without_triggers(order)
    audits = audit.audit_signatures if step == 4 else audit.audit_structure
    with pytest.raises(NotIntact, match=words) as found:
        audits()
    assert found.value.step == step


def test_two_entries_that_change_places_are_noticed(write, now):
    write(9)
    sequencer.checkpoint(now)
    rows = list(Entry.objects.order_by("-id")[:2])
    for index, row in zip((rows[1].place.index, rows[0].place.index), rows, strict=True):
        without_triggers('UPDATE ledger_place SET "index" = %s WHERE entry_id = %s', index + 1000, row.id)
    without_triggers('UPDATE ledger_place SET "index" = "index" - 1000 WHERE "index" >= 1000')
    with pytest.raises(NotIntact, match="does not continue"):
        audit.audit_structure()


def test_rebuild_derives_every_table_again_and_nothing_differs(write, identities, now):
    write(300)
    sequencer.checkpoint(now)
    before = everything()
    assert rebuild() == Entry.objects.count()
    assert everything() == before


def everything() -> dict[str, list[str]]:
    """Every row of every derived table, without the numbers that a database gives its rows."""
    models = [Tile, *(model for projection in PROJECTIONS for model in projection.models)]
    return {model.__name__: sorted(map(row_in_words, model.objects.all())) for model in models}


def row_in_words(row) -> str:
    fields = [field for field in row._meta.concrete_fields if field is not row._meta.auto_field]
    values = (getattr(row, field.attname) for field in fields)
    return str([bytes(value) if isinstance(value, memoryview) else value for value in values])
