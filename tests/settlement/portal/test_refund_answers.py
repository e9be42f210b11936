"""The seller's answer to a refund, with its evidence (R4.3)."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from koogallery.attachments import attachments_of
from sellers.choices import Role
from tests.books import snapshot
from tests.settlement.portal.marketplace import Marketplace, a_marketplace

pytestmark = pytest.mark.django_db


@pytest.fixture
def marketplace() -> Marketplace:
    return a_marketplace()


def evidence(content: bytes = b"%PDF-1.4\n%%EOF\n") -> SimpleUploadedFile:
    return SimpleUploadedFile("acceptance.pdf", content, "application/pdf")


@pytest.mark.parametrize(
    ("page", "said"),
    [("refund-agree", {"comment": "fine"}), ("refund-reject", {"reason": "it was delivered"})],
)
def test_R4_3_an_answer_carries_its_evidence_to_the_operators(
    client: Client, marketplace: Marketplace, page: str, said: dict[str, str]
) -> None:
    client.force_login(marketplace.members[Role.OPERATIONS])
    client.post(marketplace.address(page), {**said, "documents": evidence()})

    [document] = attachments_of("refund", marketplace.refund.number)
    assert document.name in client.get(marketplace.address("refund-detail")).text
    client.force_login(marketplace.operator)
    desk = reverse("admin:settlement_refund_change", args=[marketplace.refund.pk])
    assert "Evidence of the seller" in client.get(desk).text


def test_R4_3_an_answer_whose_evidence_is_refused_is_not_given(
    client: Client, marketplace: Marketplace
) -> None:
    client.force_login(marketplace.members[Role.OWNER])
    before = snapshot()
    sent = {"reason": "it was delivered", "documents": evidence(b"MZ")}

    assert client.post(marketplace.address("refund-reject"), sent).context["form"].errors
    assert snapshot() == before
