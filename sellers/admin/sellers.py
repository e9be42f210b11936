"""Sellers and their products: registered, changed, decided."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from koogallery.admin import columns
from koogallery.admin.deciding import DecidingAdmin, Decision, by_verb, decision_of
from koogallery.admin.exporting import ExportingAdmin
from koogallery.admin.new_work import new_work
from koogallery.duties import Duty
from koogallery.kit.figures import percent_text
from koogallery.languages import Text
from koogallery.models import User
from sellers.admin import members
from sellers.admin.entering import NewProductForm, NewSellerForm, ProductForm, RatioForm, SellerForm
from sellers.admin.reviewing import MOST_EARLIER
from sellers.choices import BillingMode
from sellers.models import Product, Seller
from sellers.rules.certifications import MOST_REJECTIONS
from sellers.services.companies.bank_accounts import account_in_use
from sellers.services.companies.certifications import stand_of, unlock_certification
from sellers.services.companies.sellers import NewSeller, change_seller, register_seller
from sellers.services.products.catalogue import NewProduct, change_product, register_product


def _version(number: str, *, actor: User, **ratio: Any) -> Product:
    """`valid_from` that is left empty is now."""
    told = {name: value for name, value in ratio.items() if value is not None}
    return change_product(number, told, actor=actor)


def _list(number: str, *, actor: User) -> Product:
    return change_product(number, {"listed": True}, actor=actor)


def _delist(number: str, *, actor: User) -> Product:
    return change_product(number, {"listed": False}, actor=actor)


def _of_product(verb: str, label: Text, **more: Any) -> Decision:
    """A change of a product that has a question of its own."""
    return decision_of(change_product, verb=verb, label=label, **more)


DECISIONS = by_verb(
    decision_of(change_product, form=ProductForm),
    _of_product(
        "ratio",
        _("Set a fee ratio"),
        question=_("Which platform fee ratio, from when on?"),
        form=RatioForm,
        act=_version,
        done=_("The ratio is recorded."),
    ),
    _of_product(
        "delist",
        _("Delist"),
        question=_("Delist this product?"),
        act=_delist,
        refusal=lambda product, _: "" if product.is_listed else gettext("It is delisted already."),
        done=_("The product is delisted."),
    ),
    _of_product(
        "relist",
        _("List again"),
        question=_("List this product again?"),
        act=_list,
        refusal=lambda product, _: gettext("It is listed.") if product.is_listed else "",
        done=_("The product is listed again."),
    ),
)


@admin.register(Seller)
class SellerAdmin(DecidingAdmin):
    """A seller as a whole; settlement adds its leaving."""

    decisions: ClassVar[Mapping[str, Decision]] = by_verb(
        decision_of(change_seller, form=SellerForm),
        decision_of(unlock_certification, verb="unlock"),
        members.INVITE,
    )
    list_display = [
        "number",
        "company_name",
        "country",
        "settlement_currency",
        "certified_at",
        "open_cycle",
        "left_at",
    ]
    list_filter = ["settlement_currency", "country", "certified_at"]
    search_fields = ["number__startswith"]
    folded_names = found_by_name = ["company_name"]
    search_help_text = _("Number or name of a seller")
    asking = Duty.MANAGE_SELLERS
    actions_list = ["register"]

    register = new_work(
        NewSellerForm,
        lambda entered, actor: register_seller(NewSeller(**entered), actor=actor)[0],
        description=_("Register a seller…"),
        url_path="register",
        question=_("Register a seller"),
        label=_("Register"),
        consequence=_(
            "A company that sells on KooGallery; its bills are in its settlement "
            "currency, and nothing of it is billed before it is certified (R1.3)."
        ),
        done=_("The seller is registered."),
    )

    def form_options(self, request: HttpRequest, row: Seller, decision: Decision) -> dict[str, Any]:
        return {"corrected": row} if decision.verb == "change" else {}

    def page_context(self, row: Seller, user: User) -> dict[str, Any]:
        stand = stand_of(row)
        return {
            "stand": stand,
            "standing_tone": columns.colour_of(stand.standing.tone),
            "certifications": row.certifications.order_by("-pk")[:MOST_EARLIER],
            "account": account_in_use(row),
            "changes": row.bank_accounts.all().underway(),
            "applications": row.product_applications.order_by("-pk")[:MOST_EARLIER],
            "products": row.products.filter(delisted_at=None).count(),
            "members": row.members.select_related("user").order_by("user__username"),
            "invitations": row.invitations.open(),
            "may_manage": user.may(Duty.MANAGE_SELLERS),
            "may_read_books": user.may(Duty.READ_BOOKS),
        }

    def question_context(self, request: HttpRequest, row: Seller) -> dict[str, Any]:
        rejected = row.certifications.filter(state="rejected").order_by("-pk")
        return {"earlier": rejected.select_related("decided_by")[:MOST_REJECTIONS]}


@admin.register(Product)
class ProductAdmin(ExportingAdmin, DecidingAdmin):
    exported = "products"
    decisions = DECISIONS
    list_display = [
        "number",
        "name",
        "seller",
        "delivery_method",
        "supervised",
        "ratio",
        "delisted_at",
    ]
    list_filter = ["seller", "delivery_method"]
    search_fields = ["number__startswith", "seller__number__exact"]
    folded_names = ["name", "seller__company_name"]
    found_by_name = ["name"]
    search_help_text = _("Number or name of a product, or of its seller")
    asking = Duty.IMPORT_FACTS
    actions_list = ["register"]

    register = new_work(
        NewProductForm,
        lambda entered, actor: register_product(NewProduct(**entered), actor=actor)[0],
        description=_("Register a product…"),
        url_path="register",
        question=_("Register a product"),
        label=_("Register"),
        consequence=_(
            "Of a seller, without an application: as the trading system does it. Its "
            "ratio is the first version (R2.6)."
        ),
        done=_("The product is registered."),
    )

    def form_options(
        self, request: HttpRequest, row: Product, decision: Decision
    ) -> dict[str, Any]:
        return {"corrected": row} if decision.verb == "change" else {}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: Any = super().get_queryset(request)
        found: QuerySet[Any] = rows.with_present_ratio()
        return found

    @columns.shown(_("Platform fee ratio"), ordering="present_ratio")
    def ratio(self, product: Any) -> str:
        return percent_text(product.present_ratio)

    def page_context(self, row: Product, user: User) -> dict[str, Any]:
        return {
            "modes": gettext(", ").join(str(BillingMode(mode).label) for mode in row.billing_modes),
            "versions": row.fee_ratios.order_by("-version"),
            "applications": row.applications.order_by("-pk")[:MOST_EARLIER],
        }
