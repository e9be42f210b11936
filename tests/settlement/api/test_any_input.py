"""Whatever is sent: never a fault of ours, and a refused call changes nothing."""

from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from koogallery.api.urls import router
from tests.settlement.api.world import World
from tests.tables import every_table

#: Every call with a body, and one that it takes; `{word}` is filled with the seller's numbers.
BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", "/sellers/"): {
        "number": "S-1",
        "company_name": "x",
        "country": "SG",
        "settlement_currency": "USD",
        "certified_at": "2026-01-01T00:00:00Z",
        "withholding_tax_rate": "0.1",
        "required_deposit": "1",
    },
    ("PATCH", "/sellers/{seller}/"): {"company_name": "y", "required_deposit": "1"},
    ("POST", "/products/"): {
        "number": "P-1",
        "seller": "{seller}",
        "name": "x",
        "delivery_method": "saas",
        "supervised": False,
        "platform_fee_ratio": "0.1",
    },
    ("PATCH", "/products/{product}/"): {
        "name": "y",
        "platform_fee_ratio": "0.2",
        "listed": False,
    },
    ("POST", "/orders/"): {
        "number": "CS-1",
        "product": "{product}",
        "order_type": "purchase",
        "billing_mode": "one_time",
        "customer_name": "x",
        "customer_account": "x",
        "currency": "USD",
        "paid_amount": "10",
        "sales_amount": "10",
        "customer_wht": "0",
        "unit_price": None,
        "placed_at": "2026-03-01T00:00:00Z",
        "paid_at": "2026-03-01T00:00:00Z",
        "effective_at": None,
        "term_ends_at": None,
        "supervision_status": "not_applicable",
        "supervision_completed_at": None,
    },
    ("PATCH", "/orders/{order}/"): {"paid_amount": "500", "paid_at": "2026-03-05T02:00:00Z"},
    ("POST", "/usage-records/"): {
        "records": [
            {
                "metering_sn": "m",
                "order": "METERED-{seller}",
                "started_at": "2026-03-01T00:00:00Z",
                "ended_at": "2026-03-01T01:00:00Z",
                "quantity": "1",
                "sales_amount": "1",
            }
        ]
    },
    ("POST", "/bill-runs/preview/"): {"cycle": "202603", "sellers": ["{seller}"]},
    ("POST", "/certifications/"): {
        "seller": "{seller}",
        "company_name": "x",
        "country": "SG",
        "withholding_tax_rate": "0.1",
        "account_number": "12345",
        "contact_email": "x@y.example",
    },
    ("POST", "/bank-accounts/"): {
        "seller": "{seller}",
        "account_holder": "x",
        "account_number": "12345",
        "bank_name": "x",
        "bank_country": "SG",
        "swift_code": "DBSSSGSG",
    },
    ("POST", "/seller-applications/"): {
        "applicant": "mine-applicant",
        "company_name": "x",
        "country": "SG",
        "settlement_currency": "USD",
        "business": "x",
    },
    ("POST", "/product-applications/"): {
        "seller": "{seller}",
        "name": "x",
        "description": "x",
        "delivery_method": "saas",
        "billing_modes": ["one_time"],
        "supervised": False,
        "platform_fee_ratio": "0.1",
    },
    ("POST", "/attachments/"): {
        "object_kind": "dispute",
        "object_number": "{dispute}",
        "purpose": "x",
        "name": "x.txt",
        "content": "eA==",
    },
    ("POST", "/adjustments/"): {"bill": "{bill}", "amount": "1", "reason": "x"},
    ("POST", "/disputes/"): {"bill": "{bill}", "line_no": None, "reason": "x", "amount": "1"},
    ("POST", "/disputes/{dispute}/accept/"): {"answer": "x", "amount": "1"},
    ("POST", "/disputes/{dispute}/decline/"): {"answer": "x"},
    ("POST", "/self-billing-consents/"): {"seller": "{seller}", "vat_rate": "0", "exemption": "x"},
    ("POST", "/exit-requests/"): {"seller": "{seller}", "reason": "x"},
    ("POST", "/exit-requests/{wish}/refuse/"): {"reason": "x"},
    ("POST", "/refunds/"): {
        "order": "{settled}",
        "amount": "1",
        "reason": "x",
        "special_agreement": "c",
    },
    ("POST", "/refunds/{refund}/agree/"): {"comment": "x"},
    ("POST", "/refunds/{refund}/complete/"): {"refunded_at": "2026-03-01T00:00:00Z"},
    ("POST", "/deposits/{seller}/movements/"): {
        "kind": "top_up",
        "amount": "1",
        "reference": "x",
    },
    ("POST", "/receivables/{receivable}/payments/"): {"amount": "1", "reference": "x"},
    ("POST", "/receivables/{receivable}/move-to-next-bill/"): {"reason": "x"},
    ("POST", "/bills/{bill}/reject/"): {"reason": "x"},
    ("POST", "/delivery-messages/"): {"order": "{order}", "status": "FREEZE"},
    ("PATCH", "/products/{served}/delivery-interface/"): {"url": "https://198.51.100.7/koo"},
    ("POST", "/products/{served}/delivery-interface/switch/"): {"is_on": False},
}
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.sampled_from(
        ["NaN", "1e400", "-0", "0.0000000000001", "9" * 15, "9" * 40, "0001-01-01T00:00:00+14:00"]
    ),
    st.sampled_from(["9999-12-31T23:59:59-12:00", "202613", "\0", "x" * 5000]),
    st.decimals(allow_nan=False, allow_infinity=False).map(str),
    st.datetimes().map(lambda moment: f"{moment.isoformat()}Z"),
    st.recursive(st.none(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)),
)


