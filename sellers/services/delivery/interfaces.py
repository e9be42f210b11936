"""A product's delivery interface: proposed, tested, used, switched off (R9.4)."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koogallery import audit
from koogallery.acts import ActsOn, Said
from koogallery.duties import Duty
from koogallery.kit.errors import Conflict, InvalidInput, NotFound
from koogallery.models import User
from koogallery.outgoing import require_allowed_target
from sellers.choices import DeliveryMethod
from sellers.models import DeliveryInterface, DeliveryMessage, Product
from sellers.rules.deliveries import order_ids
from sellers.services.authority import DELIVERERS
from sellers.services.delivery.queue import queue_test, queue_waiting

#: The documented order for debugging, which the order query answers too.
TEST_ORDER = "MOCKPERIODYEARNEW"
LONGEST_URL = 500
PRODUCTS = Product.objects.select_related("seller")
KEEPERS = DELIVERERS | Duty.MANAGE_DELIVERY
by_keepers = ActsOn(PRODUCTS, by=KEEPERS, rule="R9.4")


def propose_interface(product_number: str, url: str, *, actor: User) -> DeliveryInterface:
    """An address to be tested; what is in use stays in use until the test has passed."""
    url = url.strip()
    _require_url(url)
    return record_proposal(product_number, url, actor=actor)


@by_keepers(
    "propose_interface",
    said=Said(
        label=gettext_lazy("Save the address"),
        question=gettext_lazy("Where does your server stand?"),
        consequence=gettext_lazy(
            "Nothing changes until this address has passed a test call. What is in use stays in "
            "use."
        ),
        done=gettext_lazy("The address is saved. Make a test call to put it into use."),
    ),
)
def record_proposal(product: Product, url: str, *, actor: User) -> DeliveryInterface:
    """An address that has been judged already."""
    if product.delivery_method != DeliveryMethod.SAAS:
        detail = _(
            "%(product)s is delivered as %(delivery_method)s; only SaaS has an interface."
        ) % {"product": product, "delivery_method": product.delivery_method}
        raise InvalidInput(detail, code="not_saas", rule="R9.4", field="url")
    interface = DeliveryInterface.objects.filter(product=product).first()
    if interface is None:
        interface = DeliveryInterface(product=product, seller=product.seller)
    interface.proposed_url = "" if url == interface.url else url
    interface.save()
    _record(interface, "proposed", actor, url=url)
    return interface


@by_keepers(
    "test_interface",
    said=Said(
        label=gettext_lazy("Make the test call"),
        question=gettext_lazy("Make a test call?"),
        consequence=gettext_lazy(
            "Your server is asked to create an instance of the order for debugging, with testFlag "
            "1. If it answers as agreed, the address and the newest access key are in use from "
            "then on."
        ),
    ),
)
def request_test(product: Product, *, actor: User) -> DeliveryMessage:
    """Queue a test call: to the proposed address, else to the one in use; with the newest key."""
    interface = _interface_of(product)
    if interface.messages.filter(is_test=True, closed_at=None).exists():
        raise Conflict(_("A test call is under way already."), code="test_under_way", rule="R9.4")
    number = queue_test(interface, order_ids(TEST_ORDER), actor)
    _record(interface, "tested", actor, message=number)
    return DeliveryMessage.objects.get(number=number)


@by_keepers("switch_interface", said=Said(done=gettext_lazy("Done.")))
def switch_interface(product: Product, *, on: bool, actor: User) -> DeliveryInterface:
    """Off: orders wait, or are enabled as the trading system tells. What was delivered goes on.

    On again its server is told of every order that waits (R1.5, R9.4).
    """
    interface = _interface_of(product)
    if on and not interface.url:
        detail = _("Its address has not passed a test call yet.")
        raise Conflict(detail, code="not_verified", rule="R9.4")
    if interface.is_on != on:
        interface.is_on = on
        interface.save(update_fields=["is_on", "modified_at"])
        _record(interface, "switched on" if on else "switched off", actor)
        if on:
            queue_waiting(interface)
    return interface


def _interface_of(product: Product) -> DeliveryInterface:
    interface = DeliveryInterface.objects.filter(product=product).first()
    if interface is None:
        raise NotFound(
            _("%(product)s has no delivery interface yet: give it an address first.")
            % {"product": product}
        )
    return interface


def _require_url(url: str) -> None:
    if len(url) > LONGEST_URL or "#" in url or not url.isascii() or not url.isprintable():
        detail = _("An address has at most %(most)s plain characters and no fragment.") % {
            "most": LONGEST_URL
        }
        raise InvalidInput(detail, code="not_an_address", rule="R9.4", field="url")
    require_allowed_target(url, field="url", rule="R9.4")
    if not settings.OUTGOING_PRIVATE_TARGETS and _is_ip(urlsplit(url).hostname or ""):
        detail = _("Write the name of your server; an IP address has no certificate to check.")
        raise InvalidInput(detail, code="not_a_name", rule="R9.4", field="url")


def _is_ip(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _record(interface: DeliveryInterface, verb: str, actor: User, **facts: str) -> None:
    seller = interface.seller.number
    kind = "delivery interface"
    audit.record(actor, verb, kind, interface.product.number, seller=seller, **facts)
