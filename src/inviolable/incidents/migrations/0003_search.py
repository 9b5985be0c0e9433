"""What finds incidents by words, with the database's own index, for the entries that there are already, too.

SQLite keeps the index (FTS5) in step by triggers; whoever makes the table anew in a later migration makes these anew.
"""

import json
from typing import Any

import django.db.models.deletion
from django.db import migrations, models

SQLITE = (
    """CREATE VIRTUAL TABLE incidents_index USING fts5(words, content='incidents_searchable', content_rowid='number',
    tokenize='unicode61', prefix='2 3')""",
    """CREATE TRIGGER incidents_searchable_added AFTER INSERT ON incidents_searchable BEGIN
    INSERT INTO incidents_index (rowid, words) VALUES (new.number, new.words); END""",
    """CREATE TRIGGER incidents_searchable_gone AFTER DELETE ON incidents_searchable BEGIN
    INSERT INTO incidents_index (incidents_index, rowid, words) VALUES ('delete', old.number, old.words); END""",
)
POSTGRESQL = ("CREATE INDEX incidents_index ON incidents_searchable USING gin (to_tsvector('simple', words))",)


def make_index(_apps: Any, schema_editor: Any) -> None:
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement, params=None)


def drop_index(_apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX incidents_index", params=None)
    else:
        for name in (
            "TRIGGER incidents_searchable_added",
            "TRIGGER incidents_searchable_gone",
            "TABLE incidents_index",
        ):
            schema_editor.execute(f"DROP {name}", params=None)


def fill(apps: Any, _schema_editor: Any) -> None:
    from inviolable.incidents.searching import words_of

    incidents = dict(apps.get_model("incidents", "Incident").objects.values_list("stream", "id"))
    searchable = apps.get_model("incidents", "Searchable")
    entries = apps.get_model("ledger", "Entry").objects.filter(stream__startswith="incident/").order_by("id")
    made = []
    for number, stream, seq, line in entries.values_list("id", "stream", "seq", "line").iterator(2_000):
        words = words_of(json.loads(bytes(line))) if stream in incidents else ""
        if words:
            made.append(searchable(number=number, incident_id=incidents[stream], seq=seq, words=words))
        if len(made) == 2_000:
            searchable.objects.bulk_create(made)
            made = []
    searchable.objects.bulk_create(made)


class Migration(migrations.Migration):
    dependencies = [("incidents", "0002_words"), ("ledger", "0005_recordings")]

    operations = [
        migrations.CreateModel(
            name="Searchable",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField()),
                ("words", models.TextField()),
                ("incident", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="incidents.incident")),
            ],
        ),
        migrations.RunPython(make_index, drop_index),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
