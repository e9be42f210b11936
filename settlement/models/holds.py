from typing import ClassVar

from django.db import models
from django.db.models import Q

from koogallery import fields
from koogallery.scoping import OperatorsQuerySet
from sellers.models import Seller
from settlement.models.previews import BillPreview


class HoldQuerySet(OperatorsQuerySet["BillHold"]):
    seller_path: ClassVar[str] = "seller"

    def unreleased(self) -> "HoldQuerySet":
        return self.filter(released_at=None)


class BillHold(fields.Numbered):
    """An operator's word that a seller is issued nothing, until an operator takes it back (R1.7).

    While it stands every bill run parks the seller, and the database refuses bills of it. `preview`
    is the one in which the seller was held back, if it was one.
    """

    number = fields.number()
    seller = models.ForeignKey(Seller, models.PROTECT, related_name="bill_holds", db_index=False)
    preview = models.ForeignKey(BillPreview, models.PROTECT, null=True, related_name="holds")
    reason = fields.FreeTextField()
    held_by = fields.actor()
    held_at = models.DateTimeField(db_default=models.functions.Now())
    release_reason = fields.FreeTextField(blank=True, db_default="")
    released_by = fields.later_actor()
    released_at = models.DateTimeField(null=True)
    modified_at = models.DateTimeField(db_default=models.functions.Now())

    objects = HoldQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["seller", "-id"], name="bill_hold_of_seller")]
        constraints = [
            fields.once("a_seller_is_held_back_once", "seller", where=Q(released_at=None)),
            fields.holds(
                "a_release_has_its_operator_and_reason",
                Q(released_at=None, released_by=None, release_reason="")
                | (Q(released_at__isnull=False, released_by__isnull=False) & ~Q(release_reason="")),
            ),
            fields.holds("a_hold_has_its_reason", ~Q(reason="")),
        ]

    @property
    def is_released(self) -> bool:
        return self.released_at is not None
