"""What an owner does with a webhook endpoint: each page asks, then one service acts (R10)."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, ngettext

from koogallery.kinds import KINDS
from koogallery.kit.errors import DomainError
from koogallery.models import WebhookDelivery, WebhookEndpoint
from koogallery.models.webhooks import EndpointState
from koogallery.tasks import deliver_soon
from sellers.models import Seller
from sellers.portal.pages import ActPage, seller_id_of
from sellers.portal.simulating import simulated
from sellers.portal.webhook_forms import EnableForm, EndpointForm, ReplayForm, SimulationForm
from sellers.services.access import webhook_replays, webhooks
from sellers.services.authority import OWNERS


class WebhookAct(ActPage):
    """A refusal stands beside the field it is about; what is to be sent is sent soon."""

    queryset = WebhookEndpoint.objects.of_sellers()
    object: WebhookEndpoint
    template_name = "sellers/webhook_act.html"

    @property
    def endpoint(self) -> WebhookEndpoint:
        return self.object

    def form_valid(self, form: forms.Form) -> HttpResponse:
        try:
            answer = self.act_and_answer(form)
        except DomainError as refusal:
            field = refusal.field if refusal.field in form.fields else None
            form.add_error(field, refusal.detail)
            return self.form_invalid(form)
        transaction.on_commit(deliver_soon)
        return answer

    def act_and_answer(self, form: forms.Form) -> HttpResponse:
        self.act(form)
        messages.success(self.request, self.done)
        return redirect(self.back_to())

    def back_to(self) -> str:
        return reverse("console:webhook-detail", args=[self.endpoint.number])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        seller = Seller.objects.get(number=self.endpoint.seller_number)
        return super().get_context_data(endpoint=self.endpoint, seller=seller, **kwargs)


class ChangeWebhook(WebhookAct):
    performs = webhooks.change_endpoint
    form_class = EndpointForm
    template_name = "sellers/webhook_change.html"

    def get_initial(self) -> dict[str, Any]:
        endpoint = self.endpoint
        return {
            "url": endpoint.url,
            "description": endpoint.description,
            "kinds": endpoint.kinds or (),
        }

    def act(self, form: forms.Form) -> None:
        assert isinstance(form, EndpointForm)
        webhooks.change_endpoint(self.endpoint.number, form.chosen(), actor=self.request.user)


class TestWebhook(WebhookAct):
    performs = webhook_replays.send_test


class SimulateWebhook(WebhookAct):
    """A made-up event as it would be sent: looked at, sent, or replayed by hand.

    Only the owner sees the signature, by which the receiver takes the event for ours.
    """

    performs = webhook_replays.send_test
    form_class = SimulationForm
    template_name = "sellers/webhook_simulate.html"
    question = gettext_lazy("Simulate an event")

    def act(self, form: forms.Form) -> None:
        webhook_replays.send_test(
            self.endpoint.number, form.cleaned_data["kind"], actor=self.request.user
        )

    def get_form_kwargs(self) -> dict[str, Any]:
        """What is asked for in the address is shown, what is posted is sent."""
        kwargs = super().get_form_kwargs()
        if self.request.method == "GET" and "kind" in self.request.GET:
            kwargs["data"] = self.request.GET
        return kwargs

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        endpoint, context = self.endpoint, super().get_context_data(**kwargs)
        form = context["form"]
        chosen = form.cleaned_data if form.is_bound and form.is_valid() else {}
        kind = KINDS[chosen.get("kind") or next(iter(KINDS))]
        return {
            **context,
            "kind": kind,
            "sends": endpoint.state == EndpointState.ACTIVE,
            "simulated": simulated(
                endpoint,
                kind,
                chosen.get("to", ""),
                is_owner=self.reader.may(OWNERS, seller_id_of(endpoint)),
            ),
        }


class ReplayEvents(WebhookAct):
    performs = webhook_replays.replay_events
    form_class = ReplayForm

    def act_and_answer(self, form: forms.Form) -> HttpResponse:
        number = webhook_replays.replay_events(
            self.endpoint.number, **form.cleaned_data, actor=self.request.user
        )
        told = ngettext(
            "%(number)s event is sent again.", "%(number)s events are sent again.", number
        )
        messages.success(self.request, told % {"number": number})
        return redirect(self.back_to())


class RotateSecret(WebhookAct):
    """The new secret is shown in the answer, and never again."""

    performs = webhooks.rotate_secret

    def act_and_answer(self, form: forms.Form) -> HttpResponse:
        _endpoint, secret = webhooks.rotate_secret(self.endpoint.number, actor=self.request.user)
        return self.render_to_response(self.get_context_data(form=form, secret=secret))


class DisableWebhook(WebhookAct):
    performs = webhooks.disable_endpoint


class EnableWebhook(WebhookAct):
    performs = webhooks.enable_endpoint
    form_class = EnableForm

    def act(self, form: forms.Form) -> None:
        webhooks.enable_endpoint(
            self.endpoint.number,
            skip_missed=bool(form.cleaned_data["skip_missed"]),
            actor=self.request.user,
        )


class RemoveWebhook(WebhookAct):
    performs = webhooks.remove_endpoint

    def act_and_answer(self, _form: forms.Form) -> HttpResponse:
        webhooks.remove_endpoint(self.endpoint.number, actor=self.request.user)
        messages.success(self.request, gettext("The endpoint is removed."))
        address = reverse("console:webhook-list")
        location = f"{address}?seller={self.endpoint.seller_number}"
        return redirect(location)


class ResendDelivery(WebhookAct):
    """Of one delivery: the address names it, the page is its endpoint's."""

    performs = webhook_replays.send_again
    queryset = WebhookDelivery.objects.select_related("endpoint", "notice")  # type: ignore[assignment]
    object: WebhookDelivery  # type: ignore[assignment]

    @property
    def endpoint(self) -> WebhookEndpoint:
        return self.object.endpoint
