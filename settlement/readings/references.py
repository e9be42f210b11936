"""Every reference leads to its row: proven for each one the models have, also a new one (R7.2).

Foreign keys hold this, but not where they are left out for speed, and not against a superuser.
"""

from collections.abc import Iterator

from django.apps import apps
from django.db import connection
from django.db.models import ForeignKey, Model

from koogallery.kit.language import marked
from settlement.models import BillLine
from settlement.sealed_tables import LINES, NAMED_BY

SENTENCE = marked("Every reference leads to its row.")


def statements() -> tuple[str, ...]:
    """One row for each reference: how many of it lead nowhere, and the first of them."""
    return tuple(_select(*each) for each in _references())


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
    scope = _scope(model)
    # Names of the models alone.
    return f"""SELECT CASE WHEN count(*) > 0
       THEN format('{table}.{column}: %%s lead nowhere, the first is %%s of %%s',
                   count(*), min(t.{column}::text), min({key})) END AS difference
FROM {table} t
WHERE t.{column} IS NOT NULL AND {scope}
  AND NOT EXISTS (SELECT FROM {target.db_table} r WHERE r.{to} = t.{column})"""  # noqa: S608


def _scope(model: type[Model]) -> str:
    table = model._meta.db_table
    if table == LINES:
        return "touched(line, t)"
    key = model._meta.pk
    # What the log names by something else than a number are few rows.
    is_number = table not in NAMED_BY and "int" in str(key.rel_db_type(connection))
    return f"touched({table}, t.{key.column})" if is_number else "true"
