"""An invoice over REST, from the invoicing list to the payment that may follow (R8.1)."""

from datetime import date

import pytest
from django.conf import settings

from tests.settlement.api.world import World
from tests.settlement.builders import at, close, make_order, make_product, make_seller
from tests.settlement.e_invoices.samples import an_e_invoice
from tests.tables import every_table

SAID = {
    "invoice_no": "CC-2026-7",
    "invoice_date": "2026-02-09",
    "vat_number": "SG 2012",
    "account_number": "003-9",
    "bank_name": "Bank of Examples",
    "bank_address": "1 Raffles Place",
    "swift_code": "EXMPSGSG",
}


def test_R8_1_an_invoice_of_the_seller_is_verified(world: World) -> None:
    bill = world.mine.bill.number
    world.operator.post(f"/bills/{bill}/approve/")
    due_on = world.reader.get(f"/bills/{bill}/").body["invoice_due_on"]
    assert date.fromisoformat(due_on) > date.today()  # noqa: DTZ011 - any day of this month
    sent = world.writer.post("/invoices/", {"bill": bill, "amount": "1000.00", **SAID})
    number = sent.body["number"]
    assert sent.status == 201
    assert world.reader.get(f"/invoices/{number}/").body == sent.body
    instants = ("submitted_at", "modified_at")
    assert {name: value for name, value in sent.body.items() if name not in instants} == {
        "number": number,
        "state": "under_review",
        "seller": world.mine.seller.number,
        "bill": bill,
        "currency": "USD",
        "amount": "1000.00",
        "taxes": [{"rate": "0", "net": "1000.00", "tax": "0.00", "gross": "1000.00"}],
        "tax": "0.00",
        "gross": "1000.00",
        "company_name": "mine",
        "account_holder": "mine",
        "bill_to": settings.INVOICE_BILL_TO,
        "rejection_reason": None,
        "decided_at": None,
        **SAID,
    }
    assert world.reader.get(f"/bills/{bill}/").body["state"] == "invoice_under_review"
    asked = world.operator.post(f"/invoices/{number}/verify/")
    assert (asked.status, asked.body["act"], asked.body["state"]) == (202, "invoice", "pending")
    assert world.reader.get(f"/invoices/{number}/").body["state"] == "under_review"
    approve = f"/approval-requests/{asked.body['number']}/approve/"
    assert world.operator.post(approve).errors == [("", "another_person_approves", "R4.4")]
    approved = world.second.post(approve).body
    assert (approved["state"], approved["result"]) == ("approved", number)
    assert world.reader.get(f"/invoices/{number}/").body["state"] == "verified"
    assert world.reader.get(f"/bills/{bill}/").body["state"] == "payment_processing"


def test_R8_1_what_is_not_certified_cannot_differ(world: World) -> None:
    """The account was asked for and approved by two; no VAT number is certified, nor an address."""
    seller = make_seller(company_name="Contoso Cloud")
    make_order(make_product(seller), "1000", at(1, 5))
    issued = close(seller, "202601")
    assert issued
    bill = issued.number
    account = {name: SAID[name] for name in ("bank_name", "bank_address", "swift_code")}
    account |= {"account_holder": "Contoso Cloud", "account_number": "003-912345-7"}
    asked = {**account, "seller": seller.number, "bank_country": "SG"}
    number = world.operator.post("/bank-accounts/", asked).body["number"]
    assert world.second.post(f"/bank-accounts/{number}/approve/").body["state"] == "approved"
    world.operator.post(f"/bills/{bill}/approve/")
    body = {"bill": bill, "amount": "1000.00", **SAID, **account, "vat_number": "SG1"}
    sent = world.operator.post("/invoices/", body).body
    verified = world.second.post(f"/invoices/{sent['number']}/verify/")
    assert (verified.status, verified.body["state"]) == (200, "verified")
    assert world.operator.get(f"/bills/{bill}/").body["state"] == "payment_processing"


