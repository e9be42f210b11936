from django.db import models
from django.db.models import Q

from koogallery import fields
from koogallery.scoping import OperatorsQuerySet
from settlement.models.bills import Bill


class BillLookQuerySet(OperatorsQuerySet["BillLook"]):
    def due(self) -> "BillLookQuerySet":
        return self.filter(looked_at=None)


class BillLook(models.Model):
    """The guard rails that an issued bill met which no approved preview had shown (R1.6).

    Until an operator has looked at it by name the bill cannot be approved.
    """

    bill = models.OneToOneField(Bill, models.PROTECT, related_name="look")
    looks = models.JSONField()
    comment = fields.FreeTextField(blank=True, db_default="")
    looked_by = fields.later_actor()
    looked_at = models.DateTimeField(null=True)
    modified_at = models.DateTimeField(db_default=models.functions.Now())

    objects = BillLookQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["bill"], condition=Q(looked_at=None), name="bill_look_due"),
        ]
        constraints = [
            fields.holds(
                "a_look_at_a_bill_has_its_operator",
                Q(looked_at=None, looked_by=None)
                | Q(looked_at__isnull=False, looked_by__isnull=False),
            ),
            fields.holds("a_look_has_its_reasons", ~Q(looks=[])),
        ]

    def __str__(self) -> str:
        return str(self.bill)

    @property
    def is_due(self) -> bool:
        return self.looked_at is None
