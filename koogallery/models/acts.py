from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from koogallery import fields
from koogallery.duties import Duty
from koogallery.models.users import User
from koogallery.origin import Channel
from koogallery.scoping import ScopedQuerySet
from koogallery.vocabulary import word

#: By what something comes into somebody's hands, and out of them.
HANDED_OVER, LET_GO = IN_HANDS = ("handed over", "let go")


class ActQuerySet(ScopedQuerySet["Act"]):
    """For auditors. What happened to one object is told where the object is shown."""

    seller_path = ""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self if isinstance(user, User) and user.may(Duty.READ_AUDIT) else self.none()

    def of(self, kind: str, number: str) -> Self:
        """The timeline of one object, for whoever was let to it; oldest first."""
        named = {kind, kind.replace(" ", "_")}
        found = self.filter(object_kind__in=named, object_number=number)
        return found.select_related("actor").order_by("pk")


class Act(models.Model):
    """Who did what to which object, when, from where, with what effect. Never changed.

    Written in the transaction of the act itself. `changes` has each changed field with what it was
    and what it is now; `facts` what else is worth knowing. Secrets are masked in both.
    """

    actor = fields.later_actor()
    verb = models.CharField(max_length=60)
    object_kind = models.CharField(max_length=40)
    object_number = models.CharField(max_length=150)
    seller_number = models.CharField(max_length=40, blank=True)
    changes = models.JSONField(default=dict)
    facts = models.JSONField(default=dict)
    channel = models.CharField(max_length=10, choices=Channel.choices, blank=True)
    token = models.CharField(max_length=100, blank=True)
    ip_address = models.GenericIPAddressField(null=True)
    request_id = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    objects = ActQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["object_kind", "object_number", "at"], name="act_of_object"),
            models.Index(fields=["object_number"], name="act_of_number"),
            models.Index(fields=["seller_number", "-id"], name="act_of_seller"),
            models.Index(fields=["actor", "-id"], name="act_of_actor"),
            BrinIndex(fields=["at"], name="act_at"),
            models.Index(
                fields=["object_kind", "object_number", "-id"],
                condition=models.Q(verb__in=IN_HANDS),
                name="act_of_hands",
            ),
        ]

    def __str__(self) -> str:
        return f"{word(self.object_kind)} {self.object_number}"
