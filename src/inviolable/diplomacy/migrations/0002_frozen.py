"""The database itself refuses to change a version of a note, or a document as it went out."""

from typing import Any

from django.db import migrations

TABLES = ("version", "paper")

SQLITE = """
CREATE TRIGGER diplomacy_{table}_no_{verb} BEFORE {VERB} ON diplomacy_{table}
BEGIN SELECT RAISE(ABORT, 'diplomacy_{table} is append-only: a change is another version'); END
"""
POSTGRESQL_FUNCTION = """
CREATE FUNCTION diplomacy_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is append-only: a change is another version', TG_TABLE_NAME; END $$
"""
POSTGRESQL = """
CREATE TRIGGER diplomacy_{table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON diplomacy_{table}
FOR EACH STATEMENT EXECUTE FUNCTION diplomacy_append_only()
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
            schema_editor.execute(f"DROP TRIGGER diplomacy_{table}_append_only ON diplomacy_{table}")
        schema_editor.execute("DROP FUNCTION diplomacy_append_only()")
        return
    for table in TABLES:
        for verb in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER diplomacy_{table}_no_{verb}")


class Migration(migrations.Migration):
    dependencies = [("diplomacy", "0001_notes")]
    operations = [migrations.RunPython(refuse_changes, allow_changes)]
