"""Every reference leads to its row: proven for each one the models have, also a new one (R7.2).

Foreign keys hold this, but not where they are left out for speed, and not against a superuser.
"""

from collections.abc import Iterator

from django.apps import apps
from django.db.models import ForeignKey, Model

from koogallery.kit.language import marked
from settlement.models import BillLine

SENTENCE = marked("Every reference leads to its row.")

#: What grows with every month is proven as far back as the rest of it is.
SCOPES = {
    "settlement_billline": "t.bill_id >= %(first_bill)s",
    "sellers_order": "(t.due_cycle >= %(since)s) IS NOT FALSE",
    "sellers_usagerecord": "(t.due_cycle >= %(since)s) IS NOT FALSE",
}


def statement() -> str:
    """One row for each reference: how many of it lead nowhere, and the first of them."""
    return "\nUNION ALL\n".join(_select(*each) for each in _references())


def _references() -> Iterator[tuple[type[Model], "ForeignKey[Model, Model]"]]:
    for app in ("koogallery", "sellers", BillLine._meta.app_label):
        for model in apps.get_app_config(app).get_models():
            if model._meta.proxy or not model._meta.managed:
                continue
            for field in model._meta.local_fields:
                if isinstance(field, ForeignKey):
                    yield model, field


def _select(model: type[Model], field: "ForeignKey[Model, Model]") -> str:
    table, target = model._meta.db_table, field.related_model._meta
    key = "concat_ws('/', " + ", ".join(f"t.{each.column}" for each in model._meta.pk_fields) + ")"
    to, column = field.target_field.column, field.column
    scope = SCOPES.get(table, "true")
    # Names of the models alone.
    return f"""SELECT CASE WHEN count(*) > 0
       THEN format('{table}.{column}: %%s lead nowhere, the first is %%s of %%s',
                   count(*), min(t.{column}::text), min({key})) END AS difference
FROM {table} t
WHERE t.{column} IS NOT NULL AND {scope}
  AND NOT EXISTS (SELECT FROM {target.db_table} r WHERE r.{to} = t.{column})"""  # noqa: S608
