"""Seals: over what a close issues, over what changes later, and the signed roots above (R7.3)."""

import hashlib
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.core import mail
from django.db import transaction

from sellers.models import Seller
from settlement.models import Seal, SealedChange
from settlement.readings.seal_checks import seal_of
from settlement.rules.canonical import canonical, merkle_path, merkle_root, root_of_path
from settlement.services.bills.approval import approve_bill
from settlement.services.sealing import roots
from settlement.services.sealing.batches import seal_what_changed
from settlement.tasks import mail_seal_root
from tests.books import execute, refused_by, select
from tests.world import (
    a_deposit,
    a_pay_per_use_order,
    a_product,
    a_refund,
    a_seller,
    an_operator,
    an_order,
    close,
    some_usage,
    the_bill,
)

pytestmark = pytest.mark.django_db


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture
def seller() -> Seller:
    """With two months: an order and usage, then a recovery from the bill and the deposit."""
    seller = a_seller("A")
    product = a_product(seller, fee="0.15")
    order = an_order(product, "100.00", "2024-01-10", wht="2.50", number="A1")
    some_usage(a_pay_per_use_order(product), "0.333333", "2024-01-12")
    close("202401", seller)
    a_deposit(seller, "7.00")
    a_refund(order, "100.00", paid_out="2024-02-03")
    an_order(product, "20.00", "2024-02-10", number="A2")
    close("202402", seller)
    close("202403", seller)
    return seller


def seals_of(seller: Seller | None) -> list[Seal]:
    return list(Seal.objects.filter(seller=seller).order_by("place"))


# ---- the canonical form -----------------------------------------------------------------------


def test_R7_3_a_script_of_the_standard_library_computes_the_same_seal(seller: Seller) -> None:
    """Changes → parts → seal, each the SHA-256 of what Python's own json writes."""
    sealed = the_bill(seller, "202402").seal
    parts: dict[str, list[str]] = {}
    for change in SealedChange.objects.filter(batch=sealed.batch, seller=seller).order_by("id"):
        content = json.loads(change.content)
        assert canonical(content) == change.content
        parts.setdefault(change.table_name, []).append(sha256(change.content))
    said = json.loads(sealed.content)
    assert said["parts"] == {table: sha256(canonical(each)) for table, each in parts.items()}
    assert canonical(said) == sealed.content
    assert sha256(sealed.content) == sealed.hash


def test_R7_3_the_close_seals_all_that_it_wrote(seller: Seller) -> None:
    first, second = (
        json.loads(the_bill(seller, each).seal.content) for each in ("202401", "202402")
    )
    assert set(first["parts"]) == {
        "settlement_bill",
        "settlement_billproduct",
        "settlement_journal",
        "settlement_ledgerentry",
    }
    assert set(second["parts"]) - set(first["parts"]) == {
        "settlement_allocation",
        "settlement_recovery",
    }
    expiry = json.loads(seals_of(seller)[-1].content)
    assert {"settlement_depositmovement", "settlement_receivable"} < set(expiry["parts"])
    assert (expiry["bill"], expiry["lines"]) == (None, None)


def test_R7_3_the_lines_are_sealed_in_the_order_of_the_bill(seller: Seller) -> None:
    """Each by what it is of, its sales amount, its settlement, and what was refunded before."""
    order, usage = the_bill(seller, "202401").lines.order_by("line_no")
    rows = [
        [str(order.order_id), "100", "82.875"],
        [str(usage.usage_record_id), "0.333333", "0.28333305"],
    ]
    said = json.loads(the_bill(seller, "202401").seal.content)["lines"]
    assert said == {"runs": [sha256(canonical(rows))]}


def test_R7_3_a_line_of_a_partly_refunded_order_says_how_much(seller: Seller) -> None:
    order = an_order(a_product(seller, fee="0.15"), "50.00", "2024-04-02")
    a_refund(order, "20.00", paid_out="2024-04-03")
    close("202404", seller)
    said = json.loads(the_bill(seller, "202404").seal.content)["lines"]
    assert said == {"runs": [sha256(canonical([[str(order.pk), "30", "25.5", "20"]]))]}


# ---- the chain --------------------------------------------------------------------------------


def test_R7_3_each_seal_names_the_one_before_of_its_seller(seller: Seller) -> None:
    other = a_seller("B")
    an_order(a_product(other), "1.00", "2024-01-10")
    close("202401", other)
    seal_what_changed()
    for chain in (seals_of(seller), seals_of(other), seals_of(None)):
        assert [each.place for each in chain] == list(range(1, len(chain) + 1))
        before = [None, *(each.hash for each in chain[:-1])]
        assert [json.loads(each.content)["previous"] for each in chain] == before
    assert len(seals_of(seller)) > 3


