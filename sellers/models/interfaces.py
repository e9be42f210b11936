from django.db import models
from django.db.models import Q

from koogallery import fields
from koogallery.scoping import ScopedQuerySet
from sellers.models.products import Product
from sellers.models.sellers import Seller


class AccessKey(models.Model):
    """Which version of its access key a seller has now; the key itself is derived (R9.4).

    The version before it is still good for calls from the seller for some hours after `rotated_at`.
    """

    seller = models.OneToOneField(Seller, models.PROTECT, related_name="access_key")
    version = models.PositiveIntegerField(default=1)
    rotated_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            fields.holds(
                "a_new_key_has_its_instant",
                Q(version=1, rotated_at__isnull=True) | Q(version__gt=1, rotated_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.version}"


class DeliveryInterfaceQuerySet(ScopedQuerySet["DeliveryInterface"]):
    pass


class DeliveryInterface(models.Model):
    """Where the instances of a product are asked for: the seller's own server (R9.4).

    `url` has passed a test call, whose calls are signed with version `key_version` of the access
    key; it is empty before the first. `proposed_url` waits for its test, and until then changes
    nothing. Switched off it gets no new orders; what it delivered before it still looks after.
    """

    seller = models.ForeignKey(Seller, models.PROTECT, related_name="delivery_interfaces")
    product = models.OneToOneField(Product, models.PROTECT, related_name="delivery_interface")
    url = models.CharField(max_length=500, blank=True)
    proposed_url = models.CharField(max_length=500, blank=True)
    key_version = models.PositiveIntegerField(default=1)
    is_on = models.BooleanField(default=False)
    verified_at = models.DateTimeField(null=True)
    modified_at = models.DateTimeField(auto_now=True)

    objects = DeliveryInterfaceQuerySet.as_manager()

    class Meta:
        ordering = ["product__number"]
        constraints = [
            fields.holds(
                "an_interface_in_use_has_passed_its_test",
                Q(url="", verified_at__isnull=True, is_on=False)
                | (~Q(url="") & Q(verified_at__isnull=False)),
            ),
            fields.holds("an_interface_has_an_address", ~Q(url="", proposed_url="")),
        ]

    def __str__(self) -> str:
        return f"{self.product}, {self.url or self.proposed_url}"