def test_R8_1_taxes_are_sent_and_read_per_rate(world: World) -> None:
    bill = world.mine.bill.number
    world.operator.post(f"/bills/{bill}/approve/")
    parts = [
        {"rate": "0.19", "net": "600.00", "tax": "114.00"},
        {"rate": "0.07", "net": "400.00", "tax": "28.00"},
    ]
    body = {"bill": bill, "amount": "1000.00", **SAID, "taxes": parts}
    wrong = [parts[0], {**parts[1], "tax": "28.01"}]
    refused = world.writer.post("/invoices/", {**body, "taxes": wrong})
    assert (refused.status, refused.errors) == (422, [("/taxes/1/tax", "tax_differs", "R8.1")])
    for bad, pointer in (
        ([{"rate": "0.19", "net": "600"}], "/taxes/0/tax"),
        ([{**parts[0], "vat": 1}], "/taxes/0/vat"),
        ([{**parts[0], "rate": "x"}], "/taxes/0/rate"),
        ("x", "/taxes"),
    ):
        refused = world.writer.post("/invoices/", {**body, "taxes": bad})
        assert (refused.status, refused.errors[0][0]) == (400, pointer), bad
    sent = world.writer.post("/invoices/", body).body
    gross = ("714.00", "428.00")
    assert sent["taxes"] == [
        {**each, "gross": total} for each, total in zip(parts, gross, strict=True)
    ]
    assert (sent["amount"], sent["tax"], sent["gross"]) == ("1000.00", "142.00", "1142.00")
    listed = world.reader.get("/invoices/?tax_from=142&tax_to=142").body["results"]
    assert [each["number"] for each in listed] == [sent["number"]]


def test_R8_1_a_rejected_invoice_says_why_and_the_bill_waits_again(world: World) -> None:
    bill = world.mine.invoice.bill.number
    body = {"bill": bill, "amount": "50", "invoice_no": "A-2"}
    rest = world.writer.post("/invoices/", body).body["number"]
    rejected = world.operator.post(f"/invoices/{rest}/reject/", {"reason": "no stamp"}).body
    assert (rejected["state"], rejected["rejection_reason"]) == ("rejected", "no stamp")
    shown = world.reader.get(f"/bills/{bill}/").body
    assert (shown["state"], shown["state_reason"]) == ("pending_invoice", "Invoice A-2: no stamp")
    assert world.reader.get(f"/invoices/{world.mine.invoice.number}/").body["state"] == "received"


@pytest.mark.parametrize(
    ("changed", "status", "pointer", "code"),
    [
        ({"amount": "49.99"}, 422, "/amount", "invoices_differ_from_net_payable"),
        ({"amount": "50.01"}, 422, "/amount", "invoices_differ_from_net_payable"),
        (
            {"amount": "50.01", "more_follow": True},
            422,
            "/amount",
            "invoices_differ_from_net_payable",
        ),
        ({"swift_code": "x"}, 422, "/swift_code", "invalid_swift_code"),
        ({"currency": "EUR"}, 422, "/currency", "other_currency"),
        ({"invoice_date": "2999-01-01"}, 422, "/invoice_date", "in_the_future"),
        ({"invoice_date": "9.2.2026"}, 400, "/invoice_date", "invalid_day"),
        ({"invoice_date": "2026-02-30"}, 400, "/invoice_date", "invalid_day"),
        ({"more_follow": "yes"}, 400, "/more_follow", "not_a_flag"),
        ({"colour": "red"}, 400, "/colour", "unknown_field"),
    ],
)
def test_R8_1_what_does_not_fit_is_refused_and_changes_nothing(
    world: World, changed: dict[str, object], status: int, pointer: str, code: str
) -> None:
    before = every_table()
    body = {"bill": world.mine.invoice.bill.number, "amount": "50", **SAID, **changed}
    answer = world.writer.post("/invoices/", body)
    assert (answer.status, [error[:2] for error in answer.errors]) == (status, [(pointer, code)])
    assert every_table() == before


