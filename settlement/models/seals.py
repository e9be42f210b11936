from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _

from koogallery.models import User
from koogallery.scoping import ScopedQuerySet
from sellers.models import Seller
from settlement.models.bills import Bill


class SealedChange(models.Model):
    """What one statement did to the rows of one table, of one seller (R7.3). Insert-only.

    Written by the table's own triggers; `content` is in canonical form (RFC 8785). `batch` names
    the seals that it is in; null until then. The seller is no reference: it may have vanished.
    """

    table_name = models.CharField(max_length=63)
    operation = models.CharField(max_length=8)
    seller = models.ForeignKey(
        Seller, models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False
    )
    batch = models.BigIntegerField(null=True)
    content = models.TextField()
    at = models.DateTimeField(db_default=models.functions.Now())

    class Meta:
        indexes = [
            models.Index(fields=["seller"], condition=Q(batch=None), name="change_without_seal"),
        ]

    def __str__(self) -> str:
        return f"{self.operation} of {self.table_name}"


class RootQuerySet(ScopedQuerySet["SealRoot"]):
    """Published: for everyone who signs in."""

    seller_path = ""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self if isinstance(user, User) and user.is_active else self.none()


class SealRoot(models.Model):
    """The root of the Merkle tree over the seals of a day, signed (R7.3). Insert-only.

    `content` is what is signed, in canonical form; it names the root before it by its digest.
    """

    place = models.PositiveIntegerField(unique=True)
    made_at = models.DateTimeField()
    seals = models.PositiveIntegerField()
    merkle_root = models.CharField(max_length=64)
    content = models.TextField()
    hash = models.CharField(max_length=64)
    key = models.CharField(max_length=20)
    public_key = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)

    objects = RootQuerySet.as_manager()

    class Meta:
        ordering = ["-place"]

    def __str__(self) -> str:
        return _("root %(place)s") % {"place": self.place}

    def as_published(self) -> dict[str, str]:
        """All that it takes to check it, and later others against it."""
        return {
            "canonical_form": self.content,
            "hash": self.hash,
            "key": self.key,
            "public_key": self.public_key,
            "signature": self.signature,
        }


class SealQuerySet(ScopedQuerySet["Seal"]):
    def as_leaves(self) -> Self:
        """In the order in which they are the leaves of their root."""
        return self.order_by(F("seller_id").asc(nulls_first=True), "place")


class Seal(models.Model):
    """A link of a seller's chain, or of that of what is no seller's: a SHA-256 (R7.3).

    `content`, in canonical form, names the link before by its hash; it is over the changes of its
    `batch`, and at a close over the bill's lines. Only the root is set later, once.
    """

    seller = models.ForeignKey(
        Seller,
        models.DO_NOTHING,
        null=True,
        related_name="seals",
        db_constraint=False,
        db_index=False,
    )
    place = models.PositiveIntegerField()
    bill = models.OneToOneField(
        Bill, models.DO_NOTHING, null=True, related_name="seal", db_constraint=False
    )
    batch = models.BigIntegerField()
    content = models.TextField()
    hash = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()
    root = models.ForeignKey(SealRoot, models.PROTECT, null=True, related_name="sealed")

    objects = SealQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "place"], nulls_distinct=False, name="a_chain_of_seals_counts_up"
            ),
        ]

    def __str__(self) -> str:
        return self.hash
