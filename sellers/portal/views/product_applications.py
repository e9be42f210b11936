"""Products that are applied for: the list, the form, one application, delisting (R9.2)."""

from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from koogallery.attachments import attachments_of
from sellers.listings.products import PRODUCT_APPLICATIONS
from sellers.models import ProductApplication
from sellers.portal.applying import DraftPage
from sellers.portal.applying_forms import ProductApplicationForm
from sellers.portal.pages import ActPage, SellerDetailPage, SellerListingPage, seller_id_of
from sellers.portal.views.settings import SettingsPage
from sellers.rules.bank_accounts import tidy
from sellers.rules.certifications import PRODUCT_DAYS
from sellers.services.products import release_applications


class ProductApplicationList(SellerListingPage):
    listing = PRODUCT_APPLICATIONS
    template_name = "sellers/product_application_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may_apply = self.reader.may(release_applications.WRITERS)
        return super().get_context_data(may_apply=may_apply, **kwargs)


class ProductDraftPage(DraftPage):
    form_class = ProductApplicationForm
    detail = "product-application-detail"
    submit = staticmethod(release_applications.submit_product_application)
    intro = _(
        "Operations review it, usually within three working days. A product is released for a "
        "certified seller only."
    )

    def edit_of(self, row: Any) -> str:
        return _form_of(row)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        back = reverse("console:product-application-list")
        return super().get_context_data(
            back_to=back, back_label=_("Product applications"), **kwargs
        )


class AddProductApplication(ProductDraftPage, SettingsPage):
    """A new product; the same one, sent once more, is gone on with."""

    performs = release_applications.start_release
    title = _("Apply for the release of a product")
    started: ProductApplication | None = None

    def row(self) -> ProductApplication | None:
        return self.started

    def initial(self) -> dict[str, Any]:
        return {"platform_fee_ratio": Decimal("0.15")}

    def save(self, content: dict[str, Any]) -> ProductApplication:
        user, mine = self.request.user, self.seller.product_applications
        drafts = mine.filter(state="draft", product=None, created_by=user)
        if draft := drafts.filter(name=tidy(content["name"])).first():
            self.started = release_applications.edit_product_application(
                draft.number, content, actor=user
            )
        else:
            self.started = release_applications.start_release(
                self.seller.number, content, actor=user
            )
        return self.started


class EditProductApplication(ProductDraftPage):
    """A draft, for a new product or for a change."""

    performs = release_applications.edit_product_application

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
            facts=ProductApplicationForm.facts(row.content, whole=True),
            attachments=attachments_of("product_application", row.number),
            may_write=self.reader.may(release_applications.WRITERS, row.seller_id),
            revised_by=getattr(row, "revised_by", None),
            days=PRODUCT_DAYS,
            **kwargs,
        )


class ReviseProductApplication(ActPage):
    performs = release_applications.revise_product_application

    def after(self) -> str:
        return _form_of(self.came)


class ChangeProduct(ActPage):
    performs = release_applications.start_change

    def after(self) -> str:
        return _form_of(self.came)


def _form_of(application: ProductApplication) -> str:
    return reverse("console:product-application-edit", args=[application.number])
