"""Applications, certifications and bank accounts over REST (R9.1, R9.2)."""

from base64 import b64encode
from typing import Any

import pytest

from koogallery.models import User
from sellers.choices import Role
from sellers.models import BankAccount, Product, Seller
from tests.callers import Caller, operator_caller, seller_caller
from tests.sellers.applying import BANK, BUSINESS, COMPANY, PRODUCT, a_member
from tests.tables import every_table
from tests.world import a_seller, an_operator

PDF = b64encode(b"%PDF-1.7 licence").decode()
NEW = {**BANK, "account_number": "SG47110815", "swift_code": "DBSSSGSG"}


@pytest.fixture
def seller(db: None) -> Seller:
    return a_seller("S-1", certified=None)


@pytest.fixture
def oscar(db: None) -> Caller:
    return operator_caller(an_operator("oscar"))


def certify(writer: Caller, oscar: Caller) -> str:
    number = start(writer)
    assert writer.post(f"/certifications/{number}/submit/", {}).body["state"] == "pending"
    assert oscar.post(f"/certifications/{number}/approve/", {}).body["state"] == "certified"
    account = BankAccount.objects.get().number
    refused = oscar.post(f"/bank-accounts/{account}/approve/", {})
    assert refused.errors == [("", "a_bank_account_takes_a_second_operator", "R9.1")]
    otto = operator_caller(an_operator("otto"))
    assert otto.post(f"/bank-accounts/{account}/approve/", {}).body["state"] == "approved"
    return number


def start(writer: Caller) -> str:
    started = writer.post("/certifications/", {"seller": "S-1", **BUSINESS})
    number = str(started.body["number"])
    assert started.status == 201
    document = {"object_kind": "certification", "object_number": number, "name": "licence.pdf"}
    assert writer.post("/attachments/", {**document, "content": PDF}).status == 201
    return number


def test_R9_1_a_seller_is_certified_over_rest(
    writer: Caller, oscar: Caller, reader: Caller
) -> None:
    number = certify(writer, oscar)
    shown = reader.get(f"/certifications/{number}/").body
    assert shown["account_number"] == "DE89370400440532013000"
    assert shown["withholding_tax_rate"] == "0.1"
    stand = reader.get("/sellers/S-1/certification/").body
    assert (stand["standing"], stand["rejections"], stand["certified"]) == ("certified", 0, number)
    [account] = reader.every("/bank-accounts/?seller=S-1")
    assert (account["version"], account["state"]) == (1, "approved")
    listed = reader.every("/certifications/?state=certified,rejected&country=SG")
    assert [each["number"] for each in listed] == [number]


def test_R9_1_everything_wrong_is_pointed_at(writer: Caller) -> None:
    started = writer.post("/certifications/", {"seller": "S-1"}).body["number"]
    answer = writer.post(f"/certifications/{started}/submit/", {})
    assert answer.status == 422
    assert ("/account_holder", "required", "R9.1") in answer.errors
    assert ("/documents", "document_missing", "R9.1") in answer.errors


def test_R9_1_another_name_on_the_account_is_refused_with_the_rule(writer: Caller) -> None:
    number = start(writer)
    writer.patch(f"/certifications/{number}/", {"account_holder": "Mia Tan"})
    answer = writer.post(f"/certifications/{number}/submit/", {})
    assert answer.errors == [("/account_holder", "account_name_differs", "R9.1")]


def test_R9_1_three_rejections_lock_and_an_operator_unlocks(writer: Caller, oscar: Caller) -> None:
    number = start(writer)
    for attempt in range(3):
        writer.post(f"/certifications/{number}/submit/", {})
        rejected = oscar.post(f"/certifications/{number}/reject/", {"reason": f"No {attempt}"})
        assert rejected.body["reason"] == f"No {attempt}"
        if attempt < 2:
            number = writer.post(f"/certifications/{number}/revise/", {}).body["number"]
    answer = writer.post(f"/certifications/{number}/revise/", {})
    assert (answer.status, answer.errors) == (409, [("", "three_rejections_lock", "R9.1")])
    unlock = "/sellers/S-1/certification/unlock/"
    assert writer.post(unlock, {"reason": "please"}).status == 403
    assert oscar.post(unlock, {"reason": "The registry erred."}).body["standing"] == "rejected"
    assert writer.post(f"/certifications/{number}/revise/", {}).status == 200


def test_R9_1_the_same_operator_is_refused_twice_over_rest(writer: Caller, oscar: Caller) -> None:
    certify(writer, oscar)
    change = writer.post("/bank-accounts/", {"seller": "S-1", **NEW}).body["number"]
    olga = operator_caller(an_operator("olga"))
    assert olga.post(f"/bank-accounts/{change}/check/", {}).body["state"] == "checked"
    before = every_table()
    answer = olga.post(f"/bank-accounts/{change}/approve/", {})
    assert answer.errors == [("", "a_bank_account_takes_a_second_operator", "R9.1")]
    assert (answer.status, every_table()) == (403, before)
    done = oscar.post(f"/bank-accounts/{change}/approve/", {}).body
    assert (done["state"], done["usable_from"] > done["approved_at"]) == ("approved", True)
    stopped = writer.post(f"/bank-accounts/{change}/stop/", {"reason": "Not ours."})
    assert stopped.body["state"] == "stopped"


