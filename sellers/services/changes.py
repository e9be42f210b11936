"""What the acts that change a row have in common: which fields may change, which really do."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from koogallery.fields import FreeTextField, NameField
from koogallery.kit.errors import Violation, refuse
from koogallery.kit.names import name_violations, text_violations


def changed_fields(
    row: Model, changes: Mapping[str, Any], changeable: Collection[str]
) -> dict[str, Any]:
    """Those of `changes` that differ from the row; refused if one must never change."""
    name = row._meta.verbose_name
    refuse(
        [
            Violation(
                field,
                "unchangeable",
                _("%(field)s of this %(name)s cannot be changed.") % {"field": field, "name": name},
            )
            for field in changes
            if field not in changeable
        ]
    )
    changed = {field: value for field, value in changes.items() if value != getattr(row, field)}
    refuse([wrong for field, value in changed.items() for wrong in _violations(row, field, value)])
    return changed


def _violations(row: Model, field: str, value: Any) -> list[Violation]:
    """Of what people write: names and texts (R1.8)."""
    column = row._meta.get_field(field)
    if isinstance(column, NameField):
        return name_violations(field, value)
    return text_violations(field, value) if isinstance(column, FreeTextField) else []
