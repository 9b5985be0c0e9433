"""Each word with the incidents that it stands in, instead of each entry with its words: the same on both databases.

An incident has the number of the entry that opened it, which is short and says their order, and the leaf of its newest
entry that the law asks for, so that a list of them asks for no entry.
"""

import json
from collections import Counter
from importlib import import_module
from typing import Any

import django.db.models.deletion
from django.db import migrations, models

LEGAL_KINDS = ("incident.opened", "part.added", "fact.confirmed", "fact.withdrawn")
before = import_module("inviolable.incidents.migrations.0003_search")


def as_before(apps: Any, schema_editor: Any) -> None:
    before.make_index(apps, schema_editor)
    before.fill(apps, schema_editor)


def number(apps: Any, _schema_editor: Any) -> None:
    incident = apps.get_model("incidents", "Incident").objects
    entry = apps.get_model("ledger", "Entry").objects
    for stream in incident.values_list("stream", flat=True):
        ours = entry.filter(stream=stream, kind__in=LEGAL_KINDS)
        legal = entry.get(id=ours.aggregate(last=models.Max("id"))["last"]).leaf
        incident.filter(stream=stream).update(number=ours.get(kind="incident.opened").id, legal=legal)


def compare_letters(_apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute('ALTER TABLE incidents_searchable ALTER COLUMN word TYPE text COLLATE "C"', params=None)


def fill(apps: Any, _schema_editor: Any) -> None:
    from inviolable.incidents.searching import SHOWN_OF_EACH, words_of

    searchable, entry = apps.get_model("incidents", "Searchable"), apps.get_model("ledger", "Entry")
    for incident, stream in apps.get_model("incidents", "Incident").objects.values_list("number", "stream"):
        times, rows = Counter[str](), []
        lines = entry.objects.filter(stream=stream).order_by("seq").values_list("id", "line")
        for number, line in lines.iterator(2_000):
            for word in words_of(json.loads(bytes(line))).split():
                times[word] += 1
                if times[word] <= SHOWN_OF_EACH:
                    rows.append(searchable(word=word, incident_id=incident, number=number))
        searchable.objects.bulk_create(rows, batch_size=2_000)


class Migration(migrations.Migration):
    dependencies = [("incidents", "0004_found_faster")]

    operations = [
        migrations.RunPython(before.drop_index, as_before),
        migrations.DeleteModel("Searchable"),
        migrations.AddField("incident", "number", models.BigIntegerField(null=True)),
        migrations.AddField("incident", "legal", models.BinaryField(null=True)),
        migrations.RunPython(number, migrations.RunPython.noop),
        migrations.AlterField("incident", "number", models.BigIntegerField(unique=True)),
        migrations.AlterField("incident", "legal", models.BinaryField()),
        migrations.CreateModel(
            name="Searchable",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "word", "incident", "number", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("word", models.TextField()),
                ("number", models.BigIntegerField()),
                (
                    "incident",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="incidents.incident",
                        to_field="number",
                    ),
                ),
            ],
        ),
        migrations.RunPython(compare_letters, migrations.RunPython.noop),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
