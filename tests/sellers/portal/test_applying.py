"""Applications, certification and bank account in the console (R9.1, R9.2)."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from koogallery.models import Attachment, User
from sellers.choices import Role
from sellers.models import (
    BankAccount,
    Certification,
    Product,
    ProductApplication,
    Seller,
    SellerApplication,
)
from sellers.services.companies.bank_accounts import approve_bank_account
from sellers.services.companies.certifications import approve_certification
from sellers.services.products.release_applications import approve_product_application
from tests.books import snapshot
from tests.sellers.applying import BANK, BUSINESS, COMPANY, a_certification, a_member
from tests.world import a_product, a_seller, an_operator

pytestmark = pytest.mark.django_db

PRODUCT = {
    "name": "Firewall",
    "description": "Keeps strangers out.",
    "delivery_method": "saas",
    "billing_modes": ["yearly_monthly"],
    "platform_fee_ratio": "15",
}


@pytest.fixture
def seller(db: None) -> Seller:
    return a_seller("S-1", certified=None)


@pytest.fixture
def mia(seller: Seller) -> User:
    return a_member(seller, "mia")


@pytest.fixture
def console(client: Client, mia: User) -> Client:
    client.force_login(mia)
    return client


def a_file(name: str = "licence.pdf", content: bytes = b"%PDF-1.7 x") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def written(**fields: Any) -> dict[str, Any]:
    """As the form has it: shares as percentages."""
    shares = {"withholding_tax_rate": "10", "digital_service_tax_rate": "2"}
    return {**BUSINESS, **shares, **fields}


FORM = "/settings/company/certification/"


def test_R9_1_a_person_without_a_seller_is_shown_the_way_and_applies(client: Client) -> None:
    client.force_login(User.objects.create_user("lina", email="lina@nordlicht.example"))
    assert "/apply/" in client.get("/", follow=True).text
    answer = client.post("/apply/add/", {**COMPANY, "submit": "1"}, follow=True)
    application = SellerApplication.objects.get()
    assert application.state == "pending_review"
    assert "Operations answer within 3 working days" in answer.text
    assert application.number in client.get("/apply/").text
    assert client.get("/apply/add/")["Location"] == f"/apply/{application.number}/"
    client.force_login(User.objects.create_user("other"))
    assert client.get(f"/apply/{application.number}/").status_code == 404
    assert client.get(f"/apply/{application.number}/edit/").status_code == 404
    assert application.number not in client.get("/apply/").text


def test_R9_1_what_is_refused_is_one_draft_however_often_it_is_sent(client: Client) -> None:
    """Also by who goes back and sends the first form again."""
    client.force_login(User.objects.create_user("lina", email="lina@nordlicht.example"))
    assert 'value="lina@nordlicht.example"' in client.get("/apply/add/").text
    for _ in range(2):
        html = client.post("/apply/add/", {"company_name": "Nordlicht", "submit": "1"}).text
    draft = SellerApplication.objects.get()
    assert f'action="/apply/{draft.number}/edit/"' in html
    client.post(f"/apply/{draft.number}/edit/", {**COMPANY, "submit": "1"})
    draft.refresh_from_db()
    assert (draft.state, draft.company_name) == ("pending_review", COMPANY["company_name"])


def test_R9_2_a_refused_product_is_one_draft(console: Client, seller: Seller) -> None:
    Seller.objects.update(certified_at=seller.created_at)
    wanting = {**PRODUCT, "description": "", "submit": "1"}
    for _ in range(2):
        html = console.post("/products/applications/add/", wanting).text
    draft = ProductApplication.objects.get()
    edit = f"/products/applications/{draft.number}/edit/"
    assert f'action="{edit}"' in html
    assert console.post(edit, {**PRODUCT, "submit": "1"}).status_code == 302
    draft.refresh_from_db()
    assert draft.state == "pending_approval"


@pytest.mark.parametrize("page", ["/overview/", "/statement/", "/settings/company/", "/search/"])
def test_R9_1_who_belongs_to_no_company_is_led_to_apply(client: Client, page: str) -> None:
    client.force_login(User.objects.create_user("lina"))
    html = client.get(page, follow=True).text
    assert "/apply/add/" in html and 'href="/bills/"' not in html and 'href="/notices/"' in html


def test_R9_1_a_draft_is_saved_without_being_complete(console: Client) -> None:
    answer = console.post(FORM, {"registration_number": "4711", "documents": a_file()})
    draft = Certification.objects.get()
    assert (answer.status_code, draft.state, draft.registration_number) == (302, "draft", "4711")
    assert "licence.pdf" in console.get(FORM).text
    document = Attachment.objects.get()
    console.post(FORM, {"attachment": document.number})
    assert "licence.pdf" not in console.get(FORM).text


def test_R9_1_what_is_wrong_stands_at_its_field_and_the_rest_is_kept(console: Client) -> None:
    body = written(account_holder="Mia Tan", submit="1", documents=a_file())
    html = console.post(FORM, body).text
    assert "it must be held by the company, Contoso Cloud." in html
    draft = Certification.objects.get()
    assert (draft.state, draft.account_number) == ("draft", "DE89370400440532013000")
    html = console.get(FORM).text
    assert "DE89370400440532013000" not in html and "Ends in 3000" in html
    body = written(account_number="", submit="1", registration_number="2")
    assert console.post(FORM, body).status_code == 302
    draft.refresh_from_db()
    assert (draft.state, draft.account_number) == ("pending", "DE89370400440532013000")


def test_R9_1_a_file_of_another_kind_is_refused(console: Client) -> None:
    html = console.post(FORM, written(documents=a_file("licence.exe"))).text
    assert "Attach a file of these types" in html
    assert not Attachment.objects.exists()


def test_R9_1_account_numbers_are_shown_to_treasurers(client: Client, seller: Seller) -> None:
    mia = a_member(seller, "mia")
    approve_certification(a_certification(seller, mia).number, actor=an_operator("oscar"))
    account = BankAccount.objects.get()
    approve_bank_account(account.number, actor=an_operator("olga"))
    pages = ("/settings/company/", f"/bank-accounts/{account.number}/")
    for role, whole in ((Role.FINANCE, True), (Role.VIEWER, False), (Role.OPERATIONS, False)):
        client.force_login(a_member(seller, f"the-{role}", role))
        for page in pages:
            html = client.get(page).text
            assert ("DE89370400440532013000" in html) is whole, (role, page)
            assert whole or "•••• 3000" in html
    number = Attachment.objects.get().number
    client.force_login(User.objects.get(username="the-viewer"))
    assert client.get(f"/attachments/{number}/").status_code == 403
    client.force_login(a_member(a_seller("S-2"), "stranger"))
    for page in (f"/attachments/{number}/", *pages[1:], f"/certifications/{number}/"):
        assert client.get(page).status_code == 404


def test_R9_1_a_bank_account_of_another_name_is_refused(console: Client, mia: User) -> None:
    page = "/settings/company/bank-account/"
    before = snapshot()
    html = console.post(page, {**BANK, "account_holder": "Mia Tan"}).text
    assert "it must be held by the company" in html
    assert snapshot() == before
    assert console.post(page, BANK).status_code == 302
    assert BankAccount.objects.get().state == "requested"


def test_R9_2_a_product_is_applied_for_and_changed(console: Client, seller: Seller) -> None:
    Seller.objects.update(certified_at=seller.created_at)
    answer = console.post("/products/applications/add/", {**PRODUCT, "submit": "1"}, follow=True)
    application = ProductApplication.objects.get()
    assert "Operations answer within 3 working days" in answer.text
    assert (application.state, str(application.platform_fee_ratio)) == (
        "pending_approval",
        "0.150000",
    )
    approve_product_application(application.number, actor=an_operator("oscar"))
    product = Product.objects.get()
    page = f"/products/{product.number}/"
    assert "Keeps strangers out." in console.get(page).text
    edit = console.post(f"{page}change/")["Location"]
    html = console.post(edit, {**PRODUCT, "delivery_method": "hardware", "submit": "1"}).text
    assert "hardware is not sold as yearly-monthly." in html
    console.post(edit, {**PRODUCT, "name": "Firewall Pro", "submit": "1"})
    change = ProductApplication.objects.get(kind="change")
    assert (change.state, change.name) == ("pending_approval", "Firewall Pro")
    assert "Firewall Pro" in console.get("/products/").text
    assert console.post(f"/products/applications/{change.number}/withdraw/").status_code == 302


def test_R9_2_a_product_is_delisted_after_a_question(console: Client, seller: Seller) -> None:
    product = a_product(seller)
    page = f"/products/{product.number}/"
    assert "Delist this product?" in console.get(f"{page}delist/").text
    assert Product.objects.get().is_listed
    console.post(f"{page}delist/")
    assert not Product.objects.get().is_listed
    assert "List again" in console.get(page).text
    console.post(f"{page}relist/")
    assert Product.objects.get().is_listed


@pytest.mark.parametrize("role", [Role.FINANCE, Role.VIEWER])
def test_R9_2_who_may_only_read_changes_nothing(client: Client, seller: Seller, role: Role) -> None:
    product = a_product(seller)
    client.force_login(a_member(seller, "somebody", role))
    before = snapshot()
    for page in (f"/products/{product.number}/delist/", "/products/applications/add/", FORM):
        assert client.post(page, {**PRODUCT, **written()}).status_code == 403
    assert snapshot() == before


def test_the_search_finds_what_was_applied_for(console: Client, seller: Seller, mia: User) -> None:
    sent = a_certification(seller, mia)
    found = console.get("/search/", {"q": sent.number.lower()})
    assert found["Location"] == f"/certifications/{sent.number}/"
