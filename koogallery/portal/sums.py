from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class SumLine:
    """One line of a sum written out: a signed term, or the result of the terms above it."""

    label: str
    amount: Decimal
    rule: str
    note: str = ""
    is_result: bool = False
    is_final: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    label: str
    amount: Decimal
