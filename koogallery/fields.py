"""The database columns every table with money shares, so that precision is decided once."""

from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    from decimal import Decimal


def amount(**options: Any) -> "models.DecimalField[Any, Decimal]":
    """An amount in a currency's minor unit; three places because some currencies have three."""
    return models.DecimalField(max_digits=20, decimal_places=3, **options)


def exact_amount(**options: Any) -> "models.DecimalField[Any, Any]":
    """An amount kept to 12 decimals until a bill's total is rounded (R2.4)."""
    return models.DecimalField(max_digits=30, decimal_places=12, **options)


def ratio(**options: Any) -> "models.DecimalField[Any, Decimal]":
    """A share between 0 and 1, to six decimals."""
    return models.DecimalField(max_digits=7, decimal_places=6, **options)


def cycle(**options: Any) -> "models.CharField[Any, Any]":
    """`YYYYMM` (R1.1)."""
    return models.CharField(max_length=6, **options)


def currency(**options: Any) -> "models.CharField[str, str]":
    """ISO 4217."""
    return models.CharField(max_length=3, **options)


def number(**options: Any) -> "models.CharField[str, str]":
    """The public number by which people and clients name the row."""
    return models.CharField(max_length=60, unique=True, **options)
