"""What a seller is told is counted (R10); how, stands in the SQL beside this file."""

from pathlib import Path

from django.db import migrations, models

BACK = """
DROP FUNCTION notices_are_counted CASCADE;
DROP FUNCTION notices_stay_as_told CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("koogallery", "0004_user_language")]

    operations = [
        migrations.CreateModel(
            name="NoticeCount",
            fields=[
                ("seller_number", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("last", models.BigIntegerField()),
            ],
        ),
        migrations.AddField("notice", "sequence", models.BigIntegerField(editable=False, null=True)),
        migrations.AlterField(
            "notice", "subject", models.CharField(blank=True, default="", db_default="", max_length=200)
        ),
        migrations.AddField(
            "notice", "mailed_in", models.CharField(blank=True, default="", db_default="", max_length=60)
        ),
        migrations.RemoveIndex("notice", "notice_of_seller"),
        migrations.RunSQL(Path(__file__).with_suffix(".sql").read_text(), BACK),
        migrations.AddConstraint(
            "notice",
            models.UniqueConstraint(
                fields=("seller_number", "sequence"), name="a_sellers_notices_are_counted_once"
            ),
        ),
        migrations.AddConstraint(
            "notice",
            models.CheckConstraint(
                condition=models.Q(("recipient", "seller"), ("sequence__isnull", False))
                | models.Q(
                    models.Q(("recipient", "seller"), _negated=True), ("sequence__isnull", True)
                ),
                name="what_sellers_are_told_is_counted",
            ),
        ),
    ]
