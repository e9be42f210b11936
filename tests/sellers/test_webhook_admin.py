"""Operators see how sellers' endpoints fare, and help where one is stuck (R10)."""

import pytest
from django.test import Client
from django.urls import reverse

from koogallery.models import Notice, WebhookDelivery, WebhookEndpoint
from sellers.models import Seller
from sellers.services.access import webhook_replays
from tests.koogallery.events.conftest import happen
from tests.settlement.builders import make_endpoint, make_operator, make_seller

pytestmark = pytest.mark.django_db

URL = "https://93.184.215.14/hooks"


@pytest.fixture
def seller() -> Seller:
    return make_seller()


@pytest.fixture
def endpoint(seller: Seller) -> WebhookEndpoint:
    return make_endpoint(seller, make_operator("oscar"))


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make_operator("olga"))
    return client


def decide(row: WebhookEndpoint | WebhookDelivery, verb: str) -> str:
    name = f"admin:koogallery_{row._meta.model_name}_decide"
    return reverse(name, args=[row.pk, verb])


def test_R10_an_operator_tests_disables_and_enables(
    desk: Client, endpoint: WebhookEndpoint
) -> None:
    page = reverse("admin:koogallery_webhookendpoint_change", args=[endpoint.pk])
    assert "Nothing has been sent yet" in desk.get(page).text
    assert "is no event" in desk.get(decide(endpoint, "test")).text
    desk.post(decide(endpoint, "test"))
    assert WebhookDelivery.objects.get().cause == "test"
    desk.post(decide(endpoint, "disable"))
    assert "It was disabled by hand" in desk.get(page).text
    assert "Enable it first" in desk.post(decide(endpoint, "test"), follow=True).text
    desk.post(decide(endpoint, "enable"), {"skip_missed": "on"})
    endpoint.refresh_from_db()
    assert endpoint.state == "active"


def test_R10_an_operator_sends_a_delivery_again(desk: Client, endpoint: WebhookEndpoint) -> None:
    first = webhook_replays.send_test(endpoint.number, actor=make_operator("otto"))
    WebhookDelivery.objects.update(state="failed", finished_at=first.created_at)
    page = reverse("admin:koogallery_webhookdelivery_change", args=[first.pk])
    assert first.message_id in desk.get(page).text
    desk.post(decide(first, "resend"))
    assert WebhookDelivery.objects.filter(state="pending").count() == 1
    listed = desk.get(reverse("admin:koogallery_webhookdelivery_changelist")).text
    assert listed.count(endpoint.number) >= 2


def test_R10_notices_show_their_sequence(desk: Client, seller: Seller) -> None:
    happen(seller, 1)
    listed = desk.get(reverse("admin:koogallery_notice_changelist")).text
    assert "Receivable RV1 is paid in full" in listed
    notice = Notice.objects.get()
    page = desk.get(reverse("admin:koogallery_notice_change", args=[notice.pk])).text
    assert "Nothing is left to pay." in page
