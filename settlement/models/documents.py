from django.db import models
from django.db.models import Q

from koogallery import fields
from settlement.models.bills import Bill


class BillDocument(models.Model):
    """A file of an issued bill as it was handed out: its bytes are fixed by their digest (R3.2).

    Insert-only; the content is a file of that name. One for each form and language.
    """

    bill = models.ForeignKey(Bill, models.PROTECT, related_name="documents", db_index=False)
    form = models.CharField(max_length=4)
    language = models.CharField(max_length=10, blank=True)
    digest = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    made_at = models.DateTimeField(db_default=models.functions.Now())

    class Meta:
        constraints = [
            fields.once("a_document_of_a_bill_is_made_once", "bill", "form", "language"),
            fields.holds("a_document_has_its_digest", ~Q(digest="")),
        ]

    def __str__(self) -> str:
        return f"{self.bill}.{self.form}"
