from typing import Any

from django import forms
from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from koogallery.attachments import attachments_of
from sellers.portal.pages import ActPage, SellerDetailPage, SellerListingPage
from settlement.choices import DisputeState
from settlement.listings.bills import DISPUTES
from settlement.models import Bill, BillLine, Dispute
from settlement.portal.next_steps import DISPUTE_STEPS
from settlement.readings.line_explanation import explanation_of
from settlement.services.bills import disputes

LINES = BillLine.objects.select_related("order", "product", "usage_record", "adjustment__bill")


class DisputeList(SellerListingPage):
    listing = DISPUTES
    template_name = "settlement/dispute_list.html"


class DisputeDetail(SellerDetailPage):
    """An objection, its answer, and the bill that pays the difference (R3.4, R3.2)."""

    queryset = DISPUTES.rows
    template_name = "settlement/dispute_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        dispute: Dispute = self.object
        line = line_of(dispute.bill, dispute.line_no) if dispute.line_no else None
        is_open = dispute.state == DisputeState.OPEN
        return super().get_context_data(
            step=DISPUTE_STEPS[dispute.state],
            line=line,
            why=explanation_of(line) if line else None,
            paid_on=paid_on(dispute),
            is_open=is_open,
            attachments=attachments_of("dispute", dispute.number),
            may_withdraw=self.reader.may_do(disputes.withdraw_dispute, dispute),
            **kwargs,
        )


def line_of(bill: Bill, line_no: int) -> BillLine | None:
    line = LINES.filter(bill=bill, line_no=line_no).first()
    if line:
        line.bill = bill
    return line


def paid_on(dispute: Dispute) -> BillLine | None:
    """The line of the later bill that pays the difference, once that bill is issued."""
    if dispute.adjustment is None:
        return None
    return dispute.adjustment.bill_lines.select_related("bill").first()


class DisputeBill(ActPage):
    """Object to a bill, or to the line that the address names."""

    performs = disputes.open_dispute
    context_object_name = "bill"
    template_name = "settlement/bill_dispute.html"
    dispute: Dispute

    @cached_property
    def line(self) -> BillLine | None:
        line_no = self.kwargs.get("line_no")
        if line_no is None:
            return None
        line = line_of(self.object, line_no)
        if line is None:
            raise Http404
        return line

    @property
    def question(self) -> str:
        names = {"bill": self.object.number}
        if self.line is None:
            return _("Dispute bill %(bill)s") % names
        return _("Dispute line %(line)s of bill %(bill)s") % {**names, "line": self.line.line_no}

    def act(self, form: forms.Form) -> None:
        self.dispute = disputes.open_dispute(
            self.object.number,
            self.line.line_no if self.line else None,
            **form.cleaned_data,
            actor=self.request.user,
        )

    def after(self) -> str:
        return reverse("console:dispute-detail", args=[self.dispute.number])

    def back_to(self) -> str:
        return reverse("console:bill-detail", args=[self.object.number])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        why = explanation_of(self.line) if self.line else None
        return super().get_context_data(line=self.line, why=why, **kwargs)
