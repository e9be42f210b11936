"""The way of a seller from its approval to its first bill (R9.1, R9.2, R9.4, R1.3)."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.db.models import Exists, OuterRef, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from koogallery.acts import Who
from koogallery.dates import cycle_label, day_text
from koogallery.settlement_time import cycle_of
from sellers.choices import CertificationState, DeliveryMethod
from sellers.models import BankAccount, Certification, Order, Product, ProductApplication, Seller
from sellers.services.authority import APPLICANTS, DELIVERERS, MEMBERS, TREASURERS
from settlement.portal.coming import next_issue


@dataclass(frozen=True, slots=True)
class Step:
    """`told` is where it stands; `is_waiting` for operations, so that nobody else need act."""

    label: str
    told: str
    address: str
    is_done: bool
    is_waiting: bool = False


@dataclass(frozen=True, slots=True)
class FirstSteps:
    steps: list[Step]
    has_order: bool


def first_steps(seller: Seller, may: Callable[[Who], bool]) -> FirstSteps:
    """Only those who may take a step are led to it."""
    facts = _facts_of(seller)
    # Done when these steps are shown no more.
    now = timezone.now()
    coming = next_issue(now, seller.open_cycle if facts["has_order"] else cycle_of(now))
    told = _("What takes effect by the end of %(cycle)s and is paid is billed on %(day)s.") % {
        "cycle": cycle_label(coming.cycle),
        "day": day_text(coming.day),
    }
    steps = (
        (APPLICANTS, _certify(seller, facts)),
        (TREASURERS, _bank(facts)),
        (APPLICANTS, _product(facts)),
        (DELIVERERS, _interface(facts)),
        (MEMBERS, _order(facts)),
        (MEMBERS, Step(_("First bill"), told, reverse("console:bill-list"), is_done=False)),
    )
    offered = [step if may(who) else replace(step, address="") for who, step in steps]
    return FirstSteps(offered, has_order=bool(facts["has_order"]))


def _facts_of(seller: Seller) -> dict[str, object]:
    """In one query."""
    mine = {"seller": OuterRef("pk")}
    products = Product.objects.filter(**mine)
    served = products.filter(delivery_method=DeliveryMethod.SAAS)
    sent = Certification.objects.filter(**mine).order_by("-pk").values("state")
    found = Seller.objects.filter(pk=seller.pk).values(
        certification=Subquery(sent[:1]),
        has_account=Exists(BankAccount.objects.usable_at(timezone.now()).filter(**mine)),
        account=Exists(BankAccount.objects.all().underway().filter(**mine)),
        has_product=Exists(products),
        product=Exists(ProductApplication.objects.filter(**mine, state=ProductApplication.WAITING)),
        has_interface=Exists(served.filter(delivery_interface__is_on=True)),
        to_connect=Subquery(
            served.exclude(delivery_interface__is_on=True).order_by("pk").values("number")[:1]
        ),
        has_order=Exists(Order.objects.filter(**mine)),
    )
    return dict(found.get())


def _certify(seller: Seller, facts: dict[str, object]) -> Step:
    is_waiting = facts["certification"] == Certification.WAITING
    if seller.certified_at:
        told = _("Certified on %(day)s.") % {"day": day_text(seller.certified_at)}
    elif is_waiting:
        told = _("Sent in. Operations answer, usually within one working day.")
    elif facts["certification"] == CertificationState.REJECTED:
        told = _("Rejected, with a reason. Mend it and send it in again.")
    else:
        told = _("Send in your business information and documents. Until then nothing is billed.")
    return Step(
        _("Have your company certified"),
        told,
        reverse("console:company"),
        bool(seller.certified_at),
        is_waiting,
    )


def _bank(facts: dict[str, object]) -> Step:
    is_waiting = bool(facts["account"])
    told = _("The first one comes with the certification. Payouts go there.")
    if is_waiting:
        told = _("Named; it is checked before money goes there.")
    return Step(
        _("Name your bank account"),
        told,
        reverse("console:company"),
        bool(facts["has_account"]),
        is_waiting,
    )


def _product(facts: dict[str, object]) -> Step:
    is_waiting = bool(facts["product"])
    told = _("Apply for its release; a certified company’s are released.")
    if is_waiting:
        told = _("Sent in. Operations answer, usually within three working days.")
    return Step(
        _("Release a product"),
        told,
        reverse("console:product-application-list"),
        bool(facts["has_product"]),
        is_waiting,
    )


def _interface(facts: dict[str, object]) -> Step:
    """What is not SaaS is delivered without one."""
    number = facts["to_connect"]
    address = reverse("console:interface-detail", args=[number]) if number else ""
    is_done = bool(facts["has_interface"] or (facts["has_product"] and not number))
    told = _("For SaaS: its address, a test call, then switch it on. Orders are enabled there.")
    return Step(_("Connect your server"), told, address, is_done)


def _order(facts: dict[str, object]) -> Step:
    told = _("Each order on KooGallery appears in your order list within minutes.")
    return Step(_("First order"), told, reverse("console:order-list"), bool(facts["has_order"]))
