"""Lists can be narrowed by what a person would ask for; anything else is refused by name."""

import pytest

from sellers.models import Order
from tests.settlement.api.world import World

UNREADABLE = [
    ("/bills/", {"nonsense": "1"}, "nonsense", "unknown_parameter"),
    ("/bills/", {"seller__number": "S000001"}, "seller__number", "unknown_parameter"),
    ("/bills/", {"cycle": "202613"}, "cycle", "invalid_cycle"),
    ("/bills/", {"cycle_from": "2026"}, "cycle_from", "invalid_cycle"),
    ("/bills/", {"seller": "a b"}, "seller", "invalid_number"),
    ("/bills/", {"seller": "\0"}, "seller", "unstorable_text"),
    ("/bills/", {"seller": ""}, "seller", "empty_parameter"),
    ("/bills/", {"seller": ["S000001", "S000002"]}, "seller", "repeated_parameter"),
    ("/bills/", {"state": "paid,gone"}, "state", "invalid_choice"),
    ("/bills/", {"net_payable_from": "NaN"}, "net_payable_from", "not_a_number"),
    ("/bills/", {"issued_at_to": "2026-2-1"}, "issued_at_to", "invalid_instant"),
    ("/bills/", {"issued_at_to": "2026-02-30"}, "issued_at_to", "invalid_day"),
    ("/bills/", {"issued_at_to": "9999-12-31"}, "issued_at_to", "out_of_range"),
    (
        "/bills/",
        {"issued_at_from": "2026-03-02", "issued_at_to": "2026-03-01"},
        "issued_at_to",
        "ends_first",
    ),
    ("/transactions/", {"cycle_from": "202603", "cycle_to": "202602"}, "cycle_to", "ends_first"),
    ("/bills/", {"modified_since": "yesterday"}, "modified_since", "invalid_instant"),
    ("/bills/{bill}/", {"state": "paid"}, "state", "unknown_parameter"),
    ("/bills/{bill}/lines/", {"catch_up": "1"}, "catch_up", "not_a_flag"),
    ("/ledger/entries/", {"as_of": "202601"}, "as_of", "invalid_instant"),
    ("/ledger/balances/", {"page_size": "1"}, "page_size", "unknown_parameter"),
    ("/refunds/{refund}/simulation/", {"refunded_at": "now"}, "refunded_at", "invalid_instant"),
]


@pytest.mark.parametrize(("path", "query", "parameter", "code"), UNREADABLE)
def test_what_cannot_be_asked_is_refused_by_name(
    world: World, path: str, query: dict[str, str], parameter: str, code: str
) -> None:
    answer = world.operator.get(world.mine.fill(path), query)
    assert answer.status == 400
    assert [(where, what) for where, what, _ in answer.errors] == [(parameter, code)]


