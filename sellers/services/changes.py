"""What the acts that change a row have in common: which fields may change, which really do."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Model

from koogallery.kit.errors import Violation, refuse


def changed_fields(
    row: Model, changes: Mapping[str, Any], changeable: Collection[str]
) -> dict[str, Any]:
    """Those of `changes` that differ from the row; refused if one must never change."""
    name = row._meta.verbose_name
    refuse(
        [
            Violation(field, "unchangeable", f"{field} of this {name} cannot be changed.")
            for field in changes
            if field not in changeable
        ]
    )
    return {field: value for field, value in changes.items() if value != getattr(row, field)}
