from decimal import Decimal

from django.db import models
from django.db.models import Exists, OuterRef, Q

from koogallery import fields
from koogallery.scoping import OperatorsQuerySet
from koogallery.states import StatefulModel
from sellers.models import Seller
from settlement.choices import (
    BALANCED_FORMATS,
    LinePurpose,
    LineReason,
    LineState,
    StatementFormat,
    StatementState,
)
from settlement.models.bills import Adjustment
from settlement.models.deposits import DepositMovement
from settlement.models.payouts import Payout, PayoutBatch
from settlement.models.recoveries import ReceivablePayment

_OPEN = Q(state=LineState.SUSPENSE)
_BY_HAND = Q(state=LineState.ATTRIBUTED)
_OF_NOTHING = Q(state__in=[LineState.SUSPENSE, LineState.REPEATED, LineState.REVERSED])
_NAMED = ("payout", "batch", "payment", "movement", "adjustment")
_NAMES_NONE = Q(**dict.fromkeys(_NAMED))


def _names(column: str, *purposes: LinePurpose) -> Q:
    """A line of such a purpose names one thing of this kind, and nothing else."""
    others = {name: None for name in _NAMED if name != column}
    return Q(purpose__in=purposes, **others, **{f"{column}__isnull": False})


class BankStatementQuerySet(OperatorsQuerySet["BankStatement"]):
    def taken(self) -> "BankStatementQuerySet":
        """All that count: not those that were reversed."""
        return self.filter(state=StatementState.TAKEN)

    def balanced(self) -> "BankStatementQuerySet":
        """Those that say what lies on the account, in the order of their days."""
        found = self.taken().filter(format__in=BALANCED_FORMATS)
        return found.order_by("account", "currency", "closed_on", "opened_on", "pk")

    def last_of_accounts(self) -> "BankStatementQuerySet":
        """The last of each account, by the days they are of."""
        rows = self.balanced()
        found = rows.order_by("account", "currency", "-closed_on", "-opened_on", "-pk")
        return found.distinct("account", "currency")


class BankStatement(fields.Numbered, StatefulModel):
    """What a bank said of an account of ours or of a payment file, once (R8.2).

    It stays as it was taken; one that should not have been is reversed by two people, and can then
    be taken again.

    `file_digest` is the kept file's, `position` the statement's place in it; `content_digest` that
    of what it says, so that the same statement in another file is not taken again. `statuses` are
    a pain.002's, each with what became of it.
    """

    STATES = StatementState

    number = fields.number()
    format = models.CharField(max_length=8, choices=StatementFormat.choices)
    reference = models.CharField(max_length=140, blank=True)
    sequence = models.CharField(max_length=40, blank=True)
    account = models.CharField(max_length=40, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    opening = fields.amount(null=True)
    closing = fields.amount(null=True)
    opened_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    statuses = models.JSONField(default=list)
    file_digest = models.CharField(max_length=64)
    position = models.PositiveIntegerField()
    content_digest = models.CharField(max_length=64)
    taken_by = fields.later_actor()
    taken_at = models.DateTimeField()
    state = models.CharField(
        max_length=10,
        choices=StatementState.choices,
        default=StatementState.TAKEN,
        db_default=StatementState.TAKEN,
    )
    reversed_by = fields.later_actor()
    reversed_at = models.DateTimeField(null=True)
    reversal_reason = fields.FreeTextField(blank=True, default="", db_default="")
    modified_at = models.DateTimeField(auto_now=True, db_default=models.functions.Now())

    objects = BankStatementQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["account", "currency", "closed_on"], name="statement_of_account")
        ]
        constraints = [
            fields.known(StatementFormat, "a_bank_statement_is_of_a_known_format", "format"),
            fields.once(
                "a_bank_statement_is_taken_once",
                "content_digest",
                where=Q(state=StatementState.TAKEN),
            ),
            fields.holds(
                "a_reversed_statement_says_who_and_why",
                Q(
                    state=StatementState.TAKEN,
                    reversed_by=None,
                    reversed_at=None,
                    reversal_reason="",
                )
                | Q(
                    state=StatementState.REVERSED,
                    reversed_by__isnull=False,
                    reversed_at__isnull=False,
                )
                & ~Q(reversal_reason=""),
            ),
            fields.holds(
                "a_statement_says_what_lies_there",
                ~Q(format__in=BALANCED_FORMATS)
                | Q(opening__isnull=False, closing__isnull=False, closed_on__isnull=False),
            ),
        ]


