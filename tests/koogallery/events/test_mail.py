from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from smtplib import SMTPServerDisconnected
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.mail.message import sanitize_address
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from koogallery import tasks
from koogallery.events import mail as sending
from koogallery.events.mail import STEPS, send_again, send_waiting_notices
from koogallery.kit.errors import Forbidden
from koogallery.models import Act, Notice, NoticeMail, User
from koogallery.notices import notify
from sellers.models import Seller
from tests.settlement.builders import make_member, make_operator, make_seller

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
    notify(key=key, kind="recovery_planned", seller_number=seller.number, **{**PLANNED, **fields})


def test_R10_a_notice_goes_to_every_active_member_once(seller: Seller, settings: Any) -> None:
    settings.PORTAL_URL = "https://sell.example"
    make_member(seller, "anna")
    make_member(seller, "bert")
    gone = make_member(seller, "carl")
    type(gone).objects.filter(pk=gone.pk).update(is_active=False)
    make_member(make_seller(), "dora")
    note(seller)
    note(seller)
    assert (send_waiting_notices(), send_waiting_notices()) == (2, 0)
    message, other = mail.outbox
    assert [message.to, other.to] == [["anna@seller.example"], ["bert@seller.example"]]
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
        "Plan: at most 300.00 USD from the bill of February 2026, on 9 Mar 2026 or later\n\n"
        "https://sell.example/recoveries/RC00000001/\n\n"
        f"For {seller.company_name} ({seller.number}). Choose your e-mail: "
        f"https://sell.example/settings/mail/?seller={seller.number}"
    )


def test_R10_customers_are_recorded_and_reached_by_the_trading_system(seller: Seller) -> None:
    note(seller, recipient="customer", customer_account="fabrikam@trading")
    assert send_waiting_notices() == 0
    assert Notice.objects.get().sent_at is None
    assert mail.outbox == []


def test_R10_a_seller_without_members_reads_it_in_the_console(seller: Seller) -> None:
    note(seller)
    assert send_waiting_notices() == 0
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
    with time_machine.travel(later(minutes=1)):
        assert send_waiting_notices() == 1
    assert mail.outbox[-1].subject.endswith("second")
    assert not Notice.objects.filter(sent_at=None).exists()


def test_R10_members_are_written_to_in_their_languages_once_each(
    seller: Seller, settings: Any
) -> None:
    """Who was written to is not written to again when only another's message failed."""
    make_member(seller, "anna")
    User.objects.filter(pk=make_member(seller, "zoe").pk).update(language="zh-hans")
    note(seller)
    settings.EMAIL_BACKEND = f"{__name__}.RefusesChinese"
    assert send_waiting_notices() == 1
    assert Notice.objects.get().sent_at is None
    settings.EMAIL_BACKEND = LOCMEM
    with time_machine.travel(later(minutes=1)):
        assert send_waiting_notices() == 1
    assert [message.to for message in mail.outbox] == [
        ["anna@seller.example"],
        ["zoe@seller.example"],
    ]
    assert "300.00" in mail.outbox[1].subject and mail.outbox[1].subject != mail.outbox[0].subject
    assert Notice.objects.get().sent_at


def later(**length: float) -> datetime:
    return timezone.now() + timedelta(**length)


#: What Django's EmailMessage refuses although an EmailField takes it.
POISON = [
    "=?utf-8?q?=0A?=@example.com",
    '"=?utf-8?b?Cg==?="@example.com',
]


@pytest.mark.parametrize("poison", POISON)
def test_R10_one_poisonous_address_keeps_nobody_elses_mail_waiting(
    seller: Seller, settings: Any, poison: str
) -> None:
    """The address stands in the books from before addresses were looked at."""
    settings.EMAIL_BACKEND = f"{__name__}.Renders"
    User.objects.filter(pk=make_member(make_seller(), "evil").pk).update(email=poison)
    other = Seller.objects.get(members__user__username="evil")
    make_member(other, "colleague")
    make_member(seller, "anna")
    note(other, key="first")
    note(seller, key="second")
    assert send_waiting_notices() == 2
    assert [message.to for message in mail.outbox] == [
        ["colleague@seller.example"],
        ["anna@seller.example"],
    ]
    kept = NoticeMail.objects.get(address=poison)
    assert (kept.state, kept.attempts) == ("waiting", 1)
    assert kept.reason.startswith("ValueError: Invalid address")


