from typing import ClassVar

from django.db import models
from django.db.models import Q

from koogallery import fields
from koogallery.scoping import ScopedQuerySet
from sellers.choices import CertificationState
from sellers.models.bank_accounts import BANK_COLUMNS, BankDetails
from sellers.models.reviews import Reviewed, review_constraints
from sellers.models.sellers import Seller


class CertificationQuerySet(ScopedQuerySet["Certification"]):
    pass


class Certification(Reviewed, BankDetails):
    """A seller's business information, sent in to be certified (R9.1).

    Each attempt is a row, so that what was rejected and why stays readable. The bank details are
    those of the first account; later ones are changed by themselves.
    """

    STATES = CertificationState
    WAITING: ClassVar[str] = CertificationState.PENDING
    ACCEPTED: ClassVar[str] = CertificationState.CERTIFIED
    CONTENT: ClassVar[tuple[str, ...]] = (
        "company_name",
        "country",
        "registration_number",
        "address",
        "vat_number",
        "tax_numbers",
        "withholding_tax_rate",
        "digital_service_tax_rate",
        "contact_name",
        "contact_email",
        "contact_phone",
        *BANK_COLUMNS,
    )

    seller = models.ForeignKey(Seller, models.PROTECT, related_name="certifications")
    state = fields.state(CertificationState.DRAFT, max_length=12)
    company_name = fields.NameField(max_length=200, blank=True)
    country = models.CharField(max_length=2, blank=True)
    registration_number = fields.NameField(max_length=60, blank=True)
    address = fields.NameField(max_length=300, blank=True)
    vat_number = fields.NameField(max_length=40, blank=True)
    tax_numbers = fields.NameField(max_length=300, blank=True, db_default="")
    withholding_tax_rate = fields.ratio(default=0)
    digital_service_tax_rate = fields.ratio(default=0)
    contact_name = fields.NameField(max_length=200, blank=True)
    contact_email = fields.NameField(max_length=254, blank=True)
    contact_phone = fields.NameField(max_length=40, blank=True)

    objects = CertificationQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "submitted_at"], name="certification_queue")]
        constraints = [
            *review_constraints(
                "certification",
                CertificationState,
                CertificationState.PENDING,
                CertificationState.CERTIFIED,
            ),
            fields.once(
                "a_seller_has_one_open_certification",
                "seller",
                where=Q(state__in=[CertificationState.DRAFT, CertificationState.PENDING]),
            ),
            fields.holds(
                "a_declared_withholding_tax_is_a_share", Q(withholding_tax_rate__range=(0, 1))
            ),
            fields.holds(
                "a_declared_digital_service_tax_is_a_share",
                Q(digital_service_tax_rate__range=(0, 1)),
            ),
        ]


class CertificationUnlock(models.Model):
    """A seller may try again after three consecutive rejections (R9.1). Insert-only."""

    seller = models.ForeignKey(Seller, models.PROTECT, related_name="certification_unlocks")
    reason = fields.FreeTextField()
    by = fields.actor()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [fields.holds("an_unlock_has_its_reason", ~Q(reason=""))]

    def __str__(self) -> str:
        return f"{self.seller} at {self.at:%Y-%m-%d}"