class BankLineQuerySet(OperatorsQuerySet["BankLine"]):
    def in_suspense(self) -> "BankLineQuerySet":
        return self.filter(_OPEN)

    def notified(self) -> "BankLineQuerySet":
        """Told by a notification, and by no statement yet."""
        told = BankLine.objects.filter(
            Q(repeats=OuterRef("pk"))
            | Q(
                repeats__statement=OuterRef("statement"),
                repeats__entry_reference=OuterRef("entry_reference"),
            )
            & ~Q(repeats__entry_reference=""),
            statement__format__in=BALANCED_FORMATS,
            state=LineState.REPEATED,
        )
        posted = self.exclude(state__in=[LineState.REPEATED, LineState.REVERSED])
        return posted.exclude(statement__format__in=BALANCED_FORMATS).exclude(Exists(told))

    def with_names(self) -> "BankLineQuerySet":
        return self.select_related(
            "statement",
            "seller",
            "payout",
            "batch",
            "payment__receivable",
            "movement",
            "adjustment__bill",
            "repeats",
            "sends_back",
            "sent_back_by",
        )


class BankLine(fields.Numbered, StatefulModel):
    """One movement on our account, as the bank tells it, and whose money it is (R8.2).

    What the bank said is frozen. Positive came in; `charges` is what the bank kept (negative).
    It is matched as it is taken, or lies in suspense until a person attributes it; then `purpose`
    says what it is, and one column names it. `repeats` names the line of a notification or of
    another statement that it says again: that one was posted, this one is not. `sends_back` names
    the line that came in and that this one returned to its payer: both leave suspense together.
    A reversed line names nothing any more; the record of acts says what it did.
    """

    STATES = LineState

    number = fields.number()
    statement = models.ForeignKey(BankStatement, models.PROTECT, related_name="lines")
    line_no = models.PositiveIntegerField()
    amount = fields.amount()
    charges = fields.amount(default=0)
    currency = fields.currency()
    booked_on = models.DateField()
    value_on = models.DateField(null=True)
    is_reversal = models.BooleanField(default=False)
    entry_reference = models.CharField(max_length=140, blank=True)
    bank_reference = models.CharField(max_length=140, blank=True)
    end_to_end_id = models.CharField(max_length=140, blank=True)
    instruction_id = models.CharField(max_length=140, blank=True)
    message_id = models.CharField(max_length=140, blank=True)
    payment_information_id = models.CharField(max_length=140, blank=True)
    uetr = models.CharField(max_length=36, blank=True)
    counterparty_name = models.CharField(max_length=140, blank=True)
    counterparty_account = models.CharField(max_length=140, blank=True)
    text = models.TextField(blank=True)
    return_reason = models.CharField(max_length=35, blank=True)
    return_text = models.TextField(blank=True)
    transaction_code = models.CharField(max_length=35, blank=True)
    state = models.CharField(max_length=10, choices=LineState.choices)
    reason = models.CharField(max_length=20, choices=LineReason.choices)
    purpose = models.CharField(max_length=10, choices=LinePurpose.choices, blank=True)
    seller = models.ForeignKey(Seller, models.PROTECT, null=True, related_name="bank_lines")
    payout = models.ForeignKey(Payout, models.PROTECT, null=True, related_name="bank_lines")
    batch = models.ForeignKey(PayoutBatch, models.PROTECT, null=True, related_name="bank_lines")
    payment = models.OneToOneField(
        ReceivablePayment, models.PROTECT, null=True, related_name="bank_line"
    )
    movement = models.OneToOneField(
        DepositMovement, models.PROTECT, null=True, related_name="bank_line"
    )
    adjustment = models.OneToOneField(
        Adjustment, models.PROTECT, null=True, related_name="bank_line"
    )
    sends_back = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="sent_back_by"
    )
    repeats = models.ForeignKey("self", models.PROTECT, null=True, related_name="repeated_by")
    attributed_by = fields.later_actor()
    attributed_at = models.DateTimeField(null=True)
    comment = fields.FreeTextField(blank=True, default="")
    taken_at = models.DateTimeField()
    modified_at = models.DateTimeField(auto_now=True)

    objects = BankLineQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["booked_on"], condition=_OPEN, name="suspense_queue"),
            models.Index(fields=["end_to_end_id"], name="line_of_end_to_end_id"),
        ]
        constraints = [
            fields.known(LineReason, "a_bank_line_says_a_known_reason", "reason"),
            fields.once("a_line_has_its_place", "statement", "line_no"),
            fields.known(LineState, "a_bank_line_is_in_a_known_state"),
            fields.holds("a_bank_line_moves_something", ~Q(amount=0)),
            fields.holds(
                "an_attributed_line_has_its_person",
                _BY_HAND & Q(attributed_by__isnull=False, attributed_at__isnull=False)
                | ~_BY_HAND & Q(attributed_by__isnull=True, attributed_at__isnull=True),
            ),
            fields.holds(
                "a_line_out_of_suspense_has_a_purpose",
                _OF_NOTHING & Q(purpose="") | ~_OF_NOTHING & ~Q(purpose=""),
            ),
            fields.holds(
                "a_line_names_what_it_is",
                Q(purpose__in=["", LinePurpose.CHARGES, LinePurpose.SENT_BACK]) & _NAMES_NONE
                | _names("payout", LinePurpose.PAYOUT, LinePurpose.RETURN)
                | _names("batch", LinePurpose.BATCH)
                | _names("payment", LinePurpose.RECEIVABLE)
                | _names("movement", LinePurpose.DEPOSIT)
                | _names("adjustment", LinePurpose.ADJUSTMENT),
            ),
            fields.holds(
                "a_line_goes_the_right_way",
                Q(purpose__in=[LinePurpose.PAYOUT, LinePurpose.BATCH], amount__lt=0)
                | Q(purpose=LinePurpose.SENT_BACK, amount__lt=0, sends_back__isnull=False)
                | Q(purpose=LinePurpose.SENT_BACK, amount__gt=0, sends_back=None)
                | Q(
                    purpose__in=[LinePurpose.RETURN, LinePurpose.RECEIVABLE, LinePurpose.DEPOSIT],
                    amount__gt=0,
                )
                | Q(purpose__in=["", LinePurpose.CHARGES, LinePurpose.ADJUSTMENT]),
            ),
            fields.holds(
                "what_sends_back_is_sent_back",
                Q(sends_back=None) | Q(purpose=LinePurpose.SENT_BACK),
            ),
            fields.once(
                "a_payout_leaves_the_bank_once", "payout", where=Q(purpose=LinePurpose.PAYOUT)
            ),
            fields.once("a_payout_comes_back_once", "payout", where=Q(purpose=LinePurpose.RETURN)),
            fields.once(
                "a_batch_leaves_the_bank_once", "batch", where=Q(purpose=LinePurpose.BATCH)
            ),
            fields.holds(
                "a_repeated_line_names_the_first",
                Q(state=LineState.REPEATED, repeats__isnull=False)
                | ~Q(state=LineState.REPEATED) & Q(repeats=None)
                | Q(state=LineState.REVERSED),
            ),
        ]

    @property
    def kept(self) -> Decimal:
        """What banks kept of it, signed as it is: of a payout that came back, what is missing."""
        if self.purpose == LinePurpose.CHARGES:
            return self.amount
        if self.purpose == LinePurpose.RETURN and self.payout:
            return self.amount - self.payout.amount
        return self.charges
