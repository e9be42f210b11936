"""The payments desk: what is payable when, batches, our accounts, suspense, failures (R8.2)."""

import re
from decimal import Decimal
from html import unescape

import pytest
from django.test import Client

from koogallery.models import User
from settlement.models import Payout
from settlement.readings.payments_desk import failed_payouts
from settlement.services.banking.taking import take_statement
from settlement.services.payouts.batches import create_batch
from settlement.services.payouts.outcomes import fail_by_hand, pay_again
from tests.settlement.banking.statements import Row, notification, statement
from tests.settlement.services.test_payouts import sent
from tests.world import a_payout, an_operator

pytestmark = pytest.mark.django_db

DESK = "/admin/settlement/payout/desk/"


@pytest.fixture
def failed() -> Payout:
    """One of three: the others are planned, and in a batch that nobody has approved."""
    payout = sent(a_payout())
    fail_by_hand(payout.number, "AC04", "", actor=an_operator("oscar"))
    create_batch("USD", sellers=[a_payout().seller.number], actor=an_operator())
    a_payout()
    take_statement(statement(Row("7.00")), actor=an_operator())
    forged = notification(Row("-1.00"), Row("-2.00"), Row("-4.00"), day="2024-03-06")
    take_statement(forged, actor=an_operator())
    gap = statement(Row("-4.00"), opening="1.00", day="2024-03-06", name="2")
    take_statement(gap, actor=an_operator())
    take_statement(statement(opening="-3.00", day="2024-03-07", name="3"), actor=an_operator())
    payout.refresh_from_db()
    return payout


def links_of(html: str) -> dict[str, str]:
    """What a link to a list says, by where it leads."""
    found = re.findall(r'<a class="link" href="([^"]+\?[^"]+)">(?:<strong>)?(\d+)<', html)
    return {unescape(address): text for address, text in found}


def test_R8_2_each_figure_leads_to_as_many_rows(desk: Client, failed: Payout) -> None:
    html = desk.get(DESK).content.decode()
    assert "AC04 The account is closed." in html
    links = links_of(html)
    assert len(links) >= 6
    told = {address.partition("?")[2]: figure for address, figure in links.items()}
    assert told["gap=yes&currency=USD"] == "1"
    assert told["state=all&told=unconfirmed&currency=USD"] == "2"
    for address, figure in links.items():
        answer = desk.get(address)
        assert (address, answer.status_code) == (address, 200)
        assert (address, answer.context["cl"].result_count) == (address, int(figure))


def test_R8_2_what_another_payout_pays_again_is_no_failure_any_more(failed: Payout) -> None:
    [waiting] = failed_payouts()
    assert (waiting.code, waiting.count, waiting.amount) == ("AC04", 1, Decimal(500))
    pay_again(failed.number, "The account is open again", actor=an_operator())
    assert failed_payouts() == []


def test_R8_2_what_follows_is_told_before_a_payout_is_said_to_have_failed(desk: Client) -> None:
    payout = sent(a_payout())
    asked = desk.get(f"/admin/settlement/payout/{payout.pk}/failed/decide/").text
    assert "they would be paid twice" in asked


def test_the_desk_alone_is_current_in_the_navigation(desk: Client) -> None:
    groups = desk.get(DESK).context["sidebar_navigation"]
    items = [item for group in groups for item in group["items"]]
    assert [item["title"] for item in items if item["active"]] == ["Payments desk"]


def test_who_reads_no_payouts_reads_no_desk(client: Client) -> None:
    client.force_login(User.objects.create_user("nobody", is_staff=True))
    assert client.get(DESK).status_code == 403