def test_R8_1_nobody_invoices_another_sellers_bill(world: World) -> None:
    before = every_table()
    body = {"bill": world.theirs.invoice.bill.number, "amount": "50", **SAID}
    assert world.writer.post("/invoices/", body).status == 404
    assert world.reader.get(f"/invoices/{world.theirs.invoice.number}/").status == 404
    assert every_table() == before


def test_invoices_are_narrowed(world: World) -> None:
    mine = world.mine.invoice
    for query in (
        {"bill": mine.bill.number},
        {"state": "received,verified"},
        {"invoice_no": mine.invoice_no},
        {"amount_from": "30", "amount_to": "30"},
        {"invoice_date_from": "2020-01-01"},
    ):
        found = world.reader.get("/invoices/", query).body["results"]
        assert [each["number"] for each in found] == [mine.number], query
    for query in ({"state": "rejected"}, {"invoice_date_to": "2020-01-01"}):
        assert world.reader.get("/invoices/", query).body["results"] == []


def test_R8_3_an_e_invoice_is_the_body(world: World) -> None:
    bill = world.mine.bill.number
    address = f"/bills/{bill}/e-invoice/"
    world.operator.post(f"/bills/{bill}/approve/")
    file = an_e_invoice(seller="mine", number="EI-7", buyer=settings.INVOICE_BILL_TO)

    looked = world.writer.post(address, file)
    assert (looked.status, looked.body["acceptable"], looked.body["invoice"]) == (200, True, None)
    read = looked.body["read"]
    assert {name: read[name] for name in ("syntax", "invoice_no", "amount", "tax", "gross")} == {
        "syntax": "UBL 2.1",
        "invoice_no": "EI-7",
        "amount": "1000.00",
        "tax": "90.00",
        "gross": "1090.00",
    }
    assert [each["term"] for each in looked.body["comparison"] if not each["equal"]] == []
    assert world.reader.get("/invoices/?invoice_no=EI-7").body["results"] == []

    wrong = an_e_invoice(seller="mine", buyer="Somebody", currency="DKK")
    looked = world.writer.post(address, wrong)
    assert (looked.status, looked.body["acceptable"]) == (200, False)
    told = {each["term"]: each["refusal"] for each in looked.body["comparison"] if each["refusal"]}
    assert told["BT-5"] == "BT-5 (invoice currency): it is DKK; the bill is in USD."
    refused = world.writer.post(f"{address}?submit=true", wrong)
    assert (refused.status, refused.errors) == (
        422,
        [("/BT-5", "other_currency", "R8.3"), ("/BT-44", "other_buyer", "R8.3")],
    )
    assert world.writer.post(address, b"<!DOCTYPE a><a/>").errors == [
        ("/file", "document_type", "R8.3")
    ]
    assert world.writer.post(address, b"x" * 50_000_000).status == 413
    assert world.writer.post(address, b"").errors == [("/file", "empty_document", "R8.3")]
    assert world.writer.post(f"{address}?submit=maybe", file).status == 400
    assert world.reader.post(address, file).status == 403

    sent = world.writer.post(f"{address}?submit=true", file, idempotency_key="once")
    assert (sent.status, sent.body["invoice"]["state"]) == (201, "under_review")
    again = world.writer.post(f"{address}?submit=true", file, idempotency_key="once")
    assert (again.status, again.body) == (201, sent.body)
    number = sent.body["invoice"]["number"]
    assert world.reader.get(f"/invoices/{number}/").body == sent.body["invoice"]
    [kept] = world.reader.get(f"/attachments/?object_number={number}").body["results"]
    assert (kept["name"], kept["purpose"]) == ("EI-7.xml", "e_invoice")
    assert world.reader.get(f"/attachments/{kept['number']}/content/").content == file
