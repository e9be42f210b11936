from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from koogallery import fields
from koogallery.scoping import ScopedQuerySet
from sellers.choices import Role


class SellerQuerySet(ScopedQuerySet["Seller"]):
    seller_path: ClassVar[str] = ""


class Seller(models.Model):
    """A company that sells on KooGallery and is paid once a month.

    `open_cycle` is the first cycle not yet closed for this seller, null before the first close
    (R1.6). It is the fence for what arrives: a fact is due in this cycle or a later one.
    """

    number = fields.number()
    company_name = fields.NameField(max_length=200)
    country = models.CharField(max_length=2)
    settlement_currency = fields.currency()
    certified_at = models.DateTimeField(null=True, blank=True)
    withholding_tax_rate = fields.ratio(default=0)
    digital_service_tax_rate = fields.ratio(default=0)
    required_deposit = fields.amount(default=0)
    left_at = models.DateTimeField(null=True, blank=True)
    requires_second_factor = models.BooleanField(default=False, db_default=False, editable=False)
    open_cycle = fields.cycle(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    modified_at = models.DateTimeField(auto_now=True)

    objects = SellerQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            fields.holds("withholding_tax_rate_is_a_share", Q(withholding_tax_rate__range=(0, 1))),
            fields.holds(
                "digital_service_tax_rate_is_a_share", Q(digital_service_tax_rate__range=(0, 1))
            ),
            fields.holds("required_deposit_is_not_negative", Q(required_deposit__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.company_name}"


class MemberQuerySet(ScopedQuerySet["Member"]):
    pass


class Member(models.Model):
    """A user's place in a seller's company; the role says what they may do there."""

    seller = models.ForeignKey(Seller, models.PROTECT, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.VIEWER)

    objects = MemberQuerySet.as_manager()

    class Meta:
        constraints = [
            fields.once("a_user_joins_a_seller_once", "seller", "user"),
            fields.known(Role, "a_member_has_a_known_role", "role"),
        ]

    def __str__(self) -> str:
        return _("%(user)s at %(seller)s") % {"user": self.user, "seller": self.seller}
