"""The fields of every body: strict on the way in, one form on the way out."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import reduce
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from koogallery.api.problems import RuleCode, invalid
from koogallery.api.reading import (
    bounded,
    not_an_amount,
    read_cycle,
    read_day,
    read_decimal,
    read_instant,
    read_number,
)
from koogallery.kit.errors import DomainError, Violation
from koogallery.kit.instants import utc_text
from koogallery.kit.money import EXACT, format_amount, format_exact
from koogallery.kit.names import TEXT_LENGTH, name_violations, text_violations


class TextField(serializers.CharField):
    """A JSON string of one line (R1.8); a number or a boolean is none."""

    judge: Callable[[str, str], list[Violation]] | None = staticmethod(name_violations)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        text = super().to_internal_value(data)
        wrong = self.judge(str(self.field_name), text) if self.judge else []
        if wrong:
            raise invalid(wrong[0].detail, wrong[0].code, wrong[0].rule)
        return text


class FreeTextField(TextField):
    """What a person writes to another: several lines, of a limited length (R1.8)."""

    judge = staticmethod(text_violations)

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": TEXT_LENGTH, **options})


class OptionalTextField(TextField):
    """A text that is null where there is none."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_null=True, **options)

    def to_representation(self, value: str) -> str | None:  # type: ignore[override]
        return value or None


class BoundedListField(serializers.ListField):
    """A list that is too long is refused before anything in it is read."""

    def run_child_validation(self, data: Any) -> Any:
        if self.max_length is not None and len(data) > self.max_length:
            raise invalid(
                _("A list of at most %(max_length)s elements.") % {"max_length": self.max_length},
                "max_length",
            )
        return super().run_child_validation(data)


class FlagField(serializers.BooleanField):
    """A JSON boolean; "true" and 1 are none."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            raise invalid(_("Write true or false."), "not_a_flag")
        return data


class WholeNumberField(serializers.IntegerField):
    """A JSON number without a fraction; "1" and true are none. Which ones there are is a rule's."""

    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, int) or isinstance(data, bool):
            raise invalid(_("Write a whole number."), "not_a_whole_number")
        return data


class WordField(serializers.ChoiceField):
    """One word of a vocabulary; `allow_null` where there may be none."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            raise invalid(_("Write one of the words as a string."), "invalid_choice")
        word: str = super().to_internal_value(data)
        return str(word)

    def to_representation(self, value: Any) -> Any:
        """Null where nothing is said, not the empty text that is kept."""
        return super().to_representation(value) or None


class ReadTextField(TextField):
    """A text that stands for a value; refused by the rule of the value."""

    read: Callable[[str], Any]

    def to_internal_value(self, data: Any) -> Any:
        return _read(self.read, super().to_internal_value(data))


class NumberField(ReadTextField):
    """A public number, of this row or of one it names."""

    read = staticmethod(read_number)


class CycleField(ReadTextField):
    """`YYYYMM`."""

    read = staticmethod(read_cycle)


class DayField(ReadTextField):
    """ISO 8601: "2026-02-28". Whose day it is the help says; mostly the settlement time zone's."""

    read = staticmethod(read_day)

    def to_representation(self, value: date) -> str:  # type: ignore[override]
        return value.isoformat()


class InstantField(ReadTextField):
    """ISO 8601 with an offset on the way in, UTC with `Z` on the way out."""

    read = staticmethod(read_instant)

    def to_representation(self, value: datetime) -> str:  # type: ignore[override]
        return utc_text(value)


class DecimalTextField(serializers.Field[Decimal, Any, str, Any]):
    """A decimal string, or a JSON number, which is read exactly. How large is a rule's matter."""

    def __init__(self, *, rule: str = "R2.1", **options: Any) -> None:
        super().__init__(**options)
        self.rule = rule

    def to_internal_value(self, data: Any) -> Decimal:
        value: Decimal
        if isinstance(data, str):
            value = _read(read_decimal, data, rule=self.rule)
        elif isinstance(data, (int, Decimal)) and not isinstance(data, bool):
            value = _read(bounded, Decimal(data), rule=self.rule)
        else:
            raise _invalid(not_an_amount(self.rule))
        return value

    def to_representation(self, value: Decimal) -> str:
        return f"{value.normalize(EXACT):f}"


class RatioField(DecimalTextField):
    """A share from 0 to 1, without needless zeros: "0.15"."""


class AmountField(DecimalTextField):
    """An amount at the minor unit of its currency: "560.00".

    `currency` leads from the row to the currency; without it the serializer is for input only.
    """

    write_out = staticmethod(format_amount)

    def __init__(self, *, currency: str = "currency", **options: Any) -> None:
        super().__init__(**options)
        self.currency = currency

    def get_attribute(self, instance: Any) -> Any:
        value = super().get_attribute(instance)
        currency = reduce(_part, self.currency.split("."), instance)
        return None if value is None or not currency else (value, currency)

    def to_representation(self, value: tuple[Decimal, str]) -> str:  # type: ignore[override]
        return self.write_out(*value)


class SharedCurrencyField(AmountField):
    """An amount of a part that leaves its currency to the whole: from the serializer's context."""

    def get_attribute(self, instance: Any) -> Any:
        value = serializers.Field.get_attribute(self, instance)
        return None if value is None else (value, self.context["currency"])


class ExactAmountField(AmountField):
    """An amount as exact as it is kept, at least at its minor unit: "28.3475"."""

    write_out = staticmethod(format_exact)


class SharedExactAmountField(SharedCurrencyField):
    """Both: exact, and in the currency of the whole."""

    write_out = staticmethod(format_exact)


def _part(owner: Any, name: str) -> Any:
    return owner[name] if isinstance(owner, dict) else getattr(owner, name)


def _read(read: Callable[..., Any], data: Any, **options: Any) -> Any:
    try:
        return read(data, **options)
    except DomainError as error:
        raise _invalid(error) from None


def _invalid(error: DomainError) -> ValidationError:
    return ValidationError(error.detail, code=RuleCode(error.code, error.rule))
