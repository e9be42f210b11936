"""What operators note on an object, and in whose hands it is: no seller reads it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from koogallery.duties import OperatorRole
from koogallery.models import Act, User
from tests.settlement.api.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague(world: World) -> User:
    return User.objects.create_user(
        "rita", is_staff=True, operator_roles=[OperatorRole.REFUND_OFFICER]
    )


def in_hands(client: Client, user: User) -> list[str]:
    client.force_login(user)
    home: Any = client.get(reverse("admin:index"))
    return [page for _, page in home.context["in_hands"]]


def test_a_task_is_put_into_a_colleagues_hands_and_out_again(
    client: Client, world: World, colleague: User
) -> None:
    refund = world.mine.refund
    page = reverse("admin:settlement_refund_change", args=[refund.pk])
    note = reverse("admin:settlement_refund_note", args=[refund.pk])
    client.force_login(world.olga)
    refused: Any = client.post(note, {"text": " ", "to": ""})
    assert refused.context["form"].errors["text"] == ["Write a note, or hand it over."]
    sent = {"text": "The customer was promised an answer.", "to": "rita"}
    assert client.post(note, sent)["Location"] == page
    assert in_hands(client, colleague) == [page]
    assert in_hands(client, world.olga) == []
    shown = client.get(page).content.decode()
    assert "In the hands of <strong>rita</strong>" in shown
    assert "The customer was promised an answer." in shown
    client.post(note, {"text": "Called.", "to": "rita"})
    client.post(note, {"text": "", "to": ""})
    assert in_hands(client, colleague) == []
    acts = Act.objects.of("refund", refund.number)
    assert [act.verb for act in acts][-3:] == ["handed over", "noted", "let go"]
    assert {act.seller_number for act in acts} == {world.mine.seller.number}


def test_no_seller_reads_a_note(client: Client, world: World) -> None:
    bill = world.mine.bill
    client.force_login(world.olga)
    client.post(
        reverse("admin:settlement_bill_note", args=[bill.pk]), {"text": "Odd.", "to": "olga"}
    )
    client.force_login(User.objects.get(username="mia"))
    page: Any = client.get(reverse("console:bill-detail", args=[bill.number]))
    assert "Odd." not in page.content.decode()
    assert {"Noted", "Handed over"}.isdisjoint(each.what for each in page.context["history"])


def test_whoever_only_reads_notes_nothing(client: Client, world: World) -> None:
    auditor = User.objects.create_user(
        "ada", is_staff=True, operator_roles=[OperatorRole.AUDITOR, OperatorRole.VIEWER]
    )
    client.force_login(auditor)
    note = reverse("admin:settlement_refund_note", args=[world.mine.refund.pk])
    assert (client.get(note).status_code, client.post(note, {"text": "x"}).status_code) == (
        403,
    ) * 2
