from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from koogallery import fields
from koogallery.scoping import ScopedQuerySet
from koogallery.states import StatefulModel
from sellers.choices import BankAccountState
from sellers.models.sellers import Seller
from sellers.rules.bank_accounts import masked

#: The columns that say where money goes.
BANK_COLUMNS = (
    "account_holder",
    "account_number",
    "bank_name",
    "bank_address",
    "bank_country",
    "swift_code",
)


class BankDetails(models.Model):
    """Where a company is paid, in the words of an invoice (R8.1)."""

    account_holder = fields.NameField(max_length=200, blank=True)
    account_number = fields.NameField(max_length=34, blank=True)
    bank_name = fields.NameField(max_length=200, blank=True)
    bank_address = fields.NameField(max_length=300, blank=True)
    bank_country = models.CharField(max_length=2, blank=True)
    swift_code = models.CharField(max_length=11, blank=True)

    class Meta:
        abstract = True

    @property
    def masked_account_number(self) -> str:
        return masked(self.account_number)

    @property
    def has_bank_details(self) -> bool:
        return bool(self.account_number or self.account_holder or self.swift_code)


class BankAccountQuerySet(ScopedQuerySet["BankAccount"]):
    def usable_at(self, instant: datetime) -> Self:
        """Those that money may go to; of a seller's, the latest version is the one in use."""
        usable = self.filter(state=BankAccountState.APPROVED, usable_from__lte=instant)
        return usable.order_by("-version")

    def underway(self) -> Self:
        """Asked for and not decided, or approved and still cooling down."""
        waiting = [BankAccountState.REQUESTED, BankAccountState.CHECKED]
        cooling = Q(state=BankAccountState.APPROVED, usable_from__gt=timezone.now())
        return self.filter(Q(state__in=waiting) | cooling)


class BankAccount(StatefulModel, BankDetails):
    """One version of where a seller is paid: written once, then checked, approved, waited for.

    Money goes to the latest approved version whose `usable_from` has come (R9.1). Each takes two
    operators; the first one comes with the certification, whose decider has checked it.
    """

    STATES = BankAccountState

    number = fields.number()
    seller = models.ForeignKey(Seller, models.PROTECT, related_name="bank_accounts")
    version = models.PositiveIntegerField()
    state = fields.state(BankAccountState.REQUESTED, max_length=12)
    of_certification = models.BooleanField(default=False, editable=False)
    requested_by = fields.actor()
    requested_at = models.DateTimeField(auto_now_add=True)
    checked_by = fields.later_actor()
    checked_at = models.DateTimeField(null=True)
    approved_by = fields.later_actor()
    approved_at = models.DateTimeField(null=True)
    usable_from = models.DateTimeField(null=True)
    closed_by = fields.later_actor()
    closed_at = models.DateTimeField(null=True)
    reason = fields.FreeTextField(blank=True)
    modified_at = models.DateTimeField(auto_now=True)

    objects = BankAccountQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            fields.known(BankAccountState, "a_bank_account_is_in_a_known_state"),
            fields.once("bank_account_versions_count_up", "seller", "version"),
            fields.once(
                "one_bank_account_change_waits_at_a_time",
                "seller",
                where=Q(state__in=[BankAccountState.REQUESTED, BankAccountState.CHECKED]),
            ),
            fields.holds(
                "a_bank_account_takes_a_second_operator",
                Q(approved_by__isnull=True)
                | ~Q(approved_by=F("requested_by")) & ~Q(approved_by=F("checked_by")),
            ),
            fields.holds(
                "a_certification_brings_the_first_bank_account",
                Q(of_certification=False) | Q(version=1),
            ),
            fields.holds(
                "an_approved_bank_account_has_its_operators",
                Q(state__in=[BankAccountState.APPROVED, BankAccountState.STOPPED])
                & Q(
                    checked_by__isnull=False,
                    approved_by__isnull=False,
                    usable_from__gte=F("approved_at"),
                )
                | ~Q(state__in=[BankAccountState.APPROVED, BankAccountState.STOPPED])
                & Q(approved_by__isnull=True, approved_at__isnull=True, usable_from__isnull=True),
            ),
            fields.holds(
                "a_rejected_bank_account_has_its_reason",
                ~Q(state=BankAccountState.REJECTED) | ~Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_cooling_down(self) -> bool:
        return bool(self.usable_from and self.usable_from > timezone.now()) and (
            self.state == BankAccountState.APPROVED
        )
