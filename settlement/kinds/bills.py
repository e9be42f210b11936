"""What is told of bills, their approval, adjustments, disputes and invoices."""

from django.utils.translation import gettext_lazy as _

from koogallery.kinds import Kind

KINDS = (
    Kind(
        "bill_issued",
        _("Bills"),
        _("Bill issued"),
        _("Bill %(bill)s issued: %(net_payable)s to be paid to you"),
        _("The bill of the cycle has been issued and is waiting for approval."),
        ("bill", "cycle", "net_payable"),
    ),
    Kind(
        "bill_approved",
        _("Bills"),
        _("Bill approved"),
        _("Bill %(bill)s approved"),
        _("What the bill pays is invoiced next; a bill that pays nothing is closed."),
        ("bill", "cycle", "net_payable"),
    ),
    Kind(
        "bill_rejected",
        _("Bills"),
        _("Bill approval rejected"),
        _("The approval of bill %(bill)s was rejected"),
        _(
            "KooGallery clears up the reason and submits the bill for approval again. Nothing is "
            "to be done by you."
        ),
        ("bill", "cycle", "net_payable", "reason"),
    ),
    Kind(
        "adjustment_recorded",
        _("Bills"),
        _("Adjustment recorded"),
        _("Adjustment %(adjustment)s of %(amount)s recorded for bill %(bill)s"),
        _("It comes onto your next bill. An amount below 0 is taken from what that bill pays."),
        ("adjustment", "bill", "amount", "reason"),
    ),
    Kind(
        "dispute_answered",
        _("Bills"),
        _("Dispute answered"),
        _("Dispute %(dispute)s %(outcome)s"),
        _("Your dispute has been answered. A difference comes onto your next bill."),
        ("dispute", "outcome", "bill", "line", "adjustment", "difference", "answer"),
        optional=frozenset({"line", "adjustment", "difference"}),
    ),
    Kind(
        "invoicing_notice",
        _("Invoices"),
        _("Invoice to be submitted"),
        _("Please invoice bill %(bill)s by %(due_on)s"),
        _(
            "The bill is approved. Please submit an invoice over exactly the amount to be paid; "
            "the bill's invoicing list says what it has to say."
        ),
        ("bill", "net_payable", "bill_to", "due_on"),
    ),
    Kind(
        "invoice_verified",
        _("Invoices"),
        _("Invoice verified"),
        _("Invoice %(invoice_no)s verified"),
        _("Once all invoices of the bill are verified, it is paid to your bank account."),
        ("invoice", "invoice_no", "bill", "amount", "tax"),
    ),
    Kind(
        "invoice_rejected",
        _("Invoices"),
        _("Invoice rejected"),
        _("Invoice %(invoice_no)s rejected"),
        _("It cannot be accepted as it is. Please submit a corrected one."),
        ("invoice", "invoice_no", "bill", "amount", "tax", "reason", "due_on"),
    ),
    Kind(
        "self_billing_consented",
        _("Invoices"),
        _("Self-billing agreed"),
        _("Self-billing agreed"),
        _("From the next approved bill on the platform issues your invoices. You can end this."),
        ("consent", "vat_rate"),
    ),
    Kind(
        "self_billing_ended",
        _("Invoices"),
        _("Self-billing ended"),
        _("Self-billing has ended"),
        _("Bills that are approved from now on wait for your own invoices again."),
        ("consent",),
    ),
    Kind(
        "self_billed",
        _("Invoices"),
        _("Invoice issued for you"),
        _("Invoice %(invoice_no)s issued for you"),
        _("By your consent the platform issued it; its page has it as UBL and as PDF."),
        ("invoice", "invoice_no", "bill", "amount", "tax"),
    ),
    Kind(
        "not_self_billed",
        _("Invoices"),
        _("Self-billing failed"),
        _("Bill %(bill)s could not be invoiced for you"),
        _("Please submit an invoice of your own, or have certified what is missing."),
        ("bill", "net_payable", "reason"),
    ),
    Kind(
        "invoice_overdue",
        _("Invoices"),
        _("Invoice overdue"),
        _("The invoice for bill %(bill)s is overdue"),
        _("The bill still waits for its invoice; it cannot be paid before that."),
        ("bill", "to_invoice", "due_on"),
    ),
)