#: What each query finds of the two sellers' rows: `mine`, `theirs`, both, or none.
FOUND = [
    ("/bills/", "seller={seller}", {"B202601-MINE", "B202512-MINE"}),
    ("/bills/", "cycle=202601", {"B202601-MINE", "B202601-THEIRS"}),
    ("/bills/", "cycle_from=202602", set()),
    ("/bills/", "state=paid,pending_approval&seller={seller}", {"B202601-MINE"}),
    ("/bills/", "state=paid", set()),
    ("/bills/", "net_payable_from=1000&net_payable_to=1000&seller={seller}", {"B202601-MINE"}),
    ("/bills/", "net_payable_from=1000.01", set()),
    (
        "/bills/",
        "modified_since=2020-01-01T00:00:00Z&seller={seller}&cycle=202601",
        {"B202601-MINE"},
    ),
    ("/bills/", "issued_at_to=2020-01-01T00:00:00Z", set()),
    ("/refunds/", "order={settled}&state=refunded", {"RF300-MINE"}),
    ("/refunds/", "amount_to=50&seller={seller}", {"RF50-MINE"}),
    ("/refunds/", "product={product}&state=seller_review", {"RF50-MINE"}),
    ("/refunds/", "customer_account=nobody", set()),
    ("/recoveries/", "refund={refund}", set()),
    ("/recoveries/", "order={settled}", {"RC-MINE"}),
    ("/recoveries/", "state=receivable&original_bill={bill}", {"RC-MINE"}),
    ("/recoveries/", "outstanding_from=200.01", set()),
    ("/receivables/", "recovery={recovery}", {"RV-MINE"}),
    ("/receivables/", "outstanding_to=199.99", set()),
    ("/receivables/", "outstanding_from=200&seller={seller}", {"RV-MINE"}),
    ("/adjustments/", "billed=false&bill={bill}", {"AD-MINE"}),
    ("/adjustments/", "billed=true", set()),
    ("/adjustments/", "reason=CHARGED&seller={seller}", {"AD-MINE"}),
    ("/disputes/", "bill={bill}&state=open", {"DP-MINE"}),
    ("/disputes/", "seller={seller}", {"DP-MINE"}),
    ("/disputes/", "reason=SEAT", {"DP-MINE", "DP-THEIRS"}),
    ("/disputes/", "state=accepted,declined,withdrawn", set()),
    ("/disputes/", "modified_since=2020-01-01T00:00:00Z&seller={seller}", {"DP-MINE"}),
    ("/invoices/", "bill={invoiced}&state=received", {"IN-MINE"}),
    ("/invoices/", "amount_from=30&amount_to=30&seller={seller}", {"IN-MINE"}),
    ("/invoices/", "invoice_date_to=2020-01-01", set()),
    ("/orders/", "billing_status=billed&seller={seller}", {"SETTLED-MINE", "DECEMBER-MINE"}),
    ("/orders/", "billing_status=unbilled&product={product}", {"ORDER-MINE"}),
    ("/orders/", "bill={bill}", {"SETTLED-MINE"}),
    ("/orders/", "cycle=202603&customer_name=fabri&seller={seller}", {"ORDER-MINE"}),
    ("/orders/", "order_type=renewal", set()),
]


@pytest.mark.parametrize(("path", "query", "expected"), FOUND)
def test_filters_find(world: World, path: str, query: str, expected: set[str]) -> None:
    names = {
        number: f"{word}-{owner}"
        for owner, of in (("MINE", world.mine), ("THEIRS", world.theirs))
        for number, word in (
            (of.bill.number, "B202601"),
            (of.refund.number, "RF50"),
            (of.recovery.number.replace("RC", "RF"), "RF300"),
            (of.recovery.number, "RC"),
            (of.receivable.number, "RV"),
            (of.adjustment.number, "AD"),
            (of.dispute.number, "DP"),
            (of.invoice.number, "IN"),
            (of.invoice.bill.number, "B202512"),
            (Order.objects.get(bill_lines__bill=of.invoice.bill).number, "DECEMBER"),
            (of.settled.number, "SETTLED"),
            (of.order.number, "ORDER"),
        )
    }
    rows = world.operator.every(f"{path}?{world.mine.fill(query)}")
    assert {names[row["number"]] for row in rows} == expected
    assert len(rows) == len(expected)


def test_R7_2_the_ledger_answers_as_of_any_date(world: World) -> None:
    seller = world.mine.seller.number
    entries = f"/ledger/entries/?seller={seller}"
    kinds = {row["kind"] for row in world.operator.every(entries)}
    assert kinds == {"bill", "recovery", "deposit", "receivable"}
    january = world.operator.every(f"{entries}&as_of=2026-01-31T16:00:00Z")
    assert {row["kind"] for row in january} == {"bill", "recovery"}
    assert world.operator.every(f"{entries}&known_at=2026-01-31T16:00:00Z") == []


def test_R7_2_balances_as_of_any_date(world: World) -> None:
    path = f"/ledger/balances/?seller={world.mine.seller.number}"
    now, then = (
        {row["account"]: row["balance"] for row in world.operator.get(asked).body["results"]}
        for asked in (path, f"{path}&as_of=2026-01-31T16:00:00Z")
    )
    assert then == {
        "customer_refunds": "-300.00",
        "customer_sales": "1080.00",
        "recoveries": "300.00",
        "seller_payable": "-1080.00",
    }
    assert now["receivables"] == "200.00"
