"""An owner manages webhooks in the console: add, test, replay, rotate, disable, enable, remove."""

import json
import shlex
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from standardwebhooks import Webhook

from koogallery.events.delivering import deliver_to, due_endpoints
from koogallery.events.mail import send_waiting_notices
from koogallery.events.mail_choices import wanted_mail
from koogallery.events.queueing import queue_new_events
from koogallery.events.signing import secret_of
from koogallery.kinds import KINDS
from koogallery.models import User, WebhookDelivery, WebhookEndpoint
from sellers.choices import Role
from sellers.models import Seller
from tests.koogallery.events.conftest import happen
from tests.koogallery.events.receiver import Receiver, receiver
from tests.settlement.builders import make_member, make_operator, make_seller

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller() -> Seller:
    return make_seller()


@pytest.fixture
def owner(seller: Seller) -> User:
    return make_member(seller, "anna")


@pytest.fixture
def console(client: Client, owner: User) -> Client:
    client.force_login(owner)
    return client


@pytest.fixture
def server(settings: Any) -> Any:
    settings.OUTGOING_PRIVATE_TARGETS = True
    with receiver() as got:
        yield got


@pytest.fixture
def endpoint(console: Client, server: Receiver) -> WebhookEndpoint:
    console.post(reverse("console:webhook-add"), {"url": server.url})
    return WebhookEndpoint.objects.get()


def address(page: str, endpoint: WebhookEndpoint) -> str:
    return reverse(f"console:{page}", args=[endpoint.number])


def deliver() -> None:
    queue_new_events()
    for pk in due_endpoints():
        deliver_to(pk)


def test_R10_a_simulated_event_is_signed_shown_and_sent(
    console: Client, endpoint: WebhookEndpoint, server: Receiver
) -> None:
    """The command is what a shell makes of it; the receiver's own library takes both."""
    page = address("webhook-simulate", endpoint)
    to = "http://localhost:3000/it's"
    shown = console.get(page, {"kind": "refund_paid", "to": to}).context["simulated"]
    *words, _data, body = shlex.split(shown.curl.replace("\\\n", " "))
    assert words[:4] == ["curl", "-X", "POST", to]
    headers = dict(each.split(": ", 1) for each in words[5::2])
    event = Webhook(secret_of(endpoint)).verify(body, headers)
    assert event == json.loads(shown.laid_out)
    assert (event["type"], event["sequence"]) == ("refund_paid", None)
    assert event["data"]["links"]["refund"] == f"/api/v1/refunds/{event['data']['refund']}/"
    console.post(page, {"kind": "refund_paid"})
    deliver()
    [sent] = server.events(secret_of(endpoint))
    assert (sent["type"], sent["sequence"], sent["data"].keys()) == (
        "refund_paid",
        None,
        event["data"].keys(),
    )
    assert "refund_paid" in console.get(address("webhook-detail", endpoint)).text
    assert console.post(page, {"kind": "no_such"}).context["form"].errors


def test_R10_who_owns_no_secret_sees_no_signature(
    client: Client, endpoint: WebhookEndpoint
) -> None:
    client.force_login(make_operator("olga"))
    shown = client.get(address("webhook-simulate", endpoint)).context["simulated"]
    assert (shown.curl, shown.headers["webhook-signature"]) == ("", "v1,…")


def test_R10_the_secret_is_shown_once(console: Client, server: Receiver) -> None:
    assert "No endpoint yet" in console.get(reverse("console:webhook-list")).text
    form = {"url": server.url, "description": "ERP", "kinds": ["bill_issued", "refund_paid"]}
    added = console.post(reverse("console:webhook-add"), form)
    assert (added.context["secret"][:6], added["Cache-Control"]) == ("whsec_", "private, no-store")
    made = WebhookEndpoint.objects.get()
    assert (made.url, made.kinds) == (server.url, ["bill_issued", "refund_paid"])
    listed = console.get(reverse("console:webhook-list")).text
    assert server.url in listed and "2 kinds" in listed and "whsec_" not in listed
    page = console.get(address("webhook-detail", made)).text
    assert "Nothing has been sent yet" in page and "whsec_" not in page
    rotated = console.post(address("webhook-rotate", made))
    assert rotated.context["secret"] != added.context["secret"]


