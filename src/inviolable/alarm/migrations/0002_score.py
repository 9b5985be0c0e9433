from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("alarm", "0001_initial")]

    operations = [migrations.AddField(model_name="alarm", name="score", field=models.JSONField(null=True))]
