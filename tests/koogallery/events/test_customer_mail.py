"""R4.5: the customer is mailed of a refund, once, where the order carries an address."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from koogallery.events.mail import send_again, send_waiting_notices
from koogallery.kit.errors import Conflict
from koogallery.kit.mail_addresses import mask_address
from koogallery.models import Act, Notice, NoticeMail
from sellers.models import Order
from sellers.services.orders.recording import change_order
from tests.callers import operator_caller, seller_caller
from tests.settlement.builders import make_member
from tests.world import a_product, a_refund, a_seller, an_operator, an_order, close

pytestmark = pytest.mark.django_db

ADDRESS = "erika@turku.example"


@pytest.fixture
def order() -> Order:
    """Paid and billed; its customer can be written to."""
    order = an_order(a_product(a_seller("S-1")), "100.00", "2024-01-10", number="O-1")
    close("202401", order.seller)
    return change_order("O-1", {"customer_email": ADDRESS}, actor=None)


def test_R4_5_the_customer_is_mailed_once_in_both_languages(order: Order) -> None:
    refund = a_refund(order, "40.00")
    assert (send_waiting_notices(), send_waiting_notices()) == (1, 0)
    [message] = mail.outbox
    assert message.to == [ADDRESS]
    assert message.subject.startswith(f"Refund {refund.number} approved / ")
    english, chinese = message.body.split("\n\n")
    assert english == (
        "Your refund of 40.00 USD for order O-1 has been approved. The money goes back the way "
        f"you paid. Refund {refund.number}."
    )
    assert "O-1" in chinese and chinese != english
    row = NoticeMail.objects.get()
    assert (row.state, row.language, row.notice.recipient) == ("sent", "", "customer")
    assert Notice.objects.filter(recipient="customer", addressed_at=None).count() == 0


def test_R4_5_without_an_address_nobody_is_mailed(order: Order) -> None:
    change_order("O-1", {"customer_email": ""}, actor=None)
    a_refund(order, "40.00")
    assert send_waiting_notices() == 0
    assert not NoticeMail.objects.exists()
    told = Notice.objects.get(recipient="customer", kind="refund_confirmed")
    assert (told.addressed_at is None, told.sent_at) == (False, None)


def test_R4_5_what_waits_for_an_address_taken_back_is_not_sent(
    order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise OSError(f"{ADDRESS} is unknown")

    a_refund(order, "40.00")
    with monkeypatch.context() as broken:
        broken.setattr(EmailBackend, "send_messages", refuse)
        send_waiting_notices()
    assert NoticeMail.objects.get().state == "waiting"
    change_order("O-1", {"customer_email": "other@turku.example"}, actor=None)
    NoticeMail.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    assert send_waiting_notices() == 0
    assert mail.outbox == []
    row = NoticeMail.objects.get()
    assert (row.state, row.reason) == ("failed", "The address was withdrawn.")
    with pytest.raises(Conflict) as refusal:
        send_again(str(row.pk), actor=an_operator())
    assert refusal.value.code == "address_withdrawn"


def test_R4_5_one_poisonous_address_stops_nothing_and_stays_out_of_the_log(
    order: Order, caplog: pytest.LogCaptureFixture
) -> None:
    """As if one had slipped in before addresses were judged."""
    second = an_order(order.product, "100.00", "2024-01-11", number="O-2")
    Order.objects.filter(pk=order.pk).update(customer_email="a\nBcc: x@evil.example")
    change_order("O-2", {"customer_email": ADDRESS}, actor=None)
    with caplog.at_level(logging.ERROR):
        a_refund(Order.objects.get(pk=order.pk), "40.00")
        a_refund(Order.objects.get(pk=second.pk), "10.00")
        send_waiting_notices()
    assert [message.to for message in mail.outbox] == [[ADDRESS]]
    assert "Bcc" not in caplog.text
    assert NoticeMail.objects.get(state="waiting").attempts == 1


@pytest.mark.parametrize(
    "address", ["erika", "a@b", "Erika <e@turku.example>", "a@b.example,c@d.example"]
)
def test_R4_5_an_address_is_judged_as_members_are(order: Order, address: str) -> None:
    trading = operator_caller(an_operator("trading"))
    refused = trading.patch("/orders/O-1/", {"customer_email": address})
    assert (refused.status, refused.body["errors"][0]["pointer"]) == (422, "/customer_email")
    assert Order.objects.get().customer_email == ADDRESS


def test_R3_2_a_billed_order_changes_its_address_and_nothing_else(order: Order) -> None:
    trading = operator_caller(an_operator("trading"))
    assert trading.patch("/orders/O-1/", {"customer_email": ""}).status == 200
    both = {"customer_email": ADDRESS, "customer_name": "Nobody"}
    assert trading.patch("/orders/O-1/", both).status == 409
    row = Order.objects.get()
    assert (row.customer_email, row.customer_name) == ("", "Fabrikam")


def test_R4_5_the_record_of_acts_masks_it(order: Order) -> None:
    change_order("O-1", {"customer_email": ""}, actor=None)
    [act, _] = Act.objects.filter(object_kind="order", object_number="O-1").order_by("-pk")[:2]
    assert act.changes == {"customer_email": ["e…@turku.example", ""]}
    assert (mask_address(""), mask_address("x")) == ("", "…")


def test_R4_5_a_stranger_sees_no_address(order: Order) -> None:
    stranger = make_member(a_seller("S-2"), "stefan")
    other = seller_caller(stranger, "S-2")
    assert other.get("/orders/O-1/").status == 404
    assert other.get("/orders/", {"customer_email": ADDRESS}).body["results"] == []


def test_R4_5_the_notice_says_where_it_was_mailed(order: Order) -> None:
    a_refund(order, "40.00")
    [row] = operator_caller(an_operator("trading")).every("/customer-notices/")
    assert row["customer_email"] == ADDRESS
