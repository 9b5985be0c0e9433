from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("alarm", "0002_telephone_and_silence")]

    operations = [migrations.AddField(model_name="alarm", name="score", field=models.JSONField(null=True))]
