"""Where each table goes on Citus, PostgreSQL over many servers, as its models say.

    python -m tools.citus

prints the statements. What is a seller's is distributed by the seller; what such tables refer to
besides is a reference table, which every server has whole; everything else stays on the
coordinator. docs/scaling.md says what has to change first.
"""

import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import django
from django.apps import apps
from django.db.models import ForeignKey

SELLERS = "sellers_seller"


@dataclass(frozen=True, slots=True)
class Place:
    """`column`: by which a table is distributed; '' where it has none, as it is its `parent`'s."""

    kind: Literal["distributed", "reference", "local"]
    column: str = ""
    parent: str = ""


def places() -> Mapping[str, Place]:
    """Table -> its place, each after the tables that it refers to."""
    models = [
        model for model in apps.get_models(include_auto_created=True) if not model._meta.proxy
    ]
    tables = {model._meta.db_table: model for model in models}
    refers_to = {
        table: [field for field in model._meta.concrete_fields if isinstance(field, ForeignKey)]
        for table, model in tables.items()
    }
    distributed = {SELLERS: Place("distributed", "id")}
    for table, fields in refers_to.items():
        if any(f.column == "seller_id" and _target(f) == SELLERS for f in fields):
            distributed[table] = Place("distributed", "seller_id")
    while children := {
        table: Place("distributed", parent=_target(field))
        for table, fields in refers_to.items()
        if table not in distributed
        for field in fields
        if not field.null and _target(field) in distributed
    }:
        distributed |= children
    copied: dict[str, Place] = {}
    while found := {
        _target(field)
        for table in (*distributed, *copied)
        for field in refers_to[table]
        if _target(field) not in distributed and _target(field) not in copied
    }:
        copied |= dict.fromkeys(sorted(found), Place("reference"))
    local = dict.fromkeys(
        sorted(tables.keys() - distributed.keys() - copied.keys()), Place("local")
    )
    return {**dict(reversed(copied.items())), **distributed, **local}


def _target(field: ForeignKey[Any, Any]) -> str:
    return str(field.related_model._meta.db_table)


def statements() -> Iterator[str]:
    for table, place in places().items():
        if place.kind == "reference":
            yield f"SELECT create_reference_table('{table}');"
        elif place.kind == "local":
            yield f"-- {table} stays on the coordinator"
        elif not place.column:
            yield f"-- {table} needs its seller first: it is of {place.parent}"
        elif table == SELLERS:
            yield f"SELECT create_distributed_table('{table}', '{place.column}');"
        else:
            together = f"colocate_with => '{SELLERS}'"
            yield f"SELECT create_distributed_table('{table}', '{place.column}', {together});"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "koogallery.settings")
    django.setup()
    sys.stdout.write("\n".join(statements()) + "\n")


if __name__ == "__main__":
    main()
