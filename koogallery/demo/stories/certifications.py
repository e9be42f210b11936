"""What sellers apply for: companies, certifications, bank accounts and products (R9.1, R9.2)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from koogallery.attachments import Document, attach
from koogallery.demo.acts import Act
from koogallery.demo.calendar import Calendar
from koogallery.demo.desk import Desk
from koogallery.models import User
from sellers.models import Seller
from sellers.services.companies import applications, bank_accounts, certifications
from sellers.services.products import release_applications

#: Seller -> where it is paid: the bank, its SWIFT code, the account.
PAID_TO = {
    "S000001": ("DBS Bank", "DBSSSGSG", "SG", "0039012284"),
    "S000002": ("Commerzbank", "COBADEFF", "DE", "DE02120300000000202051"),
    "S000004": ("Kasikornbank", "KASITHBK", "TH", "0411234567"),
    "S000010": ("HSBC Hong Kong", "HSBCHKHH", "HK", "812204001838"),
    "S000012": ("mBank", "BREXPLPW", "PL", "PL61109010140000071219812874"),
    "S000017": ("Barclays", "BARCGB22", "GB", "GB33BUKB20201555555555"),
    "S000037": ("Mizuho Bank", "MHCBJPJT", "JP", "0011234567"),
}


#: One change of an account cools down, another waits for the second operator.
MOVED = (
    {
        "seller": "S000004",
        "bank": ("Bangkok Bank", "BKKBTHBK", "TH", "1234567890"),
        "owner": "nok",
    },
    {
        "seller": "S000012",
        "bank": ("PKO BP", "BPKOPLPW", "PL", "0102102100"),
        "owner": "zofia",
        "is_approved": False,
    },
)


def certifications_and_products(calendar: Calendar) -> Sequence[Act]:
    certified_at, now = calendar.at(1, 2, 9), calendar.latest
    return [
        *(Act(certified_at, be_certified_again, {"seller": seller}) for seller in PAID_TO),
        *(Act(now, move_bank_account, facts) for facts in MOVED),
        Act(now, be_rejected_twice, {"seller": "S000016"}),
        Act(now, apply_for_products, {}),
        Act(now, apply_to_sell, {}),
    ]


def _paper(name: str) -> Document:
    """A file of the right kind; nobody reads it."""
    return Document(name, b"%PDF-1.4\n% the demo's\n%%EOF\n")


def _business(seller: Seller) -> dict[str, Any]:
    return {
        "registration_number": f"{seller.country}-{seller.number[1:]}",
        "address": "1 Market Street",
        "vat_number": f"{seller.country}{seller.number[1:]}77",
        "tax_numbers": f"{seller.country} {seller.number[1:]}001",
        "contact_name": "Accounts office",
        "contact_email": f"accounts@{seller.number.lower()}.example",
        "contact_phone": "+65 6123 4567",
    }


def _bank(seller: Seller, bank: str, swift: str, country: str, account: str) -> dict[str, str]:
    return {
        "account_holder": seller.company_name,
        "account_number": account,
        "bank_name": bank,
        "bank_country": country,
        "swift_code": swift,
    }


def _send_in(seller: Seller, writer: User, content: dict[str, Any]) -> str:
    draft = certifications.start_certification(seller.number, content, actor=writer)
    attach("certification", draft.number, _paper("business-licence.pdf"), actor=writer)
    return certifications.submit_certification(draft.number, actor=writer).number


def be_certified_again(desk: Desk, *, seller: str) -> object:
    """Certified long ago, the seller sends in its documents, and where it is paid."""
    of = Seller.objects.get(number=seller)
    content = {**_business(of), **_bank(of, *PAID_TO[seller])}
    sent = _send_in(of, desk.deliverer_for(seller), content)
    certified = certifications.approve_certification(sent, actor=desk.second)
    for account in of.bank_accounts.filter(state="checked"):
        bank_accounts.approve_bank_account(account.number, actor=desk.third)
    return certified


def be_rejected_twice(desk: Desk, *, seller: str) -> object:
    """One more rejection locks it."""
    of = Seller.objects.get(number=seller)
    bank = _bank(of, "OCBC Bank", "OCBCSGSG", "SG", "501234567001")
    for reason in ("The licence cannot be read.", "The licence has expired."):
        sent = _send_in(of, desk.first, {**_business(of), **bank})
        certifications.reject_certification(sent, reason, actor=desk.second)
    return _send_in(of, desk.first, {"vat_number": "SG201612345N"})


def move_bank_account(
    desk: Desk,
    *,
    seller: str,
    bank: tuple[str, str, str, str],
    owner: str,
    is_approved: bool = True,
) -> object:
    """A member asks for another account; an operator calls back, the other one approves."""
    of, person = Seller.objects.get(number=seller), User.objects.get(username=owner)
    asked = bank_accounts.request_bank_account(seller, _bank(of, *bank), actor=person)
    attach("bank_account", asked.number, _paper("bank-statement.pdf"), actor=person)
    desk.later(hours=4)
    bank_accounts.check_bank_account(asked.number, actor=desk.first)
    desk.later(hours=21)
    if is_approved:
        bank_accounts.approve_bank_account(asked.number, actor=desk.second)
    return asked


def apply_for_products(desk: Desk) -> object:
    """A release that waits, one that was rejected, a draft, and a change of a ratio."""
    nok = User.objects.get(username="nok")
    _release(nok, "Harbour Forecast", "saas", ["pay_per_use", "package"])
    rejected = _release(nok, "Berth Planner", "license", ["one_time"])
    release_applications.reject_product_application(
        rejected, "Describe what the licence covers.", actor=desk.second
    )
    product = Seller.objects.get(number="S000004").products.order_by("number").first()
    assert product is not None, "the catalogue has some"
    change = release_applications.start_change(
        product.number, {"platform_fee_ratio": Decimal("0.12")}, actor=nok
    )
    text = "The same product, at the fee agreed for next year."
    modes = ["pay_per_use" if change.delivery_method == "image" else "one_time"]
    release_applications.edit_product_application(
        change.number, {"description": text, "billing_modes": modes}, actor=nok
    )
    return release_applications.submit_product_application(change.number, actor=nok)


def _release(who: User, name: str, method: str, modes: list[str]) -> str:
    content = {
        "name": name,
        "description": f"{name}: what a harbour needs to know a day before.",
        "delivery_method": method,
        "billing_modes": modes,
        "supervised": False,
        "platform_fee_ratio": Decimal("0.15"),
    }
    draft = release_applications.start_release("S000004", content, actor=who)
    return release_applications.submit_product_application(draft.number, actor=who).number


def apply_to_sell(_: Desk) -> object:
    """A company that is no seller yet waits for its answer."""
    person, _made = User.objects.get_or_create(
        username="ines", defaults={"email": "ines@koogallery.example", "first_name": "Inês"}
    )
    person.set_unusable_password()
    person.save(update_fields=["password"])
    content = {
        "company_name": "Maré Alta Sistemas",
        "country": "PT",
        "registration_number": "PT 514 223 118",
        "settlement_currency": "EUR",
        "website": "https://marealta.example",
        "business": "Tide and swell models for small ports.",
        "contact_name": "Inês Prata",
        "contact_email": "ines@koogallery.example",
        "contact_phone": "+351 21 123 4567",
    }
    draft = applications.start_application(content, actor=person)
    return applications.submit_application(draft.number, actor=person)
