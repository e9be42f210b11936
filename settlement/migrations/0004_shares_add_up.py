"""Shares of a limit that come to all of it are all of it, though each was rounded (R4.4)."""

from django.db import migrations

ADD_UP = """
CREATE OR REPLACE FUNCTION share_moved_alone(a_person bigint) RETURNS numeric LANGUAGE sql AS $$
    SELECT round(coalesce(sum(a.amount / l.of_a_person), 0), 15)
    FROM settlement_authorisation a
    JOIN settlement_approvallimit l ON l.currency = a.currency
    WHERE a.person_id = a_person AND a.second_id IS NULL
      AND a.at > now() - make_interval(hours => l.hours)
$$
"""


class Migration(migrations.Migration):

    dependencies = [('settlement', '0003_lists_by_index')]

    operations = [migrations.RunSQL(ADD_UP, migrations.RunSQL.noop)]
