"""An exhibit that its giver sealed: looked at no further than its first line, whole or not at all, and never a risk."""

from hashlib import sha256
from uuid import uuid4

import pyrage
import pytest
from tests.ledger.test_reserve import on_a_small_disk

from inviolable.ledger.actions import objects
from inviolable.ledger.deposit import BEGINNING, Damaged, Deposit, NotSealed, TooLarge
from inviolable.ledger.exhibits import object_name
from inviolable.ledger.store import NameTaken

SEALED = pyrage.encrypt(b"a clip", [pyrage.x25519.Identity.generate().to_public()])
SAID = (6, sha256(b"a clip").hexdigest())


def deposit(most: int = 10_000) -> Deposit:
    return Deposit(str(uuid4()), most=most)


def test_every_age_file_begins_as_it_must():
    assert SEALED.startswith(BEGINNING)


@pytest.mark.parametrize("size", [1, 5, 22, 23, 1_000])
def test_in_pieces_of_any_size_it_is_what_was_sent(home, size):
    exhibit = str(uuid4())
    coming = Deposit(exhibit, most=len(SEALED))
    for start in range(0, len(SEALED), size):
        coming.write(SEALED[start : start + size])
    done = coming.finish(*SAID, sha256(SEALED).hexdigest())
    assert (done.bytes, done.sealed_bytes, done.sealed_sha256) == (6, len(SEALED), sha256(SEALED).hexdigest())
    assert objects().path(object_name(exhibit)).read_bytes() == SEALED
    with pytest.raises(NameTaken):
        Deposit(exhibit, most=1)


@pytest.mark.parametrize("pieces", [[b"\x00\x00\x00\x18ftyp"], [b"a", b"g", b"e", b"!"], [b"age-encryption.org/v2\n"]])
def test_what_is_no_age_file_is_refused_at_its_first_wrong_byte(home, pieces):
    coming = deposit()
    for piece in pieces[:-1]:
        coming.write(piece)
    with pytest.raises(NotSealed):
        coming.write(pieces[-1])
    coming.abort()
    assert not list(home.rglob("*.age"))


@pytest.mark.parametrize(
    ("sent", "hashed", "fault"),
    [(b"", b"", NotSealed), (SEALED[:10], SEALED[:10], NotSealed), (SEALED[:-1], SEALED, Damaged)],
)
def test_what_is_not_whole_is_not_kept(home, sent, hashed, fault):
    coming = deposit()
    coming.write(sent)
    with pytest.raises(fault):
        coming.finish(*SAID, sha256(hashed).hexdigest())
    assert not list(objects().list())


def test_more_than_may_come_is_refused_when_it_comes(home):
    coming = deposit(most=100)
    coming.write(SEALED[:100])
    with pytest.raises(TooLarge, match="More than 100 bytes"):
        coming.write(SEALED[100:101])
    coming.abort()
    assert not list(objects().list())


UNTIL_FULL = """
import json, os
from pathlib import Path
from uuid import uuid4
from inviolable.cli.words import open_home
open_home()
from datetime import UTC, datetime
from django.db import transaction
from inviolable.ledger import reserve
from inviolable.ledger.actions import SYSTEM, append, objects
from inviolable.ledger.deposit import BEGINNING, Deposit
from inviolable.ledger.store import StoreError
home = Path(os.environ["INVIOLABLE_HOME"])
assert reserve.keep(home, 2 << 20)
free = reserve.free(home)
coming = Deposit(str(uuid4()), most=10**9)
try:
    coming.write(BEGINNING)
    for _ in range(1_000):
        coming.write(os.urandom(100_000))
except StoreError as fault:
    coming.abort()
    print(json.dumps([type(fault).__name__, list(objects().list()), reserve.kept(home), free - reserve.free(home)]))
with transaction.atomic():
    append("incident/x", "hold.placed", {"hold": "1", "reason": "court"}, actor=SYSTEM, now=datetime.now(UTC))
"""


def test_on_a_disk_that_fills_up_it_is_refused_gives_its_room_back_and_entries_go_on(tmp_path):
    (tmp_path / "home").mkdir()
    [[fault, left, kept, lost]] = on_a_small_disk(tmp_path / "home", UNTIL_FULL)
    assert (fault, left, kept) == ("NearlyFull", [], 2 << 20)
    assert lost < 50_000
