from typing import Any

import pytest

from sellers.models import Product, Seller
from tests.callers import Caller

pytestmark = pytest.mark.django_db

CONTOSO = {"company_name": "Contoso", "country": "SG", "settlement_currency": "USD"}


def sellers() -> list[dict[str, Any]]:
    return [{**row} for row in Seller.objects.values()]


def test_an_operator_registers_a_seller(olga: Caller) -> None:
    answer = olga.post(
        "/sellers/",
        {
            **CONTOSO,
            "number": "S-7",
            "certified_at": "2024-01-01T08:00:00+08:00",
            "withholding_tax_rate": "0.147059",
            "required_deposit": "500",
        },
    )
    seller = Seller.objects.get()
    assert answer.status == 201
    assert answer.body == {
        "number": "S-7",
        "company_name": "Contoso",
        "country": "SG",
        "settlement_currency": "USD",
        "certified_at": "2024-01-01T00:00:00Z",
        "withholding_tax_rate": "0.147059",
        "digital_service_tax_rate": "0",
        "required_deposit": "500.00",
        "open_cycle": None,
        "left_at": None,
        "created_at": seller.created_at.isoformat().replace("+00:00", "Z"),
        "modified_at": seller.modified_at.isoformat().replace("+00:00", "Z"),
    }
    assert olga.get("/sellers/S-7/").body == answer.body


def test_without_a_number_every_seller_is_another(olga: Caller) -> None:
    first, second = (olga.post("/sellers/", CONTOSO) for _ in range(2))
    assert (first.status, second.status) == (201, 201)
    assert first.body["number"] != second.body["number"]


def test_the_same_number_again_is_acknowledged_with_other_content_refused(olga: Caller) -> None:
    assert olga.post("/sellers/", {**CONTOSO, "number": "S-7"}).status == 201
    assert olga.post("/sellers/", {**CONTOSO, "number": "S-7"}).status == 200
    before = sellers()
    refused = olga.post("/sellers/", {**CONTOSO, "number": "S-7", "country": "CN"})
    assert (refused.status, refused.errors) == (409, [("/number", "conflict", "R9.1")])
    assert sellers() == before


@pytest.mark.parametrize(
    ("wrong", "status", "error"),
    [
        ({"company_name": " "}, 400, ("/company_name", "blank", "")),
        ({"company_name": "x" * 201}, 400, ("/company_name", "max_length", "")),
        ({"country": "sg"}, 422, ("/country", "invalid_country", "R9.1")),
        (
            {"settlement_currency": "XXX"},
            422,
            ("/settlement_currency", "unsupported_currency", "R2.8"),
        ),
        ({"withholding_tax_rate": "1.01"}, 422, ("/withholding_tax_rate", "too_large", "R2.2")),
        ({"required_deposit": "NaN"}, 400, ("/required_deposit", "not_a_number", "R6.2")),
        ({"certified_at": "2024-01-01"}, 400, ("/certified_at", "invalid_instant", "R1.1")),
        ({"left_at": None}, 400, ("/left_at", "unknown_field", "")),
        ({"number": "no spaces"}, 400, ("/number", "invalid_number", "")),
    ],
)
def test_what_is_wrong_is_named_and_nothing_registered(
    olga: Caller, wrong: dict[str, Any], status: int, error: tuple[str, str, str]
) -> None:
    answer = olga.post("/sellers/", {**CONTOSO, **wrong})
    assert (answer.status, answer.errors) == (status, [error])
    assert sellers() == []


def test_a_change_names_only_what_changes(olga: Caller, seller: Seller) -> None:
    answer = olga.patch("/sellers/S-1/", {"certified_at": None, "required_deposit": "5"})
    assert answer.status == 200
    assert (answer.body["certified_at"], answer.body["required_deposit"]) == (None, "5.00")
    seller.refresh_from_db()
    assert (seller.certified_at, seller.country) == (None, "SG")


def test_R9_1_what_is_certified_waits_for_another_operator(olga: Caller, seller: Seller) -> None:
    before = sellers()
    for changes in ({"country": "CN"}, {"withholding_tax_rate": "0.1"}, {"company_name": "Evil"}):
        answer = olga.patch("/sellers/S-1/", changes)
        assert (answer.status, answer.body["act"]) == (202, "seller_change")
    assert sellers() == before


def test_a_number_cannot_be_changed(olga: Caller, seller: Seller) -> None:
    before = sellers()
    answer = olga.patch("/sellers/S-1/", {"number": "S-9"})
    assert (answer.status, answer.errors) == (400, [("/number", "unknown_field", "")])
    assert sellers() == before


def test_sellers_see_themselves_and_change_nothing(writer: Caller, theirs: Product) -> None:
    before = sellers()
    assert [row["number"] for row in writer.every("/sellers/")] == ["S-1"]
    assert writer.get("/sellers/S-1/").status == 200
    assert writer.get("/sellers/S-2/").status == 404
    assert writer.patch("/sellers/S-1/", {"country": "CN"}).status == 403
    assert writer.patch("/sellers/S-2/", {"country": "CN"}).status == 404
    assert writer.post("/sellers/", CONTOSO).status == 403
    assert sellers() == before


def test_a_list_is_filtered_and_ordered(olga: Caller) -> None:
    for number, name, country, certified in [
        ("S-1", "Contoso Cloud", "SG", None),
        ("S-2", "Fabrikam", "CN", "2024-01-01T00:00:00Z"),
        ("S-3", "contoso data", "CN", "2024-02-01T00:00:00Z"),
    ]:
        fields = {"company_name": name, "country": country, "certified_at": certified}
        olga.post("/sellers/", {**CONTOSO, **fields, "number": number})

    def numbers(query: str) -> list[str]:
        return [row["number"] for row in olga.every(f"/sellers/?{query}")]

    assert numbers("company_name=contoso") == ["S-1", "S-3"]
    assert numbers("country=CN&certified=true") == ["S-2", "S-3"]
    assert numbers("certified=false") == ["S-1"]
    assert numbers("certified_at_from=2024-02-01T00:00:00Z") == ["S-3"]
    assert numbers("ordering=-number") == ["S-3", "S-2", "S-1"]
    assert numbers("modified_since=2999-01-01T00:00:00Z") == []
    assert olga.get("/sellers/?city=Shenzhen").status == 400
