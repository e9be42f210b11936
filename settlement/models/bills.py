from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Round

from koogallery import fields
from koogallery.scoping import ScopedQuerySet
from koogallery.states import StatefulModel
from sellers.models import Order, Product, Seller, UsageRecord
from settlement.choices import AdjustmentKind, BillState, LineKind


class BillQuerySet(ScopedQuerySet["Bill"]):
    pass


class Bill(fields.Numbered, StatefulModel):
    """What one seller earned in one cycle; issued once, never rewritten (R3.1, R3.2).

    All amounts are in `currency`, rounded to its minor unit; the seller's tax rates are those of
    the day of issue, and so are the words of both parties: `issuer` is the platform's contracting
    entity. Only the state moves afterwards; the database refuses everything else. `partition` is
    the table that all its lines are in: 0, or that of a large batch of a close.
    """

    STATES = BillState

    number = fields.number()
    seller = models.ForeignKey(Seller, models.PROTECT, related_name="bills", db_index=False)
    cycle = fields.cycle()
    currency = fields.currency()
    state = fields.state(BillState.PENDING_APPROVAL, max_length=25)
    state_reason = models.TextField(blank=True, db_default="")
    line_count = models.PositiveIntegerField()
    sales_amount = fields.amount()
    customer_wht = fields.amount()
    platform_fee = fields.amount()
    withholding_tax_rate = fields.ratio()
    withholding_tax = fields.amount()
    digital_service_tax_rate = fields.ratio()
    digital_service_tax = fields.amount()
    adjustments = fields.amount()
    settlement_amount = fields.amount()
    recovered = fields.amount()
    net_payable = fields.amount()
    seller_name = models.CharField(max_length=200)
    seller_country = models.CharField(max_length=2)
    seller_address = models.CharField(max_length=300, blank=True)
    seller_tax_number = models.CharField(max_length=40, blank=True)
    issuer_name = models.CharField(max_length=300)
    issuer_address = models.CharField(max_length=300, blank=True)
    issuer_tax_number = models.CharField(max_length=40, blank=True)
    partition = models.BigIntegerField(db_default=0, editable=False)
    issued_at = models.DateTimeField(db_default=models.functions.Now())
    modified_at = models.DateTimeField(db_default=models.functions.Now())

    objects = BillQuerySet.as_manager()

    class Meta:
        ordering = ["-cycle", "seller"]
        indexes = [
            models.Index(fields=["cycle", "seller"], name="bill_of_cycle"),
            models.Index(
                fields=["issued_at"], condition=Q(state="pending_approval"), name="bill_queue"
            ),
        ]
        constraints = [
            fields.known(BillState, "a_bill_is_in_a_known_state"),
            fields.once("one_bill_per_seller_and_cycle", "seller", "cycle"),
            fields.holds(
                "a_bill_adds_up",
                Q(
                    settlement_amount=F("sales_amount")
                    - F("customer_wht")
                    - F("platform_fee")
                    - F("withholding_tax")
                    - F("digital_service_tax")
                    + F("adjustments")
                ),
            ),
            fields.holds(
                "net_payable_is_settlement_less_recovered",
                Q(net_payable=Greatest(F("settlement_amount"), 0) - F("recovered")),
            ),
            fields.holds(
                "recovered_never_exceeds_settlement", Q(recovered__gte=0) & Q(net_payable__gte=0)
            ),
            fields.holds("a_bill_names_both_parties", ~Q(seller_name="") & ~Q(issuer_name="")),
        ]


