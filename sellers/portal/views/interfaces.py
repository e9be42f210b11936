"""A product's delivery interface: its address, its test, its key (R9.4)."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from koogallery.kit.errors import DomainError
from sellers.choices import DeliveryMethod, MessageState
from sellers.models import DeliveryInterface, DeliveryMessage, Product
from sellers.portal.forms import InterfaceForm
from sellers.portal.pages import ActPage, SellerDetailPage
from sellers.readings.deliveries import ReadAttempt, told_of
from sellers.services.authority import OWNERS
from sellers.services.delivery import access_keys, interfaces
from sellers.services.delivery.calls import deliver_now

SAAS = Product.objects.filter(delivery_method=DeliveryMethod.SAAS).select_related(
    "seller", "delivery_interface"
)


def interface_of(product: Product) -> DeliveryInterface | None:
    return DeliveryInterface.objects.filter(product=product).first()


class InterfaceDetail(SellerDetailPage):
    """The interface of one SaaS product, with what its latest test call came to."""

    queryset = SAAS
    context_object_name = "product"
    template_name = "sellers/interface_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        product, interface = self.object, interface_of(self.object)
        test = interface.messages.filter(is_test=True).first() if interface else None
        return super().get_context_data(
            interface=interface,
            test=test,
            tested=_read(test) if test else None,
            told=told_of(test.result_code, test.result) if test else "",
            failed=_failed(interface) if interface else 0,
            form=InterfaceForm(initial={"url": _shown_url(interface)}),
            newest=access_keys.current_version(product.seller),
            may_deliver=self.reader.may(interfaces.KEEPERS, product.seller_id),
            may_see_key=self.reader.may(OWNERS, product.seller_id)
            and not self.request.user.is_operator,
            **kwargs,
        )


def _shown_url(interface: DeliveryInterface | None) -> str:
    return (interface.proposed_url or interface.url) if interface else ""


def _read(test: DeliveryMessage) -> ReadAttempt | None:
    attempt = test.attempts.last()
    return ReadAttempt(attempt) if attempt else None


def _failed(interface: DeliveryInterface) -> int:
    return interface.messages.filter(state=MessageState.FAILED, is_test=False).count()


class InterfaceAct(ActPage):
    """An act on the interface of a product, which leads back to its page."""

    queryset = SAAS
    context_object_name = "product"

    def back_to(self) -> str:
        return reverse("console:interface-detail", args=[self.object.number])


class ProposeInterface(InterfaceAct):
    performs = interfaces.record_proposal
    form_class = InterfaceForm

    def get_initial(self) -> dict[str, Any]:
        return {"url": _shown_url(interface_of(self.object))}

    def act(self, form: forms.Form) -> None:
        interfaces.propose_interface(
            self.object.number, form.cleaned_data["url"], actor=self.request.user
        )


class TestInterface(InterfaceAct):
    """The call is made at once, by the one way that all messages go; the page shows its result."""

    performs = interfaces.request_test

    def form_valid(self, form: forms.Form) -> HttpResponse:
        try:
            test = interfaces.request_test(self.object.number, actor=self.request.user)
        except DomainError as refusal:
            form.add_error(None, refusal.detail)
            return self.form_invalid(form)
        deliver_now(test.number)
        test.refresh_from_db()
        if test.state == MessageState.SUCCEEDED:
            messages.success(self.request, _("Your server answered as agreed; it is in use now."))
        elif test.state == MessageState.FAILED:
            messages.error(self.request, _("The test call failed. The reason is below."))
        else:
            messages.info(self.request, _("Your server is being called; look again in a moment."))
        return redirect(self.back_to())


class SwitchInterface(InterfaceAct):
    """Off if it is on, on if it is off."""

    performs = interfaces.switch_interface

    @property
    def is_on(self) -> bool:
        interface = interface_of(self.object)
        return bool(interface and interface.is_on)

    @property
    def question(self) -> str:
        return _("Switch the interface off?") if self.is_on else _("Switch the interface on?")

    @property
    def consequence(self) -> str:  # type: ignore[override]
        if self.is_on:
            return _(
                "New orders are not told to your server any more. Instances that it has created "
                "are still looked after: extended, frozen, released."
            )
        return _("Orders paid from now on are told to your server, which enables them.")

    @property
    def verb(self) -> str:  # type: ignore[override]
        return _("Switch off") if self.is_on else _("Switch on")

    def act(self, form: forms.Form) -> None:  # noqa: ARG002
        interfaces.switch_interface(self.object.number, on=not self.is_on, actor=self.request.user)


class ShowAccessKey(InterfaceAct):
    """For an owner, once a question: that it was shown is on record, and nothing keeps the page."""

    performs = access_keys.shown_access_key

    def form_valid(self, form: forms.Form) -> HttpResponse:
        seller, actor = self.object.seller.number, self.request.user
        try:
            key = access_keys.shown_access_key(seller, actor=actor)
            key_id, secret = access_keys.shown_secret_key(seller, actor=actor)
        except DomainError as refusal:
            form.add_error(None, refusal.detail)
            return self.form_invalid(form)
        self.template_name = "sellers/access_key.html"
        shown = {"access_key": key, "key_id": key_id, "secret_key": secret}
        return self.render_to_response(self.get_context_data(form=form, **shown))


class RotateAccessKey(InterfaceAct):
    performs = access_keys.rotate_access_key

    def act(self, form: forms.Form) -> None:  # noqa: ARG002
        access_keys.rotate_access_key(self.object.seller.number, actor=self.request.user)
