from django.db import models
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext

from koogallery import fields
from koogallery.kit.figures import money_text
from koogallery.scoping import OperatorsQuerySet, ScopedQuerySet
from koogallery.vocabulary import word
from sellers.models import Seller
from settlement.choices import Account


class JournalQuerySet(ScopedQuerySet["Journal"]):
    pass


class Journal(models.Model):
    """One movement of money: a balanced set of ledger entries (R7.1). Insert-only.

    `key` names what happened, so nothing is posted twice. Two clocks: `effective_at` is when it
    happened, `recorded_at` when the books learnt of it (R7.2). A wrong one is reversed by another.
    Without a seller: money at the bank of which nobody knows yet whose it is, or the platform's.
    """

    key = models.CharField(max_length=120, unique=True)
    seller = models.ForeignKey(Seller, models.PROTECT, null=True, related_name="journals")
    kind = models.CharField(max_length=30)
    subject = models.CharField(max_length=60)
    effective_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=models.functions.Now())
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")

    objects = JournalQuerySet.as_manager()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{capfirst(word(self.kind))} {self.subject}"


class EntryQuerySet(ScopedQuerySet["LedgerEntry"]):
    pass


class LedgerEntry(models.Model):
    """One leg of a journal: debit positive, credit negative; the legs of a journal sum to zero."""

    journal = models.ForeignKey(
        Journal,
        models.PROTECT,
        related_name="entries",
        db_constraint=False,
        db_index=False,
    )
    seller = models.ForeignKey(
        Seller, models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    account = models.CharField(max_length=20, choices=Account.choices)
    currency = fields.currency()
    amount = fields.amount()

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "ledger entries"
        indexes = [models.Index(fields=["seller", "account"], name="entry_of_account")]
        constraints = [
            fields.holds("an_entry_moves_something", ~Q(amount=0)),
            fields.once("one_entry_per_journal_and_account", "journal", "account"),
        ]

    def __str__(self) -> str:
        return f"{self.get_account_display()} {money_text(self.amount, self.currency)}"


class AccountBalance(LedgerEntry):
    """The ledger's entries, summed by account: the operators' way into the books."""

    class Meta:
        proxy = True
        verbose_name = "account balance"


class Proof(models.Model):
    """How far the log of changes went at a proof of the books, for the next one (R7.2)."""

    change = models.BigIntegerField()
    oldest = models.BigIntegerField()
    newest = models.BigIntegerField()
    at = models.DateTimeField(db_default=models.functions.Now())

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"proof through change {self.change}"


class InvariantQuerySet(OperatorsQuerySet["InvariantResult"]):
    pass


class InvariantResult(models.Model):
    """The last result of one invariant of the books (R7.2)."""

    name = models.CharField(max_length=80, unique=True)
    sentence = models.CharField(max_length=300)
    holds = models.BooleanField()
    checked = models.PositiveBigIntegerField()
    difference = models.TextField(blank=True)
    at = models.DateTimeField(auto_now=True)

    objects = InvariantQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return gettext(self.sentence)
