"""`Idempotency-Key`: a POST that is sent again acts once and is answered alike."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from koogallery.models import IdempotencyKey, User
from koogallery.tasks import forget_idempotency_keys
from sellers.choices import Role
from settlement.models import Adjustment, Bill, Refund
from tests.callers import Answer, operator_caller, seller_caller
from tests.settlement.api.world import World
from tests.settlement.builders import (
    at,
    close,
    make_member,
    make_operator,
    make_order,
    make_product,
    make_seller,
)
from tests.tables import every_table

ADJUSTMENTS = "/adjustments/"


def adjustment(bill: Bill, amount: str = "-5.00") -> dict[str, Any]:
    return {"bill": bill.number, "amount": amount, "reason": "Charged twice"}


def an_order_of(product: str, number: str) -> dict[str, Any]:
    """Pay-per-use, in effect since January 2026."""
    instant = "2026-01-05T02:00:00Z"
    return {
        "number": number,
        "product": product,
        "order_type": "purchase",
        "billing_mode": "pay_per_use",
        "customer_name": "Fabrikam",
        "customer_account": "fabrikam",
        "currency": "USD",
        "paid_amount": "0",
        "sales_amount": "0",
        "placed_at": instant,
        "paid_at": instant,
        "effective_at": instant,
        "supervision_status": "not_applicable",
    }


def replayed(answer: Answer) -> bool:
    return bool(answer.response.headers.get("Idempotency-Replayed") == "true")


def test_the_same_call_is_answered_again_and_acts_once(world: World) -> None:
    body = adjustment(world.mine.bill)
    first = world.operator.post(ADJUSTMENTS, body, idempotency_key="k")
    done = every_table()
    again = world.operator.post(ADJUSTMENTS, body, idempotency_key="k")
    assert (first.status, replayed(first)) == (201, False)
    assert (again.status, replayed(again)) == (201, True)
    assert again.response.content == first.response.content
    assert again.media_type == first.media_type
    assert every_table() == done


def test_spacing_and_order_of_fields_are_no_other_body(world: World) -> None:
    body = f'{{"bill": "{world.mine.bill.number}", "amount": 5.0, "reason": "x"}}'
    other = f'{{"reason":"x","amount":5.0,"bill":"{world.mine.bill.number}"}}'
    assert world.operator.post(ADJUSTMENTS, body, idempotency_key="k").status == 201
    assert replayed(world.operator.post(ADJUSTMENTS, other, idempotency_key="k"))


def test_the_key_is_for_one_body_and_address(world: World) -> None:
    body = adjustment(world.mine.bill)
    world.operator.post(ADJUSTMENTS, body, idempotency_key="k")
    before = every_table()
    other_body = adjustment(world.mine.bill, "-6.00")
    approve = f"/bills/{world.mine.bill.number}/approve/"
    for path, other in ((ADJUSTMENTS, other_body), ("/refunds/", body), (approve, None)):
        answer = world.operator.post(path, other, idempotency_key="k")
        assert (answer.status, answer.errors) == (422, [("", "idempotency_key_reused", "")])
    assert every_table() == before


def test_nobody_meets_the_key_of_another(world: World) -> None:
    """Each user has keys of their own, and so has each seller of one user."""
    member = make_member(world.theirs.seller, "tom")
    make_member(world.mine.seller, "tim", Role.OWNER)
    callers = [
        world.operator,
        world.second,
        seller_caller(member, world.theirs.seller.number, may_write=True),
        world.writer,
    ]
    answers = [
        each.post("/usage-records/", {"records": []}, idempotency_key="k") for each in callers
    ]
    assert [(answer.status, replayed(answer)) for answer in answers] == [(200, False)] * 4


def test_R1_8_a_refusal_is_judged_anew(world: World) -> None:
    """An order told before its product: the same call under the same key is taken later."""
    body = an_order_of("P-LATE", "O-LATE")
    product = {
        "number": "P-LATE",
        "seller": world.mine.seller.number,
        "name": "Gate",
        "delivery_method": "saas",
        "supervised": False,
        "platform_fee_ratio": "0.15",
    }
    first = world.operator.post("/orders/", body, idempotency_key="k")
    assert (first.status, first.errors) == (422, [("/product", "unknown_product", "")])
    world.operator.post("/products/", product)
    taken = world.operator.post("/orders/", body, idempotency_key="k")
    again = world.operator.post("/orders/", body, idempotency_key="k")
    assert [(each.status, replayed(each)) for each in (taken, again)] == [(201, False), (201, True)]


def test_R1_8_rejected_usage_is_judged_anew(world: World) -> None:
    """A record told before its order; the good ones beside it are known by then."""
    record = {
        "started_at": "2026-02-01T10:00:00Z",
        "ended_at": "2026-02-01T11:00:00Z",
        "quantity": "1",
        "sales_amount": "2.00",
    }
    order = an_order_of(world.mine.served.number, "O-EARLY")
    world.operator.post("/orders/", order)
    records = [
        {**record, "metering_sn": number, "order": number} for number in ("O-EARLY", "O-LATE")
    ]
    told: list[tuple[int, int, int, bool]] = []
    for number in ("O-LATE", "O-LATE", ""):
        answer = world.operator.post("/usage-records/", {"records": records}, idempotency_key="k")
        report = answer.body
        counts = (report["accepted"], report["duplicates"], len(report["rejected"]))
        told.append((*counts, replayed(answer)))
        if number:
            world.operator.post("/orders/", {**order, "number": number})
    assert told == [(1, 0, 1, False), (1, 1, 0, False), (1, 1, 0, True)]


def test_who_may_not_act_may_try_again(world: World) -> None:
    """403 is about the caller, not about the call: nothing is kept of it."""
    path = f"/refunds/{world.mine.refund.number}"
    world.second.post(f"{path}/agree/", {})
    refused = world.operator.post(f"{path}/approve/", {}, idempotency_key="k")
    again = world.operator.post(f"{path}/approve/", {}, idempotency_key="k")
    assert [(each.status, replayed(each)) for each in (refused, again)] == [(403, False)] * 2
    assert Refund.objects.get(number=world.mine.refund.number).approvals.count() == 0


def test_who_is_refused_at_the_door_uses_up_no_key(world: World) -> None:
    body = adjustment(world.mine.bill)
    assert world.reader.post(ADJUSTMENTS, body, idempotency_key="k").status == 403
    assert world.nobody.post(ADJUSTMENTS, body, idempotency_key="k").status == 401
    assert world.operator.post(ADJUSTMENTS, b"{", idempotency_key="k").status == 400
    assert not IdempotencyKey.objects.exists()


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 256, "é", "a\tb"])
def test_what_is_no_key_is_refused(world: World, key: str) -> None:
    before = every_table()
    answer = world.operator.post(ADJUSTMENTS, adjustment(world.mine.bill), idempotency_key=key)
    assert (answer.status, answer.errors) == (400, [("", "invalid_idempotency_key", "")])
    assert every_table() == before


def test_the_longest_key_is_one(world: World) -> None:
    key = "~" * 255
    answer = world.operator.post(ADJUSTMENTS, adjustment(world.mine.bill), idempotency_key=key)
    assert answer.status == 201


def test_old_answers_are_forgotten(world: World) -> None:
    for key in ("old", "young"):
        world.operator.post(ADJUSTMENTS, adjustment(world.mine.bill), idempotency_key=key)
    old = IdempotencyKey.objects.filter(key="old")
    old.update(created_at=timezone.now() - timedelta(hours=49))
    forget_idempotency_keys()
    assert [each.key for each in IdempotencyKey.objects.all()] == ["young"]


# --- committed rows, real connections ---------------------------------------------------------

committed = pytest.mark.django_db(transaction=True)


@pytest.fixture
def olga() -> User:
    return make_operator("olga")


@pytest.fixture
def bill() -> Bill:
    order = make_order(make_product(make_seller()), "1000", at(1, 5))
    bill = close(order.seller, "202601")
    assert bill is not None
    return bill


def at_once(user: User, bill: Bill, callers: int = 40) -> Counter[tuple[int, bool] | str]:
    """The same call from as many threads, each on its own connection: how often which answer."""
    start = Barrier(callers)

    def call(_: int) -> tuple[int, bool] | str:
        try:
            caller = operator_caller(user)
            start.wait(timeout=60)
            answer = caller.post(ADJUSTMENTS, adjustment(bill), idempotency_key="k")
            return answer.status, replayed(answer)
        except IdempotencyKey.MultipleObjectsReturned:
            return "a key of two calls"
        finally:
            connection.close()

    with ThreadPoolExecutor(callers) as threads:
        return Counter(threads.map(call, range(callers)))


@committed
def test_forty_calls_at_once_with_one_key_have_one_effect(olga: User, bill: Bill) -> None:
    answers = at_once(olga, bill)
    assert answers[201, False] == 1
    assert answers.keys() <= {(201, False), (201, True), (409, False)}
    assert Adjustment.objects.count() == 1
    assert IdempotencyKey.objects.get().status == 201


@pytest.fixture
def no_unique_key() -> Iterator[None]:
    """Without what makes a key one call's, until the test is over."""
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


