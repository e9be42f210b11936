from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from koogallery import fields
from koogallery.models.users import User


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def seen_by(self, user: User) -> Self:
        """One's own, and what members share of sellers that one is a member of as well."""
        sellers = User.objects.filter(pk=user.pk).values("memberships__seller__number")
        still = Q(owner__memberships__seller__number=models.F("seller_number"))
        return self.filter(
            Q(owner=user) | Q(still, seller_number__in=sellers, owner__is_active=True)
        ).distinct()


class SavedView(models.Model):
    """How somebody looks at a list, by a name: its filters, columns, order and rows a page.

    `page` is the URL name of the list's page, `query` what its address says; `seller_number` is the
    seller whose members see it as well, if any. A default is what its owner finds on the page.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    page = models.CharField(max_length=60)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=2000)
    seller_number = models.CharField(max_length=60, blank=True)
    is_default = models.BooleanField(default=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = "saved view"
        constraints = [
            fields.once("a_view_has_a_name_of_its_own", "owner", "page", "name"),
            fields.once("a_page_has_one_default_view", "owner", "page", where=Q(is_default=True)),
        ]
        indexes = [models.Index(fields=["seller_number", "page"], name="views_shared_with")]

    def __str__(self) -> str:
        return self.name
