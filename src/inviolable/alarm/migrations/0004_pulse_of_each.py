"""A post is heard from by several: each device, each program. What was heard before has no source, until it is again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("alarm", "0003_score"),
    ]

    operations = [
        migrations.RenameModel("Pulse", "PulseOfPost"),
        migrations.CreateModel(
            name="Pulse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("post", models.CharField(max_length=40)),
                ("source", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
                ("missed", models.BooleanField(default=False)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("post", "source"), name="one_pulse_per_source")],
            },
        ),
        migrations.RunSQL(
            "INSERT INTO alarm_pulse (post, source, at, until, missed)"
            " SELECT post, '', at, until, missed FROM alarm_pulseofpost",
            migrations.RunSQL.noop,
        ),
        migrations.DeleteModel("PulseOfPost"),
    ]
