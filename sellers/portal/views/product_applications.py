"""Products that are applied for: the list, the form, one application, delisting (R9.2)."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from koogallery.attachments import attachments_of
from koogallery.duties import Duty
from koogallery.portal.cells import Instant
from koogallery.portal.tables import Column
from koogallery.portal.views import FilterForm
from sellers.choices import ProductApplicationState
from sellers.models import Product, ProductApplication
from sellers.portal.applying import DraftPage, tone_of
from sellers.portal.applying_forms import ProductApplicationForm
from sellers.portal.pages import (
    SellerActionPage,
    SellerDetailPage,
    SellerKeysetListPage,
    seller_id_of,
)
from sellers.portal.views.settings import SettingsPage
from sellers.rules.certifications import PRODUCT_DAYS
from sellers.services.authority import APPLICANTS
from sellers.services.products import release_applications
from sellers.services.products.catalogue import list_product

COLUMNS = (
    Column(_("Application"), sort="-number"),
    Column(_("For")),
    Column(_("Name"), sort="+name"),
    Column(_("State"), sort="+state"),
    Instant(_("Sent in"), sort="-created_at"),
)


class ApplicationFilters(FilterForm):
    find = forms.CharField(required=False, max_length=100, label=_("Number or name"))
    state = forms.ChoiceField(
        required=False,
        label=_("State"),
        choices=[("", _("All states")), *ProductApplicationState.choices],
    )

    def narrow(self) -> QuerySet[ProductApplication]:
        if not self.is_valid():
            return self.rows.none()
        rows = self.rows
        if state := self.cleaned_data["state"]:
            rows = rows.filter(state=state)
        if text := self.cleaned_data["find"]:
            rows = rows.filter(number__icontains=text) | rows.filter(name__contains_name=text)
        return rows


class ProductApplicationList(SellerKeysetListPage):
    queryset = ProductApplication.objects.select_related("seller", "product")
    template_name = "sellers/product_application_list.html"
    title = _("Product applications")
    columns = COLUMNS
    first_ordering = "-number"

    def build_form(self, rows: QuerySet[ProductApplication]) -> ApplicationFilters:
        return ApplicationFilters(self.request.GET, rows=rows)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        rows = [(each, tone_of(each)) for each in context["page"].rows]
        may_apply = self.reader.may(APPLICANTS | Duty.MANAGE_SELLERS)
        return {**context, "rows": rows, "may_apply": may_apply}


class ProductDraftPage(DraftPage):
    form_class = ProductApplicationForm
    detail = "product-application-detail"
    submit = staticmethod(release_applications.submit_product_application)
    intro = _(
        "Operations review it, usually within three working days. A product is released for a "
        "certified seller only."
    )

    def edit_of(self, row: Any) -> str:
        return reverse("console:product-application-edit", args=[row.number])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        back = reverse("console:product-application-list")
        return super().get_context_data(
            back_to=back, back_label=_("Product applications"), **kwargs
        )


class AddProductApplication(ProductDraftPage, SettingsPage):
    """A new product."""

    who = APPLICANTS | Duty.MANAGE_SELLERS

    title = _("Apply for the release of a product")

    def row(self) -> None:
        return None

    def initial(self) -> dict[str, Any]:
        return {"platform_fee_ratio": Decimal("0.15")}

    def save(self, content: dict[str, Any]) -> ProductApplication:
        return release_applications.start_release(
            self.seller.number, content, actor=self.request.user
        )


class EditProductApplication(ProductDraftPage):
    """A draft, for a new product or for a change."""

    who = APPLICANTS | Duty.MANAGE_SELLERS

    @cached_property
    def found(self) -> ProductApplication:
        rows = ProductApplication.objects.select_related("seller", "product")
        found = rows.visible_to(self.request.user).filter(number=self.kwargs["number"]).first()
        if found is None:
            raise Http404
        return found

    def require_role(self) -> None:
        if not self.reader.may(self.who, seller_id_of(self.found)):
            raise PermissionDenied

    @property
    def title(self) -> str:
        if self.found.product:
            return gettext("Change %(name)s") % {"name": self.found.product.name}
        return gettext("Apply for the release of a product")

    def row(self) -> ProductApplication:
        return self.found

    def save(self, content: dict[str, Any]) -> ProductApplication:
        saved = release_applications.edit_product_application(
            self.found.number, content, actor=self.request.user
        )
        del self.found
        return saved

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(seller=self.found.seller, **kwargs)


class ProductApplicationDetail(SellerDetailPage):
    queryset = ProductApplication.objects.select_related("seller", "product", "revises")
    template_name = "sellers/product_application_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row: ProductApplication = self.object
        return super().get_context_data(
            row=row,
            tone=tone_of(row),
            facts=ProductApplicationForm.facts(row.content, whole=True),
            attachments=attachments_of("product_application", row.number),
            may_write=self.reader.may(APPLICANTS | Duty.MANAGE_SELLERS, row.seller_id),
            revised_by=getattr(row, "revised_by", None),
            days=PRODUCT_DAYS,
            **kwargs,
        )


class ProductApplicationAct(SellerActionPage):
    queryset = ProductApplication.objects.select_related("seller")

    def back_to(self) -> str:
        return reverse("console:product-application-detail", args=[self.object.number])


class WithdrawProductApplication(ProductApplicationAct):
    who = APPLICANTS | Duty.MANAGE_SELLERS
    question = _("Take this application back?")
    consequence = _("It is a draft again: change it and send it in once more.")
    verb = _("Take back")
    done = _("It is a draft again.")

    def act(self, form: forms.Form) -> None:  # noqa: ARG002
        release_applications.withdraw_product_application(
            self.object.number, actor=self.request.user
        )


class DiscardProductApplication(ProductApplicationAct):
    who = APPLICANTS | Duty.MANAGE_SELLERS
    question = _("Give this draft up?")
    consequence = _("What you wrote is not sent in.")
    verb = _("Give up")
    done = _("The draft is given up.")

    def act(self, form: forms.Form) -> None:  # noqa: ARG002
        release_applications.discard_product_application(
            self.object.number, actor=self.request.user
        )


class StartingPage(SellerActionPage):
    """Asks, then makes a draft and opens its form."""

    started: ProductApplication

    def form_valid(self, form: forms.Form) -> HttpResponse:
        answer = super().form_valid(form)
        started = getattr(self, "started", None)
        if started is None:
            return answer
        return redirect("console:product-application-edit", started.number)


class ReviseProductApplication(StartingPage, ProductApplicationAct):
    who = APPLICANTS | Duty.MANAGE_SELLERS
    question = _("Revise this application?")
    consequence = _("A new draft is made with what was rejected, for you to mend and send in.")
    verb = _("Revise")
    done = _("Mend what was rejected, then send it in.")

    def act(self, form: forms.Form) -> None:  # noqa: ARG002
        self.started = release_applications.revise_product_application(
            self.object.number, actor=self.request.user
        )


class OfProduct(SellerActionPage):
    queryset = Product.objects.select_related("seller")

    def back_to(self) -> str:
        return reverse("console:product-detail", args=[self.object.number])


class ChangeProduct(StartingPage, OfProduct):
    who = APPLICANTS | Duty.MANAGE_SELLERS
    question = _("Apply for a change of this product?")
    consequence = _(
        "A draft is made with what the product is now. Nothing changes before operations approve "
        "it, and orders keep the fee ratio of the day they were placed."
    )
    verb = _("Write the change")
    done = _("Write what is to change, then send it in.")

    def act(self, form: forms.Form) -> None:  # noqa: ARG002
        self.started = release_applications.start_change(
            self.object.number, {}, actor=self.request.user
        )


class DelistProduct(OfProduct):
    who = APPLICANTS | Duty.MANAGE_SELLERS
    question = _("Delist this product?")
    consequence = _(
        "It is not offered any more. What is sold of it goes on: renewals, changes and bills. You "
        "can list it again."
    )
    verb = _("Delist")
    done = _("The product is delisted.")

    def act(self, form: forms.Form) -> None:  # noqa: ARG002
        list_product(self.object.number, listed=False, actor=self.request.user)


class RelistProduct(OfProduct):
    who = APPLICANTS | Duty.MANAGE_SELLERS
    question = _("List this product again?")
    consequence = _("It is offered again, as it was.")
    verb = _("List again")
    done = _("The product is listed again.")

    def act(self, form: forms.Form) -> None:  # noqa: ARG002
        list_product(self.object.number, listed=True, actor=self.request.user)
