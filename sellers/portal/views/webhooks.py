"""A seller's webhook endpoints, and what each was told (R10)."""

import json
from typing import Any

from django import forms
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.functional import cached_property

from koogallery.duties import Duty
from koogallery.events.payloads import example_event
from koogallery.kinds import KINDS, topics
from koogallery.models import WebhookDelivery, WebhookEndpoint
from koogallery.models.webhooks import DeliveryState, EndpointState
from koogallery.portal.tables import Column
from koogallery.portal.views import Listed
from sellers.listings.webhook_deliveries import DELIVERIES, told_of
from sellers.models import Seller
from sellers.portal.pages import SellerDetailPage, seller_id_of
from sellers.portal.simulating import EXAMPLE
from sellers.portal.views.settings import FormPage, SettingsPage
from sellers.portal.webhook_forms import EndpointForm
from sellers.services.access.webhooks import create_endpoint
from sellers.services.authority import OWNERS


class WebhookList(SettingsPage):
    template_name = "sellers/webhook_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        waiting = Count("deliveries", filter=Q(deliveries__state=DeliveryState.PENDING))
        mine = WebhookEndpoint.objects.visible_to(self.request.user)
        endpoints = mine.filter(seller_number=self.seller.number).annotate(waiting=waiting)
        return super().get_context_data(
            endpoints=endpoints.order_by("pk"),
            may_manage_webhooks=self.reader.may(OWNERS, self.seller.pk),
            **kwargs,
        )


class EventCatalogue(SettingsPage):
    """Every kind of event, with what it carries and a made-up one."""

    menu = "webhook-list"
    template_name = "sellers/webhook_events.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now, seller = timezone.now(), self.seller.number
        return super().get_context_data(
            topics=[
                (
                    topic,
                    [
                        (kind, json.dumps(example_event(kind.name, EXAMPLE, seller, now), indent=2))
                        for kind in kinds
                    ],
                )
                for topic, kinds in topics().items()
            ],
            **kwargs,
        )


class AddWebhook(FormPage):
    """The secret is shown in the answer to the form, and never again."""

    who = OWNERS

    template_name = "sellers/webhook_add.html"
    form_class = EndpointForm

    def act(self, form: forms.Form) -> HttpResponse:
        assert isinstance(form, EndpointForm)
        endpoint, secret = create_endpoint(
            self.seller.number, **form.chosen(), actor=self.request.user
        )
        return self.show(EndpointForm(), endpoint=endpoint, secret=secret)


class WebhookDetail(Listed, SellerDetailPage):
    queryset = WebhookEndpoint.objects.of_sellers()
    listing = DELIVERIES
    template_name = "sellers/webhook_detail.html"

    @cached_property
    def may_manage(self) -> bool:
        return self.reader.may(OWNERS | Duty.MANAGE_NOTICES, seller_id_of(self.object))

    @property
    def columns(self) -> tuple[Column, ...]:
        """Sent again is what an endpoint takes that is called, by who looks after it."""
        every = super().columns
        sends = self.may_manage and self.object.state == EndpointState.ACTIVE
        return every if sends else tuple(each for each in every if each.key != "once_more")

    @property
    def export_scope(self) -> dict[str, str]:
        return {"endpoint": self.object.number}

    def visible_rows(self) -> QuerySet[WebhookDelivery]:
        return self.listing.rows.filter(endpoint=self.object)

    def beside(self, row: WebhookDelivery) -> dict[str, Any]:
        return {
            "what": told_of(row),
            "tries": list(row.tries.all()),
            "is_first": row == self.page.rows[0],
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        endpoint: WebhookEndpoint = self.object
        waiting = endpoint.deliveries.filter(state=DeliveryState.PENDING).count()
        return super().get_context_data(
            endpoint=endpoint,
            seller=Seller.objects.get(number=endpoint.seller_number),
            kinds=[KINDS[kind].label for kind in endpoint.kinds or () if kind in KINDS],
            may_manage_webhooks=self.may_manage,
            owns_webhooks=self.reader.may(OWNERS, seller_id_of(endpoint)),
            waiting=waiting,
            **kwargs,
        )
