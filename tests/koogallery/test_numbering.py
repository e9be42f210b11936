"""Public numbers outgrow their digits: the one after the last of eight digits has nine."""

import re
from pathlib import Path

import pytest
from django.db import connection

from koogallery.numbering import DIGITS, SEQUENCES, next_numbers

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.parametrize("prefix", SEQUENCES)
def test_a_number_outgrows_its_digits(prefix: str) -> None:
    last = 10 ** DIGITS[prefix] - 1
    with connection.cursor() as cursor:
        # Undone with the test's transaction, as setval is not.
        cursor.execute(f"ALTER SEQUENCE {SEQUENCES[prefix]} RESTART WITH {last}")
    assert next_numbers(prefix, 2) == [f"{prefix}{last}", f"{prefix}{last + 1}"]


def test_numbers_made_in_sql_outgrow_theirs_too() -> None:
    written = [
        statement
        for folder in ("koogallery", "sellers", "settlement")
        for statement in (path.read_text() for path in (ROOT / folder / "sql").rglob("*.sql"))
        if "nextval('number_of_" in statement
    ]
    forms = [
        form
        for each in written
        for form in re.findall(r"to_char\(nextval\('\w+'\), '(\w+)'\)", each)
    ]
    assert len(forms) == sum(each.count("nextval('number_of_") for each in written) > 0
    with connection.cursor() as cursor:
        for form in forms:
            cursor.execute("SELECT to_char(7, %s), to_char(100000001, %s)", [form, form])
            assert cursor.fetchone() == ("00000007", "100000001")
