"""What each seller of the world has applied for: all of it waits for an operator."""

from decimal import Decimal
from typing import Any

from django.utils import timezone

from koogallery.models import User
from koogallery.numbering import next_number
from sellers.models import (
    BankAccount,
    Certification,
    ProductApplication,
    Seller,
    SellerApplication,
)
from tests.sellers.applying import BANK, BUSINESS, COMPANY, PRODUCT


def applied_for(seller: Seller, actor: User, approver: User | None = None) -> dict[str, Any]:
    """Rows alone, without the files of documents; sent in by an operator for the seller.

    With an `approver` the application was approved, and is the seller's own.
    """
    sent = {"created_by": actor, "submitted_by": actor, "submitted_at": timezone.now()}
    name = seller.company_name
    return {
        "application": SellerApplication.objects.create(
            number=next_number("SA"),
            applicant=User.objects.create_user(f"{name}-applicant"),
            state="approved" if approver else "pending_review",
            seller=seller if approver else None,
            decided_by=approver,
            decided_at=timezone.now() if approver else None,
            **sent,
            **{**COMPANY, "company_name": f"{name} Two"},
        ),
        "certification": Certification.objects.create(
            number=next_number("CE"),
            seller=seller,
            state="pending",
            **sent,
            **{
                **BUSINESS,
                "company_name": name,
                "account_holder": name,
                "withholding_tax_rate": Decimal(0),
                "digital_service_tax_rate": Decimal(0),
            },
        ),
        "bank_account": BankAccount.objects.create(
            number=next_number("BA"),
            seller=seller,
            version=1,
            requested_by=actor,
            **{**BANK, "account_holder": name},
        ),
        "product_application": ProductApplication.objects.create(
            number=next_number("PA"),
            seller=seller,
            kind="release",
            state="pending_approval",
            **sent,
            **PRODUCT,
        ),
    }