def test_R7_3_what_is_written_later_is_in_a_later_seal(seller: Seller) -> None:
    seal_what_changed()
    before = Seal.objects.count()
    seal_what_changed()
    assert Seal.objects.count() == before
    approve_bill(the_bill(seller, "202401").number, actor=an_operator())
    seal_what_changed()
    later = [json.loads(each.content) for each in Seal.objects.order_by("id")[before:]]
    assert {table for each in later for table in each["parts"]} >= {
        "settlement_bill",
        "settlement_authorisation",
        "koogallery_act",
    }
    assert not SealedChange.objects.filter(batch=None).exists()


def test_R7_3_the_arrival_of_what_is_not_billed_yet_is_sealed(seller: Seller) -> None:
    seal_what_changed()
    order = an_order(a_product(seller), "5.00", "2024-04-01", number="A9")
    seal_what_changed()
    change = SealedChange.objects.filter(table_name="sellers_order").latest("id")
    assert json.loads(change.content)["keys"] == [str(order.pk)]
    assert (change.seller, change.batch) == (seller, seals_of(seller)[-1].batch)


def test_R7_3_a_rolled_back_close_leaves_no_seal() -> None:
    seller = a_seller("C")
    an_order(a_product(seller), "5.00", "2024-01-10")
    with transaction.atomic():
        close("202401", seller)
        transaction.set_rollback(True)
    assert not Seal.objects.filter(seller=seller).exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE settlement_seal SET hash = 'x'",
        "DELETE FROM settlement_seal",
        "UPDATE settlement_sealedchange SET content = '{}'",
        "UPDATE settlement_sealedchange SET batch = batch + 1 WHERE batch IS NOT NULL",
        "DELETE FROM settlement_sealedchange",
    ],
)
def test_R7_3_what_is_sealed_stays_as_it_is(seller: Seller, statement: str) -> None:
    with refused_by("seals_stay_as_they_are"):
        execute(statement)


def test_R7_3_a_chain_has_one_link_at_a_place(seller: Seller) -> None:
    with refused_by("a_chain_of_seals_counts_up"):
        execute(
            "INSERT INTO settlement_seal (seller_id, place, batch, content, hash, sealed_at)"
            " SELECT seller_id, place, batch, content, hash, sealed_at FROM settlement_seal LIMIT 1"
        )


# ---- the roots --------------------------------------------------------------------------------


def test_R7_3_the_root_of_the_day_is_signed_over_all_seals(seller: Seller) -> None:
    root = roots.sign_day()
    assert root is not None
    assert not Seal.objects.filter(root=None).exists()
    said = json.loads(root.content)
    hashes = list(Seal.objects.as_leaves().values_list("hash", flat=True))
    assert (said["merkle_root"], said["seals"]) == (merkle_root(hashes), str(len(hashes)))
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(root.public_key))
    key.verify(bytes.fromhex(root.signature), root.content.encode())
    assert roots.sign_seals() is None


def test_R7_3_the_next_root_names_the_one_before_and_may_have_another_key(
    seller: Seller, settings: Any
) -> None:
    first = roots.sign_day()
    a_deposit(seller, "1.00")
    settings.SEAL_KEY_VERSION = 2
    second = roots.sign_day()
    assert first is not None and second is not None
    assert json.loads(second.content)["previous"] == first.hash
    assert (first.key, second.key) == ("1", "2")
    assert first.public_key != second.public_key


def test_R7_3_a_bill_shows_the_way_to_its_root(seller: Seller) -> None:
    bill = the_bill(seller, "202401")
    sealed = seal_of(bill)
    assert sealed is not None and (sealed.root, sealed.path) == (None, [])
    root = roots.sign_day()
    sealed = seal_of(bill)
    assert sealed is not None and root is not None
    assert root_of_path(sealed.seal.hash, sealed.path) == root.merkle_root


@pytest.mark.parametrize("leaves", [1, 2, 3, 5, 8, 13])
def test_R7_3_every_leaf_of_a_tree_leads_to_its_root(leaves: int) -> None:
    hashes = [sha256(str(each)) for each in range(leaves)]
    root = merkle_root(hashes)
    for place, leaf in enumerate(hashes):
        assert root_of_path(leaf, merkle_path(hashes, place)) == root
    assert len({merkle_root(hashes[:count]) for count in range(1, leaves + 1)}) == leaves


def test_R7_3_the_root_leaves_the_machine_by_mail(seller: Seller, settings: Any) -> None:
    settings.SEAL_ROOT_MAIL = ["keeper@elsewhere.example", "auditor@elsewhere.example"]
    root = roots.sign_day()
    assert root is not None
    mail_seal_root(root.place)
    [message] = mail.outbox
    assert message.to == settings.SEAL_ROOT_MAIL
    assert json.loads(str(message.body))["hash"] == root.hash


def test_R7_3_a_root_stays_as_it_is(seller: Seller) -> None:
    roots.sign_day()
    with refused_by("insert_only"):
        execute("UPDATE settlement_sealroot SET merkle_root = 'x'")
    assert select("SELECT count(*) FROM settlement_sealroot") == [1]
