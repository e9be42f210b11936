"""The lines that PostgreSQL forms are, byte for byte, what Python writes (R3.2)."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db.models import DateTimeField, DecimalField, TextField, Value
from django.http import QueryDict
from hypothesis import example, given
from hypothesis import strategies as st

from koogallery.exports.files import Table, csv_pieces, csv_text
from koogallery.exports.kinds import KINDS
from koogallery.exports.lines import formed
from koogallery.kit.money import MINOR_UNITS
from koogallery.models import User
from settlement.exports.order_matches import ORDER_MATCHES
from settlement.models import ApprovalLimit
from tests.settlement.api.world import World

pytestmark = pytest.mark.django_db

#: Texts are formed, and an uploaded list is read, by Python.
WRITTEN_BY_PYTHON = {ORDER_MATCHES.name, "notices", "webhook-deliveries"}


def written(table: Table) -> list[bytes]:
    return b"".join(csv_pieces(table)).splitlines(keepends=True)


@pytest.mark.parametrize("name", sorted(KINDS.keys() - WRITTEN_BY_PYTHON))
def test_a_list_is_the_same_file_by_either(world: World, name: str) -> None:
    kind = KINDS[name]
    User.objects.filter(pk=world.olga.pk).update(is_superuser=True)
    selection = kind.by_client(User.objects.get(pk=world.olga.pk), QueryDict())
    lines = selection.lines()
    assert lines is not None
    by_python = Table(kind.columns, kind.amounts, selection.rows())
    by_database = by_python._replace(rows=iter(()), lines=lambda: lines)
    assert written(by_database) == written(by_python)


def test_nothing_is_chosen_from_no_rows() -> None:
    lines = formed(ApprovalLimit.objects.none(), {"currency": "currency"}, ())
    assert lines is not None
    assert list(lines) == []


FORMULAS = ("=1", "\u200b＝1", "  -1", "\t", "\r\n", "a\nb", 'say "yes"', ",", "", "\\.", "\u2a75")


@given(text=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
@example(text=" " * 200 + "=1")
def test_any_text_is_the_same_cell(text: str) -> None:
    _is_the_same_cell(text)


@pytest.mark.parametrize("text", FORMULAS)
def test_so_is_what_a_spreadsheet_takes_for_a_formula(text: str) -> None:
    _is_the_same_cell(text)


def _is_the_same_cell(text: str) -> None:
    given = ApprovalLimit.objects.filter(currency="USD").annotate(text=Value(text, TextField()))
    lines = formed(given, {"text": "text", "currency": "currency"}, ())
    assert lines
    table = Table(("text", "currency"), frozenset(), iter([(text, "USD")]))
    assert b"".join(lines) == b"".join(csv_pieces(table)).partition(b"\r\n")[2]


AMOUNTS = st.decimals(-(10**9), 10**9, places=12).map(lambda amount: amount + 0)


@given(amount=AMOUNTS, currency=st.sampled_from(sorted(MINOR_UNITS)))
def test_any_amount_is_the_same_cell(amount: Decimal, currency: str) -> None:
    field = DecimalField(max_digits=30, decimal_places=12)
    given = ApprovalLimit.objects.filter(currency="USD").annotate(
        of=Value(currency, TextField()), given=Value(amount, field), ratio=Value(amount, field)
    )
    columns = {"currency": "of", "amount": "given", "ratio": "ratio"}
    lines = formed(given, columns, {"amount"})
    assert lines
    told = [currency, csv_text(amount, currency), csv_text(amount)]
    assert b"".join(lines) == ",".join(told).encode() + b"\r\n"


@given(instant=st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))
def test_any_instant_is_the_same_cell(instant: datetime) -> None:
    given = ApprovalLimit.objects.filter(currency="USD").annotate(
        at=Value(instant, DateTimeField())
    )
    lines = formed(given, {"at": "at"}, ())
    assert lines
    assert b"".join(lines) == csv_text(instant).encode() + b"\r\n"
