from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("posts", "0005_telephone"),
    ]

    operations = [
        migrations.AddField(
            model_name="post",
            name="coordinates",
            field=models.CharField(blank=True, max_length=30),
        ),
    ]
