"""What is told of invoices, the seller's own and those issued for it."""

from django.utils.translation import gettext_lazy as _

from koogallery.kinds import Kind

KINDS = (
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
