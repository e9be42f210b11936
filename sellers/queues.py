"""What of sellers and their products waits for operators."""

from koogallery.duties import Duty
from koogallery.kit.language import marked
from koogallery.queues import QUEUES, Queue, not_by
from sellers.models import BankAccount, Certification, ProductApplication, SellerApplication

QUEUES += [
    Queue(
        title=marked("Sellers’ applications"),
        model=SellerApplication,
        rows=lambda: SellerApplication.objects.filter(state=SellerApplication.WAITING),
        since="submitted_at",
        act=Duty.CERTIFY_SELLERS,
        limit=3,
        open_to=not_by("submitted_by"),
    ),
    Queue(
        title=marked("Certifications"),
        model=Certification,
        rows=lambda: Certification.objects.filter(state=Certification.WAITING),
        since="submitted_at",
        act=Duty.CERTIFY_SELLERS,
        limit=3,
        open_to=not_by("submitted_by"),
    ),
    Queue(
        title=marked("Products’ applications"),
        model=ProductApplication,
        rows=lambda: ProductApplication.objects.filter(state=ProductApplication.WAITING),
        since="submitted_at",
        act=Duty.REVIEW_PRODUCTS,
        limit=3,
        open_to=not_by("submitted_by"),
    ),
    Queue(
        title=marked("Changed bank accounts"),
        model=BankAccount,
        rows=lambda: BankAccount.objects.filter(state__in=["requested", "checked"]),
        since="requested_at",
        act=Duty.APPROVE_BANK_ACCOUNTS,
        limit=2,
        open_to=not_by("requested_by", "checked_by"),
    ),
]
