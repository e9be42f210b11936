"""Self-billing in a seller's console: consent, what was issued by it, its end (R8.3)."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from sellers.portal.applying_forms import PercentField
from sellers.portal.pages import SellerDetailPage
from sellers.portal.views.settings import FormPage
from settlement.models import SelfBillingConsent
from settlement.services.bills import self_billing

CONSENTS = SelfBillingConsent.objects.select_related("seller", "agreed_by", "ended_by")


class ConsentForm(forms.Form):
    vat_rate = PercentField(
        label=_("Rate of VAT in %"), help_text=_("What you charge Huawei; 0 for none.")
    )
    exemption = forms.CharField(
        label=_("Why no VAT is charged"),
        help_text=_("At rate 0: as it has to stand on your invoices."),
        max_length=200,
        required=False,
    )


class ConsentToSelfBilling(FormPage):
    performs = self_billing.consent_to_self_billing
    menu = "invoice-list"
    template_name = "settlement/self_billing_consent_add.html"
    form_class = ConsentForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(said=self.performs.said, **kwargs)

    def act(self, form: forms.Form) -> HttpResponse:
        consent = self_billing.consent_to_self_billing(
            self.seller.number, **form.cleaned_data, actor=self.request.user
        )
        messages.success(self.request, self.performs.said.done)
        return redirect("console:self-billing-consent-detail", consent.number)


class ConsentDetail(SellerDetailPage):
    menu = "invoice-list"
    queryset = CONSENTS
    context_object_name = "consent"
    template_name = "settlement/self_billing_consent_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        consent: SelfBillingConsent = self.object
        issued = consent.invoices.select_related("invoice").order_by("-pk")
        return super().get_context_data(
            invoices=[each.invoice for each in issued[:50]],
            may_end=not consent.ended_at
            and self.reader.may_do(self_billing.end_self_billing, consent),
            **kwargs,
        )
