"""Operators get roles; whoever was one until now could do everything, and still can."""

from typing import Any

import django.contrib.postgres.fields
from django.db import migrations, models

ROLES = [
    ("viewer", "Viewer"),
    ("refund_officer", "Refund officer"),
    ("settlement_officer", "Settlement officer"),
    ("seller_manager", "Seller manager"),
    ("trading_system", "Trading system"),
    ("auditor", "Auditor"),
]


def give_every_role(apps: Any, schema_editor: Any) -> None:
    users = apps.get_model("koogallery", "User").objects.using(schema_editor.connection.alias)
    users.filter(is_staff=True).update(operator_roles=[role for role, _ in ROLES])


class Migration(migrations.Migration):
    dependencies = [("koogallery", "0006_attachments")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="operator_roles",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(choices=ROLES, max_length=30),
                blank=True,
                default=list,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="accesstoken",
            name="roles",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(choices=ROLES, max_length=30),
                blank=True,
                default=list,
                size=None,
            ),
        ),
        migrations.RunPython(give_every_role, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("operator_roles__contained_by", [role for role, _ in ROLES])
                ),
                name="operator_roles_are_known",
            ),
        ),
    ]
