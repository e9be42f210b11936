import hmac
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import migrations

#: Secrets that sellers may have in their hands: the newest version, and the one before it.
IN_USE = """
INSERT INTO koogallery_derivedkey (purpose, subject, version, master)
SELECT used.purpose, used.subject, version, %s
FROM (
    SELECT 'webhook' AS purpose, number AS subject, key_version AS newest
    FROM koogallery_webhookendpoint
    UNION ALL
    SELECT purpose, seller.number, coalesce(key.version, 1)
    FROM sellers_seller AS seller
    LEFT JOIN sellers_accesskey AS key ON key.seller_id = seller.id
    CROSS JOIN unnest(ARRAY['access key', 'open API secret key']) AS purpose
) AS used
CROSS JOIN generate_series(greatest(newest - 1, 1), newest) AS version
ON CONFLICT DO NOTHING
"""


def bind_to_the_oldest_master(apps: Any, schema_editor: Any) -> None:
    master = [settings.KEY_MASTER, *settings.KEY_MASTER_FALLBACKS][-1]
    name = hmac.digest(master.encode(), b"name of a key master", sha256).hex()[:16]
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(IN_USE, [name])


class Migration(migrations.Migration):

    dependencies = [
        ("sellers", "0009_orders_by_placing"),
        ("koogallery", "0012_derived_keys"),
    ]

    operations = [migrations.RunPython(bind_to_the_oldest_master, migrations.RunPython.noop)]