def test_R10_what_fails_again_and_again_is_given_up_and_sent_again_by_hand(
    seller: Seller, settings: Any, client: Client
) -> None:
    make_member(seller, "anna")
    note(seller, key="second", refund="second")
    settings.EMAIL_BACKEND = f"{__name__}.RefusesSecond"
    at = timezone.now()
    for attempt, wait in enumerate([timedelta(0), *STEPS], start=1):
        at += wait
        with time_machine.travel(at, tick=False):
            send_waiting_notices()
            assert NoticeMail.objects.get().attempts == attempt
            assert send_waiting_notices() == 0
    given_up = NoticeMail.objects.get()
    assert (given_up.state, given_up.attempts) == ("failed", 8)
    assert given_up.reason == "SMTPServerDisconnected: "
    client.force_login(make_operator("olga"))
    page = reverse("admin:koogallery_noticemail_changelist")
    assert "anna@seller.example" in client.get(page).content.decode()
    page = reverse("admin:koogallery_noticemail_change", args=[given_up.pk])
    assert "SMTPServerDisconnected" in client.get(page).content.decode()
    settings.EMAIL_BACKEND = LOCMEM
    decide = reverse("admin:koogallery_noticemail_decide", args=[given_up.pk, "resend"])
    assert client.get(decide).status_code == 200
    client.post(decide, {"sent": "yes"})
    assert send_waiting_notices() == 1
    assert Notice.objects.get().sent_at
    client.post(decide, {"sent": "yes"})
    assert NoticeMail.objects.get().state == "sent"
    assert Act.objects.filter(verb="sent_again").count() == 1


def test_only_who_sends_notices_again_does(seller: Seller) -> None:
    viewer = User.objects.create_user("vic", is_staff=True, operator_roles=["viewer"])
    make_member(seller, "anna")
    note(seller)
    send_waiting_notices()
    with pytest.raises(Forbidden):
        send_again(str(NoticeMail.objects.get().pk), actor=viewer)


class Renders(EmailBackend):
    """As an SMTP server's: the addresses are written into the envelope."""

    def send_messages(self, messages: Any) -> int:
        for message in messages:
            for address in message.recipients():
                sanitize_address(address, "utf-8")
        return super().send_messages(messages)


class IsAway(EmailBackend):
    """A mail server that nobody reaches."""

    def open(self) -> bool:
        raise ConnectionRefusedError


def test_R10_while_the_mail_server_is_away_all_wait(seller: Seller, settings: Any) -> None:
    make_member(seller, "anna")
    note(seller)
    settings.EMAIL_BACKEND = f"{__name__}.IsAway"
    assert send_waiting_notices() == 0
    assert NoticeMail.objects.get().attempts == 0
    settings.EMAIL_BACKEND = LOCMEM
    assert send_waiting_notices() == 1


def test_R10_senders_side_by_side_have_a_share_each(seller: Seller, monkeypatch: Any) -> None:
    make_member(seller, "anna")
    for number in range(5):
        note(seller, key=str(number))
    rounds: list[tuple[int, int]] = []
    monkeypatch.setattr(tasks.send_messages, "delay", lambda *share: rounds.append(share))
    tasks.send_waiting_notices()
    assert len(rounds) > 1
    taken = [sending.send_messages(*share) for share in rounds]
    assert sum(taken) == len(mail.outbox) == 5
    assert max(taken) < 5


def test_R10_a_round_ends_before_the_next_begins(seller: Seller, monkeypatch: Any) -> None:
    """Else a server that answers slowly is waited for by one more worker every minute."""
    make_member(seller, "anna")
    for number in range(3):
        note(seller, key=str(number))
    clock = iter((0.0, 20.0, 40.0, 60.0))
    monkeypatch.setattr("time.monotonic", lambda: next(clock))
    assert send_waiting_notices() == 2
    monkeypatch.undo()
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
