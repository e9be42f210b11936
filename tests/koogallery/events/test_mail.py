from concurrent.futures import ThreadPoolExecutor
from smtplib import SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection

from koogallery.events.mail import send_waiting_notices
from koogallery.models import Notice, User
from koogallery.notices import notify
from sellers.models import Seller
from tests.settlement.builders import make_member, make_seller

PLANNED = {
    "recovery": "RC00000001",
    "refund": "RF00000001",
    "order": "O-1",
    "original_bill": "B202601-S000001",
    "outstanding": "300.00",
    "currency": "USD",
    "plan": [{"source": "bill", "amount": "300.00", "on": "2026-03-09", "cycle": "202602"}],
}

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller() -> Seller:
    return make_seller()


def note(seller: Seller, key: str = "recovery_planned:RC00000001", **fields: Any) -> None:
    notify(key=key, kind="recovery_planned", seller=seller, **{**PLANNED, **fields})


def test_R10_a_notice_goes_to_every_active_member_once(seller: Seller) -> None:
    make_member(seller, "anna")
    make_member(seller, "bert")
    gone = make_member(seller, "carl")
    type(gone).objects.filter(pk=gone.pk).update(is_active=False)
    make_member(make_seller(), "dora")
    note(seller)
    note(seller)
    assert (send_waiting_notices(), send_waiting_notices()) == (1, 0)
    (message,) = mail.outbox
    assert message.to == ["anna@seller.example", "bert@seller.example"]
    assert message.subject == "300.00 USD to be recovered for refund RF00000001"
    assert message.body == (
        "300.00 USD to be recovered for refund RF00000001\n\n"
        "A refunded order had already been settled. Its refund is taken back in this order, "
        "and only as long as something is left to take:\n\n"
        "Recovery: RC00000001\n"
        "Refund: RF00000001\n"
        "Order: O-1\n"
        "Bill it was settled on: B202601-S000001\n"
        "To be recovered: 300.00 USD\n"
        "Plan: at most 300.00 USD from the bill of February 2026, on 9 Mar 2026 or later"
    )


def test_R10_customers_are_recorded_and_reached_by_the_trading_system(seller: Seller) -> None:
    note(seller, recipient="customer", customer_account="fabrikam@trading")
    assert send_waiting_notices() == 0
    assert Notice.objects.get().sent_at is None
    assert mail.outbox == []


def test_R10_a_seller_without_members_reads_it_in_the_console(seller: Seller) -> None:
    note(seller)
    assert send_waiting_notices() == 1
    assert Notice.objects.get().sent_at
    assert mail.outbox == []


class RefusesSecond(EmailBackend):
    """A mail server that goes away at the second message."""

    def send_messages(self, messages: Any) -> int:
        if "second" in messages[0].subject:
            raise SMTPServerDisconnected
        return super().send_messages(messages)


class RefusesChinese(EmailBackend):
    """A mail server that goes away at the message in Chinese."""

    def send_messages(self, messages: Any) -> int:
        if "zoe@seller.example" in messages[0].to:
            raise SMTPServerDisconnected
        return super().send_messages(messages)


LOCMEM = "django.core.mail.backends.locmem.EmailBackend"


def test_R10_what_the_mail_server_did_not_take_stays_and_the_others_go(
    seller: Seller, settings: Any
) -> None:
    make_member(seller, "anna")
    for refund in ("first", "second", "third"):
        note(seller, key=refund, refund=refund)
    settings.EMAIL_BACKEND = f"{__name__}.RefusesSecond"
    assert send_waiting_notices() == 2
    assert [message.subject.split()[-1] for message in mail.outbox] == ["first", "third"]
    assert list(Notice.objects.filter(sent_at=None).values_list("key", flat=True)) == ["second"]
    settings.EMAIL_BACKEND = LOCMEM
    assert send_waiting_notices() == 1
    assert mail.outbox[-1].subject.endswith("second")


def test_R10_members_are_written_to_in_their_languages_once_each(
    seller: Seller, settings: Any
) -> None:
    """Of two languages the first is not mailed again when only the second failed."""
    make_member(seller, "anna")
    User.objects.filter(pk=make_member(seller, "zoe").pk).update(language="zh-hans")
    note(seller)
    settings.EMAIL_BACKEND = f"{__name__}.RefusesChinese"
    assert send_waiting_notices() == 0
    assert Notice.objects.get().mailed_in == "en"
    settings.EMAIL_BACKEND = LOCMEM
    assert send_waiting_notices() == 1
    assert [message.to for message in mail.outbox] == [
        ["anna@seller.example"],
        ["zoe@seller.example"],
    ]
    assert Notice.objects.get().mailed_in == "en zh-hans"


class IsAway(EmailBackend):
    """A mail server that nobody reaches."""

    def open(self) -> bool:
        raise ConnectionRefusedError


def test_R10_while_the_mail_server_is_away_all_wait(seller: Seller, settings: Any) -> None:
    note(seller)
    settings.EMAIL_BACKEND = f"{__name__}.IsAway"
    assert send_waiting_notices() == 0
    assert Notice.objects.get().sent_at is None
    settings.EMAIL_BACKEND = LOCMEM
    assert send_waiting_notices() == 1


def _sent(_: int) -> int:
    try:
        return send_waiting_notices()
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_R10_four_workers_at_once_send_each_notice_once() -> None:
    """Fails without the row locks: workers then read the same unsent rows and mail them again."""
    seller = make_seller()
    make_member(seller, "anna")
    for number in range(40):
        note(seller, key=str(number), refund=str(number))
    with ThreadPoolExecutor(4) as workers:
        assert sum(workers.map(_sent, range(4))) == 40
    assert sorted(int(message.subject.split()[-1]) for message in mail.outbox) == list(range(40))