@committed
@pytest.mark.usefixtures("no_unique_key")
def test_without_the_unique_key_it_fails(olga: User, bill: Bill) -> None:
    assert at_once(olga, bill)["a key of two calls"] > 0


@pytest.fixture
def no_answer_kept() -> Iterator[None]:
    """No answer can be stored, until the test is over."""
    table = IdempotencyKey._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT no_answer CHECK (status IS NULL) NOT VALID"
        )
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT no_answer")


@committed
@pytest.mark.usefixtures("no_answer_kept")
def test_what_cannot_be_answered_again_is_not_done(olga: User, bill: Bill) -> None:
    caller = operator_caller(olga)
    with pytest.raises(IntegrityError):
        caller.post(ADJUSTMENTS, adjustment(bill), idempotency_key="k")
    assert not Adjustment.objects.exists()
    assert not IdempotencyKey.objects.get().is_answered


@committed
def test_a_call_whose_process_dies_leaves_its_key_free(olga: User, bill: Bill) -> None:
    """Until then it is in flight, whatever its age."""
    caller = operator_caller(olga)
    caller.post(ADJUSTMENTS, adjustment(bill), idempotency_key="k")
    IdempotencyKey.objects.update(status=None, body="")
    with ThreadPoolExecutor(1) as other:
        process = other.submit(hold_key).result()
        answer = caller.post(ADJUSTMENTS, adjustment(bill), idempotency_key="k")
        assert (answer.status, answer.response.headers["Retry-After"]) == (409, "1")
        assert answer.body["type"].endswith(":idempotency_key_in_flight")
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [process])
        other.submit(leave).result()
    answer = caller.post(ADJUSTMENTS, adjustment(bill), idempotency_key="k")
    assert (answer.status, replayed(answer)) == (201, False)


def hold_key() -> int:
    """Lock the key's row as a call does, in this thread's connection; returns its process."""
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT pg_backend_pid() FROM koogallery_idempotencykey FOR UPDATE")
        [(process,)] = cursor.fetchall()
    return int(process)


def leave() -> None:
    connection.close()
