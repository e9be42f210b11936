"""Who brought a company in does not certify it, held by the database (R4.4)."""

from pathlib import Path

from django.db import migrations

BACK = """
DROP TRIGGER decided_by_another ON sellers_certification;
DROP FUNCTION who_made_a_seller_does_not_certify_it;
DROP FUNCTION has_a_hand_in;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("sellers", "0019_invitations"),
        ("koogallery", "0018_approval_requests"),
    ]
    operations = [migrations.RunSQL(Path(__file__).with_suffix(".sql").read_text(), BACK)]
