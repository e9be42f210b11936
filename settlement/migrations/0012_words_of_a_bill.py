"""A bill keeps the names, addresses and tax numbers of its issue (R3.2); the SQL stands beside."""

from pathlib import Path
from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

BACK = """
DROP TRIGGER of_its_seller ON settlement_billproduct;
DROP FUNCTION a_bill_names_products_of_its_seller;
"""


def words_of_today(apps: Any, schema_editor: Any) -> None:
    """Bills issued before are given the words of today, the only ones that are known."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE settlement_bill DISABLE TRIGGER frozen;"
            "ALTER TABLE settlement_billline DISABLE TRIGGER insert_only"
        )
        cursor.execute(
            """
            UPDATE settlement_bill b
            SET seller_name = s.company_name, seller_country = s.country, issuer_name = %s,
                issuer_address = %s, issuer_tax_number = %s,
                seller_address = coalesce(ce.address, ''),
                seller_tax_number = coalesce(ce.vat_number, '')
            FROM sellers_seller s
            LEFT JOIN LATERAL (SELECT address, vat_number FROM sellers_certification
                               WHERE seller_id = s.id AND state = 'certified'
                               ORDER BY id DESC LIMIT 1) ce ON true
            WHERE s.id = b.seller_id
            """,
            [
                settings.INVOICE_BILL_TO,
                settings.INVOICE_BILL_TO_ADDRESS,
                settings.INVOICE_BILL_TO_TAX_NUMBER,
            ],
        )
        cursor.execute(
            """
            INSERT INTO settlement_billproduct (bill_id, product_id, number, name)
            SELECT DISTINCT l.bill_id, p.id, p.number, p.name
            FROM settlement_billline l
            JOIN sellers_order o ON o.id = l.order_id
            JOIN sellers_product p ON p.id = o.product_id
            """
        )
        cursor.execute(
            """
            UPDATE settlement_billline l SET product_id = p.id
            FROM sellers_order o, settlement_billproduct p
            WHERE o.id = l.order_id AND p.bill_id = l.bill_id AND p.product_id = o.product_id
            """
        )
        cursor.execute(
            "SET CONSTRAINTS ALL IMMEDIATE;"
            "ALTER TABLE settlement_bill ENABLE TRIGGER frozen;"
            "ALTER TABLE settlement_billline ENABLE TRIGGER insert_only"
        )


def text(length: int, **options: Any) -> "models.CharField[Any, Any]":
    return models.CharField(max_length=length, **options)


def new(length: int) -> dict[str, Any]:
    return {"field": text(length, default=""), "preserve_default": False}


class Migration(migrations.Migration):
    dependencies = [("sellers", "0010_keys_in_use"), ("settlement", "0011_attempts")]
    operations = [
        migrations.AddField("bill", "seller_name", **new(200)),
        migrations.AddField("bill", "seller_country", **new(2)),
        migrations.AddField("bill", "seller_address", text(300, blank=True, default=""), False),
        migrations.AddField("bill", "seller_tax_number", text(40, blank=True, default=""), False),
        migrations.AddField("bill", "issuer_name", **new(300)),
        migrations.AddField("bill", "issuer_address", text(300, blank=True, default=""), False),
        migrations.AddField("bill", "issuer_tax_number", text(40, blank=True, default=""), False),
        migrations.CreateModel(
            name="BillProduct",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", text(60)),
                ("name", text(200)),
                ("bill", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="products", to="settlement.bill")),
                ("product", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sellers.product")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("bill", "product"), name="a_bill_names_a_product_once")],
            },
        ),
        migrations.AddField(
            "billline",
            "product",
            models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="settlement.billproduct"),
        ),
        migrations.RunPython(words_of_today, migrations.RunPython.noop),
        migrations.AddConstraint(
            "bill",
            models.CheckConstraint(
                condition=models.Q(models.Q(("seller_name", ""), _negated=True), models.Q(("issuer_name", ""), _negated=True)),
                name="a_bill_names_both_parties",
            ),
        ),
        migrations.RemoveConstraint("billline", "a_line_names_its_transaction"),
        migrations.AddConstraint(
            "billline",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("adjustment__isnull", True), ("kind", "order"), ("order__isnull", False), ("product__isnull", False), ("usage_record__isnull", True)),
                    models.Q(("adjustment__isnull", True), ("kind", "usage"), ("order__isnull", False), ("product__isnull", False), ("usage_record__isnull", False)),
                    models.Q(("adjustment__isnull", False), ("kind", "adjustment"), ("order__isnull", True), ("product__isnull", True), ("usage_record__isnull", True)),
                    _connector="OR",
                ),
                name="a_line_names_its_transaction",
            ),
        ),
        migrations.RunSQL(Path(__file__).with_suffix(".sql").read_text(), BACK),
    ]
