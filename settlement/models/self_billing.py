from typing import ClassVar

from django.db import models
from django.db.models import Q

from koogallery import fields
from koogallery.scoping import ScopedQuerySet
from sellers.models import Seller
from settlement.models.invoices import Invoice


class ConsentQuerySet(ScopedQuerySet["SelfBillingConsent"]):
    seller_path: ClassVar[str] = "seller"

    def standing(self) -> "ConsentQuerySet":
        return self.filter(ended_at=None)


class SelfBillingConsent(fields.Numbered):
    """A seller's word that the platform issues its invoices to itself (R8.3), until it ends it.

    `vat_rate` is what the seller charges; where that is nothing, `exemption` says why on each
    invoice. It stays as it was given: other terms are another consent.
    """

    number = fields.number()
    seller = models.ForeignKey(
        Seller, models.PROTECT, related_name="self_billing_consents", db_index=False
    )
    vat_rate = fields.ratio()
    exemption = fields.NameField(max_length=200, blank=True)
    agreed_by = fields.actor()
    agreed_at = models.DateTimeField(db_default=models.functions.Now())
    ended_by = fields.later_actor()
    ended_at = models.DateTimeField(null=True)
    modified_at = models.DateTimeField(db_default=models.functions.Now())

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = "self-billing consent"
        ordering = ["-id"]
        indexes = [models.Index(fields=["seller", "-id"], name="self_billing_of_seller")]
        constraints = [
            fields.once("a_seller_consents_once", "seller", where=Q(ended_at=None)),
            fields.holds(
                "a_consent_is_ended_by_somebody",
                Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
            fields.holds(
                "who_charges_no_vat_says_why",
                Q(vat_rate=0) & ~Q(exemption="") | Q(vat_rate__gt=0, vat_rate__lt=1, exemption=""),
            ),
        ]


class SelfBilledInvoice(models.Model):
    """That an invoice was issued by the platform, as the how-manieth of its seller and year (R8.3).

    Insert-only; counted without gaps.
    """

    invoice = models.OneToOneField(Invoice, models.PROTECT, related_name="self_billed")
    consent = models.ForeignKey(
        SelfBillingConsent, models.PROTECT, related_name="invoices", db_index=False
    )
    seller = models.ForeignKey(Seller, models.PROTECT, related_name="+", db_index=False)
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()

    objects = ScopedQuerySet["SelfBilledInvoice"].as_manager()

    class Meta:
        ordering = ["seller", "year", "serial"]
        constraints = [fields.once("a_self_billed_number_is_used_once", "seller", "year", "serial")]

    def __str__(self) -> str:
        return f"{self.seller} {self.year}-{self.serial}"
