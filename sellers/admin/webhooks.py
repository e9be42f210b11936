"""Sellers' webhook endpoints and what they were told: to read, and to help where one is stuck."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldBooleanSwitchWidget

from koogallery.acts import Act
from koogallery.admin import columns
from koogallery.admin.deciding import DecidingAdmin, Decision, by_verb, decision_of
from koogallery.admin.filters import in_words
from koogallery.admin.records import label_of
from koogallery.kinds import KINDS
from koogallery.models import Act as Recorded
from koogallery.models import User, WebhookDelivery, WebhookEndpoint
from koogallery.models.webhooks import DeliveryState
from koogallery.notices import subject_of
from koogallery.tasks import deliver_soon
from sellers.models import Seller
from sellers.services.access import webhook_replays, webhooks

#: Deliveries that an endpoint's page shows; its list has the others.
SHOWN = 20


class EnableForm(forms.Form):
    skip_missed = forms.BooleanField(
        label=_("Leave out what it missed"),
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text=_("Else it is told of everything since, in order."),
    )


def _sent_soon(act: Act[..., Any], **more: Any) -> Decision:
    """What it queues is sent at once."""

    def do(number: str, **given: Any) -> None:
        act(number, **given)
        transaction.on_commit(deliver_soon)

    return decision_of(act, act=do, **more)


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(DecidingAdmin):
    decisions = by_verb(
        _sent_soon(webhooks.enable_endpoint, form=EnableForm),
        _sent_soon(webhook_replays.send_test),
        decision_of(webhooks.disable_endpoint),
    )
    list_display = [
        "number",
        "seller_number",
        "address",
        "state",
        "disabled_reason",
        "failing_since",
        "waiting",
    ]
    list_filter = ["state", "disabled_reason"]
    search_fields = ["number__exact", "seller_number__exact", "url"]
    search_help_text = _("Number of an endpoint or of a seller, or a piece of the address")
    ordering = ["-pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        waiting = Count("deliveries", filter=Q(deliveries__state=DeliveryState.PENDING))
        rows: QuerySet[Any] = super().get_queryset(request).annotate(waiting_deliveries=waiting)
        return rows

    @columns.shown(_("Address"))
    def address(self, endpoint: WebhookEndpoint) -> str:
        return endpoint.url

    @columns.shown(_("Waiting"))
    def waiting(self, endpoint: Any) -> int:
        return int(endpoint.waiting_deliveries)

    def page_context(self, row: WebhookEndpoint, user: User) -> dict[str, Any]:
        log = row.deliveries.select_related("notice").prefetch_related("tries")
        return {
            "seller": Seller.objects.filter(number=row.seller_number).first(),
            "kinds": [KINDS[kind].label for kind in row.kinds or () if kind in KINDS],
            "deliveries": [
                (each, _told(each), list(each.tries.all())[-1:]) for each in log[:SHOWN]
            ],
            "acts": Recorded.objects.of("webhook", row.number),
        }


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(DecidingAdmin):
    decisions = by_verb(_sent_soon(webhook_replays.send_again))
    list_display = ["number", "endpoint", "told", "state", "attempts", "finished_at"]
    list_filter = ["state", "cause", ("notice__kind", in_words(label_of))]
    search_fields = ["number__exact", "endpoint__number__exact", "endpoint__seller_number__exact"]
    search_help_text = _("Number of a delivery, an endpoint or a seller")
    list_select_related = ["notice"]
    ordering = ["-pk"]

    @columns.shown(_("What"))
    def told(self, delivery: WebhookDelivery) -> str:
        return _told(delivery)

    def page_context(self, row: WebhookDelivery, user: User) -> dict[str, Any]:
        return {
            "told": _told(row),
            "seller": Seller.objects.filter(number=row.seller_number).first(),
            "tries": list(row.tries.all()),
        }


def _told(delivery: WebhookDelivery) -> str:
    return subject_of(delivery.notice) if delivery.notice else gettext("Test")