@pytest.mark.parametrize(
    ("role", "whole"),
    [(Role.OWNER, True), (Role.FINANCE, True), (Role.OPERATIONS, False), (Role.VIEWER, False)],
)
def test_R9_1_account_numbers_are_masked_but_for_treasurers(
    writer: Caller, oscar: Caller, seller: Seller, role: Role, whole: bool
) -> None:
    certify(writer, oscar)
    somebody = seller_caller(a_member(seller, "somebody", role), "S-1")
    wanted = "DE89370400440532013000" if whole else "•••• 3000"
    for path in ("/bank-accounts/", "/certifications/"):
        assert [each["account_number"] for each in somebody.every(path)] == [wanted]


def test_R9_1_operators_without_the_duty_see_the_end_of_account_numbers(
    writer: Caller, oscar: Caller
) -> None:
    certify(writer, oscar)
    viewer = User.objects.create_user("vera", is_staff=True, operator_roles=["viewer"])
    [account] = operator_caller(viewer).every("/bank-accounts/")
    assert account["account_number"] == "•••• 3000"
    assert oscar.every("/bank-accounts/")[0]["account_number"] == "DE89370400440532013000"


def test_R9_1_a_person_applies_in_the_browsers_session(client: Any, oscar: Caller) -> None:
    lina = User.objects.create_user("lina", email="lina@nordlicht.example")
    client.force_login(lina)
    base = "/api/v1/seller-applications/"

    def post(path: str, body: Any) -> Any:
        return client.post(path, body, content_type="application/json")

    started = post(base, COMPANY)
    number = started.json()["number"]
    assert (started.status_code, started.json()["applicant"]) == (201, "lina")
    assert post(f"{base}{number}/submit/", {}).json()["state"] == "pending_review"
    assert post(f"{base}{number}/approve/", {}).status_code == 403
    done = oscar.post(f"/seller-applications/{number}/approve/", {}).body
    assert Seller.objects.get(number=done["seller"]).members.get().user == lina
    assert client.get(base).json()["results"][0]["state"] == "approved"
    other = User.objects.create_user("other")
    client.force_login(other)
    assert client.get(f"{base}{number}/").status_code == 404


def test_R9_1_a_token_of_one_seller_applies_for_no_other(writer: Caller) -> None:
    before = every_table()
    refused = writer.post("/seller-applications/", COMPANY)
    assert (refused.status, refused.errors) == (403, [("", "token_of_one_seller", "R9.1")])
    assert every_table() == before


def test_R9_2_a_product_is_released_and_changed_over_rest(writer: Caller, oscar: Caller) -> None:
    body = {**PRODUCT, "seller": "S-1"}
    number = writer.post("/product-applications/", body).body["number"]
    refused = writer.post(f"/product-applications/{number}/submit/", {})
    assert refused.errors == [("", "seller_not_certified", "R9.2")]
    certify(writer, oscar)
    writer.post(f"/product-applications/{number}/submit/", {})
    done = oscar.post(f"/product-applications/{number}/approve/", {}).body
    product = Product.objects.get()
    assert (done["product"], done["kind"]) == (product.number, "release")
    shown = writer.get(f"/products/{product.number}/").body
    assert (shown["billing_modes"], shown["description"]) == (
        ["package", "yearly_monthly"],
        "Keeps strangers out.",
    )
    change = writer.post(
        "/product-applications/", {"product": product.number, "platform_fee_ratio": "0.1"}
    ).body
    assert (change["kind"], change["name"]) == ("change", "Firewall")
    delisted = writer.post(f"/products/{product.number}/delist/", {}).body
    assert delisted["listed"] is False
    assert writer.post(f"/products/{product.number}/relist/", {}).body["listed"] is True


@pytest.mark.parametrize(
    ("wrong", "status", "error"),
    [
        ({"product": "P-1"}, 400, ("/seller", "required", "R9.2")),
        (
            {"delivery_method": "hardware"},
            422,
            ("/billing_modes", "billing_mode_not_sold", "R9.2"),
        ),
        ({"billing_modes": ["rent"]}, 400, ("/billing_modes/0", "invalid_choice", "")),
        ({"platform_fee_ratio": "12345"}, 422, ("/platform_fee_ratio", "too_large", "R2.1")),
    ],
)
def test_R9_2_what_is_sent_wrongly_is_named(
    writer: Caller, wrong: dict[str, Any], status: int, error: tuple[str, str, str]
) -> None:
    before = every_table()
    answer = writer.post("/product-applications/", {**PRODUCT, "seller": "S-1", **wrong})
    assert (answer.status, answer.errors, every_table()) == (status, [error], before)


def test_R9_1_another_sellers_documents_and_accounts_do_not_exist(
    writer: Caller, oscar: Caller
) -> None:
    number = certify(writer, oscar)
    document = writer.every("/attachments/")[0]["number"]
    account = BankAccount.objects.get().number
    stranger = seller_caller(a_member(a_seller("S-2"), "stranger"), "S-2", may_write=True)
    paths = [
        f"/attachments/{document}/",
        f"/attachments/{document}/content/",
        f"/certifications/{number}/",
        f"/bank-accounts/{account}/",
        "/sellers/S-1/certification/",
    ]
    assert {stranger.get(path).status for path in paths} == {404}
    for path in ("/attachments/", "/certifications/", "/bank-accounts/"):
        assert stranger.every(path) == []