class BillProduct(models.Model):
    """A product in the words of the day a bill with it was issued (R3.2). Insert-only.

    Its lines refer to it, so that a bill reads for ever as it was issued. The amounts are their
    sums, exact to 12 decimals (R2.4).
    """

    bill = models.ForeignKey(Bill, models.PROTECT, related_name="products", db_index=False)
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    number = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    line_count = models.PositiveIntegerField()
    sales_amount = fields.exact_amount()
    customer_wht = fields.exact_amount()
    settlement = fields.exact_amount()

    class Meta:
        constraints = [
            fields.once("a_bill_names_a_product_once", "bill", "product"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class LineQuerySet(ScopedQuerySet["BillLine"]):
    pass


class BillLine(models.Model):
    """One transaction or adjustment on a bill: the mark that it has been billed. Insert-only.

    `settlement` is exact to 12 decimals (R2.4). `refunded_before` is what had been refunded of a
    partly refunded order, whose sales amount here is the retained share (R4.6). References are
    checked by one statement-level trigger instead of row-level foreign keys. What the line says of
    its product is in `product`; its order no longer changes. `partition` is its bill's.
    """

    pk = models.CompositePrimaryKey("bill_id", "line_no")
    bill = models.ForeignKey(
        Bill, models.PROTECT, related_name="lines", db_constraint=False, db_index=False
    )
    line_no = models.PositiveIntegerField()
    seller = models.ForeignKey(
        Seller, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    kind = models.CharField(max_length=10, choices=LineKind.choices)
    order = models.ForeignKey(
        Order,
        models.PROTECT,
        related_name="bill_lines",
        null=True,
        db_constraint=False,
        db_index=False,
    )
    product = models.ForeignKey(
        BillProduct,
        models.PROTECT,
        related_name="lines",
        null=True,
        db_constraint=False,
        db_index=False,
    )
    usage_record = models.ForeignKey(
        UsageRecord,
        models.PROTECT,
        related_name="bill_lines",
        null=True,
        db_constraint=False,
        db_index=False,
    )
    adjustment = models.ForeignKey(
        "Adjustment",
        models.PROTECT,
        related_name="bill_lines",
        null=True,
        db_constraint=False,
        db_index=False,
    )
    cycle = fields.cycle()
    catch_up = models.BooleanField()
    effective_at = models.DateTimeField()
    sales_amount = fields.exact_amount()
    customer_wht = fields.exact_amount()
    platform_fee_ratio = fields.ratio()
    settlement = fields.exact_amount()
    refunded_before = fields.amount(db_default=0)
    partition = models.BigIntegerField(db_default=0, editable=False)

    objects = LineQuerySet.as_manager()

    class Meta:
        ordering = ["bill", "line_no"]
        indexes = [
            models.Index(
                fields=["adjustment"],
                condition=Q(adjustment__isnull=False),
                name="lines_of_adjustments",
            ),
        ]
        constraints = [
            fields.once("line_numbers_are_unique", "bill", "line_no", "partition"),
            fields.once(
                "an_order_is_billed_once", "order", "partition", where=Q(kind=LineKind.ORDER)
            ),
            fields.once(
                "a_usage_record_is_billed_once",
                "usage_record",
                "partition",
                where=Q(usage_record__isnull=False),
            ),
            fields.holds(
                "a_line_follows_the_formula",
                Q(kind=LineKind.ADJUSTMENT)
                | Q(
                    settlement=Round(
                        (F("sales_amount") - F("customer_wht")) * (1 - F("platform_fee_ratio")),
                        precision=12,
                    )
                ),
            ),
            fields.holds(
                "a_line_names_its_transaction",
                Q(
                    kind=LineKind.ORDER,
                    order__isnull=False,
                    product__isnull=False,
                    usage_record__isnull=True,
                    adjustment__isnull=True,
                )
                | Q(
                    kind=LineKind.USAGE,
                    order__isnull=False,
                    product__isnull=False,
                    usage_record__isnull=False,
                    adjustment__isnull=True,
                )
                | Q(
                    kind=LineKind.ADJUSTMENT,
                    order__isnull=True,
                    product__isnull=True,
                    usage_record__isnull=True,
                    adjustment__isnull=False,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bill_id}/{self.line_no}"


class AdjustmentQuerySet(ScopedQuerySet["Adjustment"]):
    pass


class Adjustment(fields.Numbered):
    """A signed amount for the seller's next bill, linked to the bill it corrects (R3.2, R3.5).

    Insert-only. It is billed when a bill line refers to it.
    """

    number = fields.number()
    seller = models.ForeignKey(Seller, models.PROTECT, related_name="adjustments")
    bill = models.ForeignKey(Bill, models.PROTECT, related_name="adjusted_by")
    kind = models.CharField(
        max_length=10, choices=AdjustmentKind.choices, default=AdjustmentKind.DIFFERENCE
    )
    amount = fields.amount()
    currency = fields.currency()
    reason = fields.FreeTextField()
    created_by = fields.later_actor()
    created_at = models.DateTimeField(db_default=models.functions.Now())

    objects = AdjustmentQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            fields.known(AdjustmentKind, "an_adjustment_is_of_a_known_kind", "kind"),
            fields.holds("an_adjustment_changes_something", ~Q(amount=0)),
            fields.once(
                "a_bill_is_carried_over_once", "bill", where=Q(kind=AdjustmentKind.CARRY_OVER)
            ),
        ]


class BilledAdjustment(models.Model):
    """That an adjustment is on a bill, and on no other, whichever partition its line is in (R1.5).

    Insert-only: the trigger that checks a line adds it.
    """

    adjustment = models.OneToOneField(
        Adjustment, models.PROTECT, primary_key=True, related_name="billed"
    )
    bill = models.ForeignKey(Bill, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.adjustment_id} on {self.bill_id}"


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
