"""An approval keeps the standards it was given by (R4.3)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("settlement", "0029_packages_settle")]
    operations = [
        migrations.AddField(
            "refundapproval",
            "checks",
            models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
        ),
    ]