def test_R10_a_refusal_stands_beside_its_field(console: Client, settings: Any) -> None:
    settings.OUTGOING_PRIVATE_TARGETS = False
    answer = console.post(reverse("console:webhook-add"), {"url": "https://10.0.0.1/"})
    assert "10.0.0.1 is a private or local address" in answer.context["form"].errors["url"][0]
    assert not WebhookEndpoint.objects.exists()


def test_R10_what_was_told_and_how_it_was_answered_is_on_the_page(
    console: Client, seller: Seller, server: Receiver, endpoint: WebhookEndpoint
) -> None:
    server.status, server.answer = 503, b"closed for stocktaking"
    happen(seller, 7)
    deliver()
    page = console.get(address("webhook-detail", endpoint)).text
    assert "Receivable RV7 is paid in full" in page
    assert "HTTP 503" in page and "closed for stocktaking" in page
    assert "does not take what it is told" in page
    server.status = 200
    delivery = WebhookDelivery.objects.get()
    console.post(reverse("console:webhook-resend", args=[delivery.number]))
    deliver()
    assert "does not take" not in console.get(address("webhook-detail", endpoint)).text
    narrowed = console.get(address("webhook-detail", endpoint), {"state": "failed"})
    assert "Nothing matches" in narrowed.text
    kept = {"state": "delivered", "cause": "event", "sequence": "2"}
    assert len(console.get(address("webhook-detail", endpoint), kept).context["page"].rows) == 1


def test_R10_test_replay_disable_enable_change_and_remove(
    console: Client, seller: Seller, server: Receiver, endpoint: WebhookEndpoint
) -> None:
    console.post(address("webhook-test", endpoint))
    happen(seller, 1, 2, 3)
    deliver()
    assert len(server.messages) == 4
    told = console.post(
        address("webhook-replay", endpoint), {"sequence_from": 2, "sequence_to": 3}, follow=True
    )
    assert "2 events are sent again." in told.text
    nothing = console.post(address("webhook-replay", endpoint))
    assert "Say from which sequence" in nothing.text
    since = {"since": "2026-01-01T00:00"}
    assert (
        "2 events are sent again."
        in console.post(address("webhook-replay", endpoint), since, follow=True).text
    )
    deliver()
    assert len(server.messages) == 8
    console.post(address("webhook-disable", endpoint))
    page = console.get(address("webhook-detail", endpoint)).text
    assert "This endpoint is not called" in page and "It was disabled by hand" in page
    refused = console.post(address("webhook-test", endpoint))
    assert "Enable it first" in refused.text
    console.post(address("webhook-enable", endpoint), {"skip_missed": "yes"})
    console.post(address("webhook-change", endpoint), {"url": server.url, "kinds": ["bill_issued"]})
    endpoint.refresh_from_db()
    assert (endpoint.state, endpoint.kinds) == ("active", ["bill_issued"])
    assert "Bill issued" in console.get(address("webhook-change", endpoint)).text
    removed = console.post(address("webhook-remove", endpoint), follow=True)
    assert "The endpoint is removed." in removed.text
    assert console.get(address("webhook-detail", endpoint)).status_code == 404


def test_R10_a_viewer_reads_and_is_offered_nothing(
    client: Client, seller: Seller, endpoint: WebhookEndpoint
) -> None:
    client.force_login(make_member(seller, "vera", Role.VIEWER))
    page = client.get(address("webhook-detail", endpoint))
    assert page.status_code == 200 and "Send a test" not in page.text.partition("Log")[0]
    assert client.post(address("webhook-test", endpoint)).status_code == 403


def test_R10_each_member_chooses_which_mail_they_want(
    console: Client, seller: Seller, owner: User, mailoutbox: list[Any]
) -> None:
    make_member(seller, "bert")
    page = reverse("console:mail-choices")
    assert console.get(page).text.count(" checked") == len(KINDS)
    console.post(page, {"kinds": [kind for kind in KINDS if kind != "receivable_paid"]})
    assert "receivable_paid" not in wanted_mail(owner, seller.number)
    happen(seller, 1)
    send_waiting_notices()
    assert [message.to for message in mailoutbox] == [["bert@seller.example"]]


def test_R10_notices_show_their_number_and_are_narrowed_by_kind(
    console: Client, seller: Seller
) -> None:
    happen(seller, 1, 2)
    assert "No. 2" in console.get("/notices/").text
    assert len(console.get("/notices/?kind=receivable_paid").context["page"].rows) == 2
    assert "Nothing matches" in console.get("/notices/?kind=bill_issued&is_read=false").text
