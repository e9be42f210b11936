"""The base of every body that is sent."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from koogallery.api.problems import invalid


class StrictSerializer(serializers.Serializer[Any]):
    """A field that is not declared is refused, so that a misspelt one is never lost in silence."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, Mapping):
            return super().to_internal_value(data)
        declared = {field.field_name for field in self._writable_fields}
        detail = invalid(_("There is no such field."), "unknown_field").detail
        errors = {name: detail for name in data if name not in declared}
        try:
            values = super().to_internal_value(data)
        except ValidationError as error:
            told: Any = error.detail
            raise ValidationError({**told, **errors}) from None
        if errors:
            raise ValidationError(errors)
        return values
