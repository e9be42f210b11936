from django.db import models

from koogallery.scoping import ScopedQuerySet
from sellers.models import Seller
from settlement.models.refunds import Refund


class KeptForecastQuerySet(ScopedQuerySet["KeptForecast"]):
    pass


class KeptForecast(models.Model):
    """What comes to a seller, or what a refund would cost it, as a worker computed it last.

    `facts` stands for what it follows from: once they are others, it is out of date. It can be
    computed again at any time; nothing is decided by it. `refused` is the code of why it is empty.
    """

    seller = models.ForeignKey(Seller, models.CASCADE, related_name="+")
    refund = models.ForeignKey(Refund, models.CASCADE, null=True, related_name="+")
    facts = models.CharField(max_length=32)
    content = models.JSONField(null=True)
    refused = models.CharField(max_length=100, blank=True)
    computed_at = models.DateTimeField()

    objects = KeptForecastQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "refund"], nulls_distinct=False, name="a_forecast_is_kept_once"
            )
        ]

    def __str__(self) -> str:
        return f"forecast of {self.refund or self.seller}"
