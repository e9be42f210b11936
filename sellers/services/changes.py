"""What the acts that change a row have in common: which fields may change, which really do."""

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Model

from koogallery.kit.errors import Violation, refuse
from koogallery.kit.money import EXACT


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


def as_facts(row: Model, changed: Mapping[str, Any]) -> dict[str, str]:
    """For the record of acts: each field with what it was and what it is now."""
    return {
        field: f"{_told(getattr(row, field))} → {_told(value)}" for field, value in changed.items()
    }


def _told(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize(EXACT):f}"
    if isinstance(value, datetime):
        return value.isoformat()
    return "none" if value is None else str(value)
