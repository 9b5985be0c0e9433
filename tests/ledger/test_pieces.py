"""Where there are very many entries, several processes audit them: the same verdict, in the same order."""

import pytest
from tests.installation import installations

RECORD = """
from datetime import UTC, datetime
from django.db import transaction
from inviolable.ledger import sequencer
from inviolable.ledger.actions import SYSTEM, append
now = datetime.now(UTC)
for number in range(60):
    with transaction.atomic():
        body = {"hold": f"h{number}", "reason": "court"}
        append(f"incident/{'abc'[number % 3]}", "hold.placed", body, actor=SYSTEM, now=now)
    if number % 25 == 24:
        sequencer.checkpoint(now)
sequencer.checkpoint(now)
"""
AUDIT = """
from inviolable.ledger import audit, pieces
def found():
    try:
        return audit.audit_structure(), audit.audit_signatures()
    except audit.NotIntact as fault:
        return str(fault)
alone = found()
pieces.ALONE, pieces.PIECE = 0, 7
print(alone, found(), sep="\\n")
"""
SPOIL = """
from django.db import connection
from inviolable.ledger.models import Entry
ids = list(Entry.objects.order_by("id").values_list("id", flat=True))
with connection.cursor() as cursor:
    if connection.vendor == "postgresql":
        cursor.execute("SET session_replication_role = replica")
    else:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for name, in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {name}")
    for place in (50, 31):
        cursor.execute("UPDATE ledger_entry SET seq = seq + 1000 WHERE id = %s", [ids[place]])
"""


@pytest.fixture
def home(tmp_path):
    with installations(tmp_path) as make:
        made = make("home")
        made.python(RECORD)
        yield made


@pytest.mark.long
@pytest.mark.django_db
def test_many_processes_find_what_one_does(home):
    alone, together = home.python(AUDIT).splitlines()
    assert alone == together
    assert alone.startswith("((6")


@pytest.mark.django_db
def test_the_first_fault_is_named_whichever_process_found_it(home):
    home.python(SPOIL)
    alone, together = home.python(AUDIT).splitlines()
    assert alone == together
    assert "1: entry 31 does not continue incident/" in alone
