import json
from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def derive_segments(apps: Any, _schema_editor: Any) -> None:
    """Those that were recorded before there was this table."""
    entries = apps.get_model("ledger", "Entry").objects.filter(kind="segment.received").order_by("id")
    segments = apps.get_model("ledger", "Segment").objects
    for number, line in entries.values_list("id", "line").iterator():
        body = json.loads(bytes(line))["body"]
        segments.create(recording=body["recording"], number=body["number"], entry_id=number)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_silence")]

    operations = [
        migrations.CreateModel(
            name="Segment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("recording", models.UUIDField()),
                ("number", models.BigIntegerField()),
                (
                    "entry",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="ledger.entry"),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("recording", "number"), name="one_segment_per_number")],
            },
        ),
        migrations.RunPython(derive_segments, migrations.RunPython.noop),
    ]
