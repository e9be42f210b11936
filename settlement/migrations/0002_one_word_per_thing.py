"""An invoice calls its bank account and its tax number as accounts and certifications do (R8.1)."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
RENAMED = {
    "vat_no": "vat_number",
    "bank_account": "account_number",
    "beneficiary": "account_holder",
    "swift": "swift_code",
}


class Migration(migrations.Migration):
    dependencies = [("settlement", "0001_schema")]
    operations = [
        *(migrations.RenameField("invoice", old, new) for old, new in RENAMED.items()),
        migrations.RunSQL(SQL, migrations.RunSQL.noop),
    ]
