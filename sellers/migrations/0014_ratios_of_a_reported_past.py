"""A fee ratio changed while a product's past is still being reported (R2.6)."""

from pathlib import Path

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sellers", "0013_folded_names")]
    operations = [
        migrations.AddField("feeratio", "past_from", models.DateTimeField(null=True, blank=True)),
        migrations.RunSQL(Path(__file__).with_suffix(".sql").read_text(), migrations.RunSQL.noop),
    ]
