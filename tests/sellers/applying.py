"""People who apply and decide, and what they send in."""

from decimal import Decimal
from typing import Any

from koogallery.attachments import Document, attach
from koogallery.models import User
from sellers.choices import Role
from sellers.models import Certification, Member, ProductApplication, Seller, SellerApplication
from sellers.services.companies import applications, certifications
from sellers.services.products import release_applications

COMPANY: dict[str, Any] = {
    "company_name": "Nordlicht Analytics GmbH",
    "country": "DE",
    "registration_number": "HRB 4711",
    "settlement_currency": "EUR",
    "website": "https://nordlicht.example",
    "business": "Dashboards for wind parks.",
    "contact_name": "Lina Vogel",
    "contact_email": "lina@nordlicht.example",
    "contact_phone": "+49 40 123456",
}
BANK: dict[str, str] = {
    "account_holder": "Contoso Cloud",
    "account_number": "DE89 3704 0044 0532 0130 00",
    "bank_name": "Hamburger Sparkasse",
    "bank_address": "Adolphsplatz 1, Hamburg",
    "bank_country": "DE",
    "swift_code": "HASPDEHH",
}
BUSINESS: dict[str, Any] = {
    "company_name": "Contoso Cloud",
    "country": "SG",
    "registration_number": "201712345N",
    "address": "1 Raffles Place, Singapore",
    "vat_number": "M90312345A",
    "withholding_tax_rate": Decimal("0.1"),
    "digital_service_tax_rate": Decimal("0.02"),
    "contact_name": "Mia Tan",
    "contact_email": "mia@contoso.example",
    "contact_phone": "+65 6123 4567",
    **BANK,
}
PRODUCT: dict[str, Any] = {
    "name": "Firewall",
    "description": "Keeps strangers out.",
    "delivery_method": "saas",
    "billing_modes": ["yearly_monthly", "package"],
    "supervised": True,
    "platform_fee_ratio": Decimal("0.15"),
}
LICENCE = Document("licence.pdf", b"%PDF-1.7 licence")


def a_member(seller: Seller, name: str, role: Role = Role.OWNER) -> User:
    user = User.objects.create_user(name, email=f"{name}@seller.example")
    Member.objects.create(seller=seller, user=user, role=role)
    return user


def an_application(person: User, **fields: Any) -> SellerApplication:
    """Sent in."""
    started = applications.start_application({**COMPANY, **fields}, actor=person)
    return applications.submit_application(started.number, actor=person)


def a_draft(seller: Seller, actor: User, **fields: Any) -> Certification:
    """With a document, ready to be sent in."""
    draft = certifications.start_certification(seller.number, {**BUSINESS, **fields}, actor=actor)
    if not draft.revises:
        attach("certification", draft.number, LICENCE, actor=actor)
    return draft


def a_certification(seller: Seller, actor: User, **fields: Any) -> Certification:
    """Sent in."""
    draft = a_draft(seller, actor, **fields)
    return certifications.submit_certification(draft.number, actor=actor)


def a_product_application(seller: Seller, actor: User, **fields: Any) -> ProductApplication:
    """Sent in."""
    started = release_applications.start_release(seller.number, {**PRODUCT, **fields}, actor=actor)
    return release_applications.submit_product_application(started.number, actor=actor)
