"""What an owner does with a webhook endpoint: each page asks, then one service acts (R10)."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from koogallery.duties import Duty
from koogallery.kit.errors import DomainError
from koogallery.models import WebhookDelivery, WebhookEndpoint
from koogallery.tasks import deliver_soon
from sellers.models import Seller
from sellers.portal.pages import SellerActionPage
from sellers.portal.webhook_forms import EnableForm, EndpointForm, ReplayForm
from sellers.services.access import webhook_replays, webhooks
from sellers.services.authority import OWNERS


class WebhookAct(SellerActionPage):
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
    who = OWNERS
    form_class = EndpointForm
    template_name = "sellers/webhook_change.html"
    question = _("Change the endpoint")
    consequence = _("The secret stays. What waits is sent to the new address.")
    verb = _("Save")
    done = _("The endpoint is changed.")

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
    who = OWNERS | Duty.MANAGE_NOTICES
    question = _("Send a test?")
    consequence = _("The endpoint is called with a test.ping, which is no event and has no number.")
    verb = _("Send")
    done = _("The test is on its way. Load this page again in a few seconds to see the answer.")

    def act(self, _form: forms.Form) -> None:
        webhook_replays.send_test(self.endpoint.number, actor=self.request.user)


class ReplayEvents(WebhookAct):
    who = OWNERS | Duty.MANAGE_NOTICES
    form_class = ReplayForm
    question = _("Send events again?")
    consequence = _(
        "Events this endpoint subscribes to are sent again, in order, each under the webhook-id it "
        "had. A receiver that keeps those ids does nothing twice."
    )
    verb = _("Send again")

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

    who = OWNERS

    question = _("Make a new secret?")
    consequence = _(
        "It is shown once. For 24 hours the old secret signs beside it, so that your server can "
        "change over without refusing a call."
    )
    verb = _("Make a new secret")

    def act_and_answer(self, form: forms.Form) -> HttpResponse:
        _endpoint, secret = webhooks.rotate_secret(self.endpoint.number, actor=self.request.user)
        return self.render_to_response(self.get_context_data(form=form, secret=secret))


class DisableWebhook(WebhookAct):
    who = OWNERS | Duty.MANAGE_NOTICES
    question = _("Disable the endpoint?")
    consequence = _("It is not called until you enable it again. What happens meanwhile is kept.")
    verb = _("Disable")
    done = _("The endpoint is disabled.")

    def act(self, _form: forms.Form) -> None:
        webhooks.disable_endpoint(self.endpoint.number, actor=self.request.user)


class EnableWebhook(WebhookAct):
    who = OWNERS | Duty.MANAGE_NOTICES
    form_class = EnableForm
    question = _("Enable the endpoint?")
    consequence = _("It is called again, from now on.")
    verb = _("Enable")
    done = _("The endpoint is enabled.")

    def act(self, form: forms.Form) -> None:
        webhooks.enable_endpoint(
            self.endpoint.number,
            skip_missed=bool(form.cleaned_data["skip_missed"]),
            actor=self.request.user,
        )


class RemoveWebhook(WebhookAct):
    who = OWNERS
    question = _("Remove the endpoint?")
    consequence = _(
        "For good: it is never called again, and its log is no longer shown. Events stay, here and "
        "under Notices."
    )
    verb = _("Remove")

    def act_and_answer(self, _form: forms.Form) -> HttpResponse:
        webhooks.remove_endpoint(self.endpoint.number, actor=self.request.user)
        messages.success(self.request, gettext("The endpoint is removed."))
        address = reverse("console:webhook-list")
        location = f"{address}?seller={self.endpoint.seller_number}"
        return redirect(location)


class ResendDelivery(WebhookAct):
    """Of one delivery: the address names it, the page is its endpoint's."""

    who = OWNERS | Duty.MANAGE_NOTICES

    queryset = WebhookDelivery.objects.select_related("endpoint", "notice")  # type: ignore[assignment]
    object: WebhookDelivery  # type: ignore[assignment]
    question = _("Send it once more?")
    consequence = _("It goes out now, under the webhook-id it had.")
    verb = _("Send")
    done = _("It is on its way. Load this page again in a few seconds to see the answer.")

    @property
    def endpoint(self) -> WebhookEndpoint:
        return self.object.endpoint

    def act(self, _form: forms.Form) -> None:
        webhook_replays.send_again(self.object.number, actor=self.request.user)
