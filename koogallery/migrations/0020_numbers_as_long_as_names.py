"""An act or a request on a person is found by their whole name."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("koogallery", "0001_squashed_0019_platform_events")]
    operations = [
        migrations.AlterField(model, "object_number", models.CharField(max_length=150))
        for model in ("act", "approvalrequest")
    ]
