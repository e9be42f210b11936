from typing import Any, ClassVar, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from koogallery import fields
from koogallery.models.users import User
from koogallery.scoping import ScopedQuerySet


class AttachmentQuerySet(ScopedQuerySet["Attachment"]):
    """Scoped like the rows they hang on: by the seller's number, or by the person it is about."""

    seller_path: ClassVar[str] = ""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        if not isinstance(user, User) or not user.is_active:
            return self.none()
        if user.sees_every_seller:
            return self
        if user.narrowed_to is not None:
            mine: Any = user.memberships.filter(seller__number=user.narrowed_to)
            return self.filter(seller_number__in=mine.values("seller__number"))
        mine = user.memberships.values("seller__number")
        return self.filter(Q(seller_number__in=mine) | Q(person=user))

    def present(self) -> Self:
        return self.filter(removed_at=None)


class Attachment(models.Model):
    """A document of a row of any kind. Its content is a file named by its digest, never changed.

    `seller_number` is whose row it is; `person` where the row belongs to no seller yet. What was
    removed is kept, and shown to nobody but operators.
    """

    number = fields.number()
    object_kind = models.CharField(max_length=40)
    object_number = models.CharField(max_length=60)
    seller_number = models.CharField(max_length=40, blank=True)
    person = fields.later_actor()
    purpose = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    added_by = fields.actor()
    added_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["object_kind", "object_number"], name="attachment_of_object")
        ]
        constraints = [
            fields.holds(
                "an_attachment_is_a_sellers_or_a_persons",
                Q(seller_number="", person__isnull=False)
                | (~Q(seller_number="") & Q(person__isnull=True)),
            )
        ]

    def __str__(self) -> str:
        return self.name
