"""Bills, lines and bill runs over REST: what is written, and in which form."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from http import HTTPStatus
from typing import Any

import pytest
from time_machine import travel

from koogallery.models import User
from sellers.models import Product
from settlement.models import Bill
from settlement.services.closing.runs import work_on_run
from tests.callers import Caller, operator_caller
from tests.settlement.builders import (
    at,
    close,
    make_operator,
    make_order,
    make_product,
    make_seller,
)
from tests.tables import every_table

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga() -> User:
    return make_operator("olga")


@pytest.fixture
def api(olga: User) -> Caller:
    return operator_caller(olga)


@pytest.fixture
def product() -> Product:
    """Of a seller whose taxes on the example of R2.3 are 100 and 20."""
    seller = make_seller(
        withholding_tax_rate=Decimal("0.147059"), digital_service_tax_rate=Decimal("0.023529")
    )
    return make_product(seller, ratio="0.15")


def test_R2_3_the_documents_example_as_json(api: Caller, product: Product) -> None:
    make_order(product, "850", at(1, 5), paid_amount=Decimal(1000), customer_wht=Decimal(50))
    close(product.seller, "202601")
    number = f"B202601-{product.seller.number}"
    told = api.get(f"/bills/{number}/").body
    issued_at, modified_at = told.pop("issued_at"), told.pop("modified_at")
    assert re.fullmatch("[0-9a-f]{64}", told.pop("seal"))
    assert issued_at == modified_at
    assert issued_at.endswith("Z")
    assert told == {
        "number": number,
        "seller": product.seller.number,
        "issued_to": {
            "name": product.seller.company_name,
            "address": "",
            "country": product.seller.country,
            "tax_number": "",
        },
        "issued_by": {
            "name": "Sparkoo Technologies Singapore Pte. Ltd.",
            "address": "",
            "tax_number": "",
        },
        "cycle": "202601",
        "currency": "USD",
        "state": "pending_approval",
        "state_reason": "",
        "line_count": 1,
        "sales_amount": "850.00",
        "customer_wht": "50.00",
        "platform_fee": "120.00",
        "withholding_tax_rate": "0.147059",
        "withholding_tax": "100.00",
        "digital_service_tax_rate": "0.023529",
        "digital_service_tax": "20.00",
        "adjustments": "0.00",
        "settlement_amount": "560.00",
        "recovered": "0.00",
        "net_payable": "560.00",
        "invoice_due_on": None,
        "time_zone": "Asia/Shanghai",
    }


def test_R2_4_a_line_is_exact_and_explains_itself(api: Caller) -> None:
    product = make_product(make_seller(), ratio="0.15")
    close(product.seller, "202601")
    order = make_order(product, "33.35", at(1, 5))
    close(product.seller, "202602")
    [line] = api.get(f"/bills/B202602-{product.seller.number}/lines/").body["results"]
    explanation = line.pop("explanation")
    assert explanation.startswith("(33.35 − 0.00) × (1 − 0.15) = 28.3475 USD (R2.1).")
    assert "catches it up (R1.5)" in explanation
    assert line == {
        "line_no": 1,
        "kind": "order",
        "order": order.number,
        "metering_sn": None,
        "adjustment": None,
        "product": product.number,
        "product_name": "Firewall",
        "customer": "Fabrikam",
        "cycle": "202601",
        "catch_up": True,
        "effective_at": "2026-01-05T02:00:00Z",
        "sales_amount": "33.35",
        "customer_wht": "0.00",
        "platform_fee_ratio": "0.15",
        "settlement": "28.3475",
        "refunded_before": "0.00",
    }


def test_R3_3_a_bill_is_rejected_submitted_again_and_approved(
    api: Caller, product: Product
) -> None:
    make_order(product, "850", at(1, 5))
    bill = close(product.seller, "202601")
    assert bill is not None
    path = f"/bills/{bill.number}"
    steps = [("reject", {"reason": "Rate"}), ("resubmit", {}), ("approve", {})]
    answers = [api.post(f"{path}/{act}/", body).body for act, body in steps]
    assert [(told["state"], told["state_reason"]) for told in answers] == [
        ("approval_rejected", "Rate"),
        ("pending_approval", ""),
        ("pending_invoice", ""),
    ]


@travel(datetime(2026, 2, 7, 2, tzinfo=UTC), tick=False)
def test_R1_6_a_run_is_previewed_asked_for_and_watched(api: Caller, product: Product) -> None:
    make_order(product, "100", at(1, 5))
    asked = {"cycle": "202601", "sellers": [product.seller.number]}
    before = every_table()
    preview = api.post("/bill-runs/preview/", asked)
    assert (preview.status, every_table() == before) == (200, True)
    answer = api.post("/bill-runs/", asked)
    assert (answer.status, answer.body["state"]) == (202, "queued")
    work_on_run(answer.body["id"])
    told = api.get(f"/bill-runs/{answer.body['id']}/").body
    counted: dict[str, Any] = {
        "cycle": "202601",
        "everyone": False,
        "state": "closed",
        "sellers_total": 1,
        "sellers_done": 1,
        "sellers_parked": 0,
        "lines": 1,
        "eta": None,
        "stands_since": None,
        "last_error": "",
        "last_error_at": None,
        "parked": [],
    }
    assert {name: told[name] for name in counted} == counted
    assert told["started_at"] <= told["progressed_at"] <= told["finished_at"]
    [foreseen] = preview.body["sellers"]
    bill = api.get(f"/bills/{Bill.objects.get().number}/").body
    assert foreseen["bill"] == bill["number"]
    for figure in ("line_count", "platform_fee", "settlement_amount", "net_payable"):
        assert foreseen[figure] == bill[figure]
    assert preview.body["totals"]["USD"]["bills"] == 1


def test_R2_5_a_bill_is_compared_with_the_one_before_it(api: Caller, product: Product) -> None:
    make_order(product, "100", at(1, 5))
    make_order(product, "160", at(2, 5))
    for cycle in ("202601", "202602"):
        close(product.seller, cycle)
    first, second = (f"B{cycle}-{product.seller.number}" for cycle in ("202601", "202602"))
    assert api.get(f"/bills/{first}/comparison/").status == HTTPStatus.NOT_FOUND
    assert api.get(f"/bills/{second}/comparison/").body == {
        "bill": second,
        "before": first,
        "net_payable": "112.24",
        "net_payable_before": "70.15",
        "difference": "42.09",
        "changes": [
            {"cause": "sales", "product": product.number, "amount": "60.00"},
            {"cause": "platform_fee", "product": None, "amount": "-9.00"},
            {"cause": "withholding_tax", "product": None, "amount": "-7.50"},
            {"cause": "digital_service_tax", "product": None, "amount": "-1.41"},
        ],
    }
