"""The database itself refuses to change what was recorded. Its owner can take triggers away; witnesses would notice."""

from typing import Any

from django.db import migrations

TABLES = ("entry", "place", "checkpoint", "cosignature", "stamp", "sealedvalue")

SQLITE = """
CREATE TRIGGER ledger_{table}_no_{verb} BEFORE {VERB} ON ledger_{table}
BEGIN SELECT RAISE(ABORT, 'ledger_{table} is append-only: a correction is a new entry'); END
"""
POSTGRESQL_FUNCTION = """
CREATE FUNCTION ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is append-only: a correction is a new entry', TG_TABLE_NAME; END $$
"""
POSTGRESQL = """
CREATE TRIGGER ledger_{table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_{table}
FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only()
"""


def refuse_changes(_apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL_FUNCTION, params=None)
        for table in TABLES:
            schema_editor.execute(POSTGRESQL.format(table=table))
        return
    for table in TABLES:
        for verb in ("update", "delete"):
            schema_editor.execute(SQLITE.format(table=table, verb=verb, VERB=verb.upper()))


def allow_changes(_apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for table in TABLES:
            schema_editor.execute(f"DROP TRIGGER ledger_{table}_append_only ON ledger_{table}")
        schema_editor.execute("DROP FUNCTION ledger_append_only()")
        return
    for table in TABLES:
        for verb in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER ledger_{table}_no_{verb}")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunPython(refuse_changes, allow_changes)]
