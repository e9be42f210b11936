"""The database columns every table with money shares, so that precision is decided once."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models

from koogallery.kit.names import TEXT_LENGTH, UNFIT_FOR_NAMES

if TYPE_CHECKING:
    from decimal import Decimal

    from koogallery.models import User

    TextColumn = models.TextField[str, str]
    NameColumn = models.CharField[str, str]
    CycleColumn = models.CharField[Any, Any]
    TextLookup = models.Lookup[str]
else:
    TextColumn, NameColumn, TextLookup = models.TextField, models.CharField, models.Lookup
    CycleColumn = models.CharField


def amount(**options: Any) -> "models.DecimalField[Any, Decimal]":
    """An amount in a currency's minor unit; three places because some currencies have three."""
    return models.DecimalField(max_digits=20, decimal_places=3, **options)


def exact_amount(**options: Any) -> "models.DecimalField[Any, Any]":
    """An amount kept to 12 decimals until a bill's total is rounded (R2.4)."""
    return models.DecimalField(max_digits=30, decimal_places=12, **options)


def ratio(**options: Any) -> "models.DecimalField[Any, Decimal]":
    """A share between 0 and 1, to six decimals."""
    return models.DecimalField(max_digits=7, decimal_places=6, **options)


class CycleField(CycleColumn):
    """`YYYYMM` (R1.1)."""

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """A column as any other, to migrations."""
        name, _, args, options = super().deconstruct()
        return name, "django.db.models.CharField", args, options


def cycle(**options: Any) -> CycleField:
    return CycleField(max_length=6, **options)


def currency(**options: Any) -> "models.CharField[str, str]":
    """ISO 4217."""
    return models.CharField(max_length=3, **options)


def number(**options: Any) -> "models.CharField[str, str]":
    """The public number by which people and clients name the row."""
    return models.CharField(max_length=60, unique=True, **options)


class Numbered(models.Model):
    """A row that is called by its number."""

    number: Any

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.number)


def actor() -> "models.ForeignKey[User, User]":
    """Who did it; nobody is removed while a row names them."""
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")


def later_actor() -> "models.ForeignKey[User | None, User | None]":
    """Who does it, once somebody has; or nobody did, but the schedule."""
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")


def state(first: models.TextChoices, *, max_length: int) -> "models.CharField[str, str]":
    """In which of its states the row is: at first in this one."""
    return models.CharField(max_length=max_length, choices=type(first).choices, default=first)


def known(
    words: type[models.TextChoices], name: str, column: str = "state"
) -> models.CheckConstraint:
    """The column holds one of these words."""
    return models.CheckConstraint(condition=models.Q((f"{column}__in", words.values)), name=name)


def holds(sentence: str, condition: Any) -> models.CheckConstraint:
    """What is never false of a row, by the name that says so."""
    return models.CheckConstraint(condition=condition, name=sentence)


def once(sentence: str, *columns: str, where: models.Q | None = None) -> models.UniqueConstraint:
    """No two rows, of those `where` holds of, agree in these columns."""
    return models.UniqueConstraint(fields=columns, condition=where, name=sentence)


class NameField(NameColumn):
    """A name: one line without control characters, checked by the database too (R1.8).

    Django writes `db_check` when it makes the column; to alter one, its migration adds the check.
    """

    def db_check(self, connection: Any) -> str:
        return f"{connection.ops.quote_name(self.column)} !~ '[{UNFIT_FOR_NAMES}]'"


class FreeTextField(TextColumn):
    """What a person wrote: a reason, a comment, an answer, of a length that the database checks."""

    def db_check(self, connection: Any) -> str:
        return f"char_length({connection.ops.quote_name(self.column)}) <= {TEXT_LENGTH}"


class FoldedName(models.Func):
    """A name as it is compared: two that look the same are the same."""

    function = "folded_name"
    output_field = models.TextField()


class AnyOf(TextLookup):
    """`AnyOf(F(column), keys)`: one parameter for a batch, where `in` takes one for each key."""

    lookup_name = "any_of"
    prepare_rhs = False

    def get_db_prep_lookup(self, value: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:  # noqa: ARG002
        return "%s", (list(value),)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, of_column = self.process_lhs(compiler, connection)
        wanted, of_wanted = self.process_rhs(compiler, connection)
        return f"{column} = ANY ({wanted})", (*of_column, *of_wanted)


@models.CharField.register_lookup
@models.TextField.register_lookup
class ContainsName(TextLookup):
    """The column contains a name, however either is written: "wisla" is in "Wisła Software"."""

    lookup_name = "contains_name"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, of_column = self.process_lhs(compiler, connection)
        wanted, of_wanted = self.process_rhs(compiler, connection)
        return f"contains_name({column}, {wanted})", (*of_column, *of_wanted)