def with_one_change(body: Any, place: int, odd: Any) -> Any:
    """The body with one value replaced; its only record is changed inside."""
    if "records" in body:
        return {"records": [with_one_change(body["records"][0], place, odd)]}
    return {**body, list(body)[place % len(body)]: odd}


def test_no_input_is_a_fault_of_ours(world: World, tmp_path: Path, settings: Any) -> None:
    settings.ATTACHMENTS_DIR = tmp_path
    filled = {
        (method, world.mine.fill(path)): world.mine.fill_body(body)
        for (method, path), body in BODIES.items()
    }

    @given(st.sampled_from(sorted(filled)), st.integers(0, 30), ODD)
    def check(call: tuple[str, str], place: int, odd: Any) -> None:
        before = every_table()
        answer = world.operator.send(*call, with_one_change(filled[call], place, odd))
        assert answer.status < 500
        if answer.status >= 400:
            assert answer.media_type == "application/problem+json"
            assert every_table() == before

    check()


ENDPOINTS: list[tuple[str, Any, str]] = router.registry
ASKED = [
    (f"/{prefix}/", parameter)
    for prefix, viewset, _ in ENDPOINTS
    if "(" not in prefix and viewset.pagination_class
    for parameter in (*viewset.filterset_class.base_filters, "cursor", "page_size", "ordering")
]
ODD_TEXT = st.one_of(
    st.text(max_size=50),
    st.integers().map(str),
    st.decimals().map(str),
    st.datetimes().map(lambda moment: f"{moment.isoformat()}Z"),
    st.sampled_from(["true", "1e400", "202602", "999913", "S000001", "\0", "9" * 400, "a,b", ","]),
)


def test_no_question_is_a_fault_of_ours(world: World) -> None:
    @given(st.sampled_from(ASKED), ODD_TEXT)
    def check(asked: tuple[str, str], text: str) -> None:
        path, parameter = asked
        answer = world.operator.get(path, {parameter: text})
        assert answer.status in (200, 400)
        if answer.status == 400:
            assert [where for where, *_ in answer.errors] == [parameter]

    check()
