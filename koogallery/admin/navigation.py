"""The admin's navigation in the order of the operators' work; each sees what their duties open."""

from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from koogallery.languages import Text

#: A page that shows rows of several kinds -> its title, and the rows whose readers read it.
PAGES: Mapping[str, tuple[Text, str]] = {
    "admin:settlement_payments_desk": (_("Payments desk"), "settlement.Payout"),
}
#: Heading -> the rows below it, by their model, and the pages.
GROUPS: Mapping[Text, tuple[str, ...]] = {
    _("The month"): (
        "settlement.BillPreview",
        "settlement.BillRun",
        "settlement.BillHold",
        "settlement.SelfBillingConsent",
        "settlement.CalendarDay",
        "settlement.Bill",
        "settlement.Adjustment",
        "settlement.Dispute",
        "settlement.Invoice",
    ),
    _("Payments"): (
        "admin:settlement_payments_desk",
        "settlement.Payout",
        "settlement.PayoutBatch",
        "settlement.BankStatement",
        "settlement.BankLine",
    ),
    _("Refunds"): (
        "settlement.Refund",
        "settlement.Recovery",
        "settlement.Receivable",
        "settlement.Deposit",
        "settlement.DepositMovement",
    ),
    _("Second person"): ("koogallery.ApprovalRequest",),
    _("Sellers"): (
        "sellers.SellerApplication",
        "sellers.Certification",
        "sellers.BankAccount",
        "sellers.Seller",
        "settlement.ExitRequest",
        "sellers.Member",
        "sellers.ProductApplication",
        "sellers.Product",
    ),
    _("Orders and delivery"): (
        "sellers.Order",
        "sellers.UsageRecord",
        "sellers.DeliveryMessage",
        "sellers.DeliveryInterface",
        "sellers.Instance",
    ),
    _("Books"): (
        "settlement.AccountBalance",
        "settlement.Journal",
        "settlement.LedgerEntry",
        "settlement.InvariantResult",
        "settlement.Seal",
        "settlement.SealRoot",
    ),
    _("People and record"): (
        "koogallery.User",
        "koogallery.AccessToken",
        "koogallery.Act",
        "koogallery.ExportJob",
        "koogallery.Notice",
        "koogallery.NoticeMail",
        "koogallery.WebhookEndpoint",
        "koogallery.WebhookDelivery",
    ),
}


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """As django-unfold draws it: home, then the groups of which something may be seen."""
    home = {"title": gettext("What waits"), "link": reverse("admin:index")}
    on_a_page = request.path in {reverse(page) for page in PAGES}
    groups = [
        {
            "title": heading,
            "items": [
                _item(label, on_a_page=on_a_page) for label in labels if _may_see(request, label)
            ],
        }
        for heading, labels in GROUPS.items()
    ]
    return [{"items": [home]}, *(group for group in groups if group["items"])]


def account_links(_request: HttpRequest) -> list[dict[str, Any]]:
    """Beside the name of who is signed in."""
    return [{"title": gettext("Your account"), "link": reverse("account")}]


def _may_see(request: HttpRequest, label: str) -> bool:
    _, label = PAGES.get(label, ("", label))
    shown = admin.site._registry.get(apps.get_model(label))  # noqa: SLF001  # as Django's own pages
    if shown is None or not shown.has_module_permission(request):
        return False
    return shown.has_view_permission(request)


def _item(label: str, *, on_a_page: bool) -> dict[str, Any]:
    """A page below the address of a list is not that list."""
    if label in PAGES:
        return {"title": PAGES[label][0], "link": reverse(label)}
    options = apps.get_model(label)._meta
    name = str(options.verbose_name_plural)
    return {
        "title": name[:1].upper() + name[1:],
        "link": reverse(f"admin:{options.app_label}_{options.model_name}_changelist"),
        **({"active": False} if on_a_page else {}),
    }
