"""Tokens get a public number, networks, a successor; when each was last used stands beside it."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

NUMBERS = "CREATE SEQUENCE number_of_token"
NO_NUMBERS = "DROP SEQUENCE number_of_token"
NUMBER_THOSE_THERE_ARE = """
UPDATE koogallery_accesstoken t
SET number = 'TK' || lpad(n.place::text, 6, '0')
FROM (SELECT digest, nextval('number_of_token') AS place
      FROM (SELECT digest FROM koogallery_accesstoken ORDER BY created) AS oldest_first) n
WHERE n.digest = t.digest
"""


class Migration(migrations.Migration):

    dependencies = [
        ("koogallery", "0007_operator_roles"),
    ]

    operations = [
        migrations.RunSQL(NUMBERS, NO_NUMBERS),
        migrations.AlterModelOptions(
            name="accesstoken",
            options={"verbose_name": "token"},
        ),
        migrations.AddField(
            model_name="accesstoken",
            name="number",
            field=models.CharField(max_length=60, null=True),
        ),
        migrations.RunSQL(NUMBER_THOSE_THERE_ARE, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="accesstoken",
            name="number",
            field=models.CharField(max_length=60, unique=True),
        ),
        migrations.AddField(
            model_name="accesstoken",
            name="allowed_networks",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=43), blank=True, default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="accesstoken",
            name="revoked_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="accesstoken",
            name="replaced_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="replaces",
                to="koogallery.accesstoken",
            ),
        ),
        migrations.AddField(
            model_name="accesstoken",
            name="modified_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
        ),
        migrations.AddConstraint(
            model_name="accesstoken",
            constraint=models.UniqueConstraint(
                fields=("replaced_by",), name="a_token_succeeds_one_other"
            ),
        ),
        migrations.AddConstraint(
            model_name="accesstoken",
            constraint=models.CheckConstraint(
                condition=models.Q(("replaced_by", None), ("expiry__isnull", False), _connector="OR"),
                name="a_rotated_token_expires",
            ),
        ),
        migrations.CreateModel(
            name="TokenUse",
            fields=[
                (
                    "token",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="last_use",
                        serialize=False,
                        to="koogallery.accesstoken",
                    ),
                ),
                ("at", models.DateTimeField()),
                ("address", models.GenericIPAddressField(null=True)),
            ],
        ),
    ]
