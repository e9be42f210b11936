"""Many callers at once on a real server: one effect a key, and never more than was paid.

Each guard is taken away once, so that it is seen that these tests do see what they prevent.
"""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.db import connection
from hypothesis import settings

from koogallery.models import AccessToken, IdempotencyKey, User
from settlement.models import Adjustment, Bill, Refund
from tests.servers import at_once, served
from tests.settlement.builders import (
    at,
    close,
    make_operator,
    make_order,
    make_product,
    make_seller,
)
from tools.places import run_directory

pytestmark = pytest.mark.django_db(transaction=True)

SENT_AT_ONCE = 2 * settings().max_examples
REFUND_REQUESTS = 10 * settings().max_examples
PAID = Decimal(REFUND_REQUESTS)
ASKED = Decimal("1.50")


@pytest.fixture
def bill() -> Bill:
    order = make_order(make_product(make_seller()), str(PAID), at(1, 5))
    bill = close(order.seller, "202601")
    assert bill is not None
    return bill


@pytest.fixture
def directory() -> Iterator[Path]:
    """Where the path of a socket stays short."""
    with run_directory() as found:
        yield found


def headers(key: str, user: User | None = None) -> dict[str, str]:
    user = user or User.objects.filter(username="olga").first() or make_operator("olga")
    _, token = AccessToken.objects.create(user=user, name="many")
    return {"Authorization": f"Bearer {token}", "Idempotency-Key": key}


def adjust_at_once(directory: Path, bill: Bill) -> Counter[tuple[int, bool]]:
    body = {"bill": bill.number, "amount": "-5.00", "reason": "Charged twice"}
    sent = headers("k")

    def call(client: httpx.Client, _: int) -> tuple[int, bool]:
        answer = client.post("/api/v1/adjustments/", json=body, headers=sent)
        return answer.status_code, "Idempotency-Replayed" in answer.headers

    with served(directory) as socket:
        answers: Any = at_once(socket, SENT_AT_ONCE, call)
    return Counter(answers)


def test_many_calls_at_once_with_one_key_have_one_effect(directory: Path, bill: Bill) -> None:
    answers = adjust_at_once(directory, bill)
    assert answers[201, False] == 1
    assert answers.keys() <= {(201, False), (201, True), (409, False)}
    assert Adjustment.objects.count() == 1


@pytest.fixture
def no_unique_key() -> Iterator[None]:
    table = IdempotencyKey._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT a_callers_key_names_one_call")
    yield
    IdempotencyKey.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT a_callers_key_names_one_call"
            " UNIQUE (user_id, seller_number, key)"
        )


@pytest.mark.usefixtures("no_unique_key")
def test_without_the_unique_key_one_key_is_of_several_calls(directory: Path, bill: Bill) -> None:
    answers = adjust_at_once(directory, bill)
    assert IdempotencyKey.objects.count() > 1
    assert answers[500, False] > 0 or Adjustment.objects.count() > 1


def ask_at_once(directory: Path, bill: Bill, requests: int, application: str) -> Counter[int]:
    body = {
        "order": bill.lines.get().order.number,  # type: ignore[union-attr]
        "amount": str(ASKED),
        "reason": "not needed",
        "special_agreement": "contract 7",
    }
    sent = headers("")

    def call(client: httpx.Client, place: int) -> int:
        own = {**sent, "Idempotency-Key": f"request-{place}"}
        return client.post("/api/v1/refunds/", json=body, headers=own).status_code

    with served(directory, application) as socket:
        answers: Any = at_once(socket, requests, call)
    return Counter(answers)


def claimed() -> Decimal:
    return sum(Refund.objects.values_list("amount", flat=True), Decimal())


def test_R4_1_many_refund_requests_at_once_never_exceed_the_amount_paid(
    directory: Path, bill: Bill
) -> None:
    answers = ask_at_once(directory, bill, REFUND_REQUESTS, "koogallery.wsgi:application")
    fit = int(PAID // ASKED)
    assert answers == {201: fit, 422: REFUND_REQUESTS - fit}
    assert claimed() == fit * ASKED <= PAID


@pytest.fixture
def no_trigger() -> Iterator[None]:
    switch = "ALTER TABLE settlement_refund {} TRIGGER within_the_amount_paid"
    with connection.cursor() as cursor:
        cursor.execute(switch.format("DISABLE"))
    yield
    with connection.cursor() as cursor:
        cursor.execute(switch.format("ENABLE ALWAYS"))


@pytest.mark.usefixtures("no_trigger")
def test_without_lock_and_trigger_refund_requests_exceed_the_amount_paid(
    directory: Path, bill: Bill, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.settlement.api.test_many_at_once.ASKED", PAID * 3 / 10)
    ask_at_once(directory, bill, 40, "tests.unguarded:application")
    assert claimed() > PAID
