"""The proof that leaves the portal, checked by the script beside it: Python alone (R7.3)."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command

from settlement.models import Bill, SealRoot
from settlement.outside import verify
from settlement.rules.canonical import canonical
from settlement.services.bills.approval import approve_bill
from settlement.services.sealing.roots import sign_day
from tests.books import execute
from tests.settlement.readings.test_seal_checks import by_hand
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


@pytest.fixture
def bill() -> Bill:
    """With a recovery, lines of both kinds, and an approval after it was sealed."""
    seller = a_seller("A", digital_service_tax="0.02")
    product = a_product(seller, fee="0.15")
    order = an_order(product, "100.00", "2024-01-10", wht="2.50")
    close("202401", seller)
    a_deposit(seller, "7.00")
    a_refund(order, "30.00", paid_out="2024-02-03")
    an_order(product, "200.00", "2024-02-10")
    some_usage(a_pay_per_use_order(product), "0.333333", "2024-02-12")
    close("202402", seller)
    sign_day()
    bill = the_bill(seller, "202402")
    approve_bill(bill.number, actor=an_operator())
    sign_day()
    bill.refresh_from_db()
    return bill


def checked(directory: Path, *arguments: str) -> tuple[int, str]:
    """By another Python process, which sees neither this environment nor this directory."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(directory / "verify.py"), *arguments],
        capture_output=True,
        text=True,
        env={"PATH": os.environ["PATH"]},
        cwd="/",
        check=False,
    )
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout


def exported(bill: Bill, directory: Path) -> Path:
    call_command("export_proof", bill.number, str(directory), verbosity=0)
    return directory


def test_R7_3_an_exported_proof_is_as_it_was_sealed(bill: Bill, tmp_path: Path) -> None:
    directory = exported(bill, tmp_path / "proof")
    roots = tmp_path / "roots.json"
    roots.write_text(
        json.dumps({"results": [each.as_published() for each in SealRoot.objects.all()]})
    )
    seal = bill.seal.hash
    answer = checked(directory, "--seal", seal.upper(), "--roots", str(roots))
    assert answer == (0, f"Bill B202402-A is as it was sealed: {seal}\n")


#: What a superuser does in replica mode, and what the script says of the proof exported after it.
ALTERED = {
    "UPDATE settlement_bill SET issued_at = now() - interval '1 day'": (
        "settlement_bill B202402-A was altered: issued_at"
    ),
    "UPDATE settlement_bill SET state = 'paid'": "settlement_bill B202402-A was altered: state",
    "UPDATE settlement_journal SET recorded_at = recorded_at - interval '400 days'": (
        "settlement_journal bill:B202402-A was altered: recorded_at"
    ),
    "UPDATE settlement_ledgerentry SET amount = amount * 2": "was altered: amount",
    "DELETE FROM settlement_ledgerentry": "is missing",
    "UPDATE settlement_allocation SET at = now() - interval '1 day'": "was altered: at",
    "UPDATE settlement_recovery SET refunded_at = now()": "was altered: refunded_at",
    "UPDATE settlement_billproduct SET name = 'Waterwall'": "was altered: name",
    "INSERT INTO settlement_billproduct"
    " (bill_id, product_id, number, name, line_count, sales_amount, customer_wht, settlement)"
    " SELECT bill_id, 4711, 'X', 'Y', 0, 0, 0, 0 FROM settlement_billproduct": "X was added",
    "UPDATE settlement_billline SET effective_at = now()": "line 2 was altered: effective_at",
    "UPDATE settlement_billline SET cycle = '202301'": "line 1 was altered: cycle",
    "UPDATE settlement_billline SET sales_amount = 7": "lines 1 to 2 are others than were sealed",
    "UPDATE settlement_billline SET line_no = line_no + 10": "line 1 was altered: line_no",
    "UPDATE settlement_billline SET settlement = 7": "line 2 was altered: settlement",
    "UPDATE settlement_billline SET product_id = 4711": "line 2 was altered: product_id",
    "DELETE FROM settlement_billline WHERE line_no = 1": "the lines do not sum to the bill's",
}


@pytest.mark.parametrize(("statement", "said"), ALTERED.items(), ids=ALTERED)
def test_R7_3_the_script_names_what_was_altered_before_the_export(
    bill: Bill, tmp_path: Path, statement: str, said: str
) -> None:
    table = next(word for word in statement.split() if word.startswith("settlement_"))
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS a_line_follows_the_formula")
    by_hand(table, statement)
    code, output = checked(exported(bill, tmp_path))
    assert code == 1
    assert said in output


def of_bill(proof: Any) -> Any:
    return next(each for each in proof["seals"] if each["hash"] == proof["seal"])


def forge_a_change(proof: Any) -> None:
    change = next(each for each in of_bill(proof)["changes"] if "settlement_bill" == each["table"])
    content = json.loads(change["content"])
    content["rows"][0]["net_payable"] = "1000000"
    change["content"] = canonical(content)


def forge_the_seal(proof: Any) -> None:
    seal = of_bill(proof)
    says = json.loads(seal["canonical_form"]) | {"sealed_at": "2020-01-01T00:00:00"}
    seal["canonical_form"] = canonical(says)


def forge_the_root(proof: Any) -> None:
    root = of_bill(proof)["root"]
    says = json.loads(root["canonical_form"]) | {"seals": "1"}
    root["canonical_form"] = canonical(says)
    root["hash"] = verify.digest(root["canonical_form"])


def forge_the_path(proof: Any) -> None:
    of_bill(proof)["merkle_path"].pop()


def forge_a_row(proof: Any) -> None:
    row = next(each for each in proof["rows"] if each["table"] == "settlement_bill")
    row["row"]["net_payable"] = "1000000"


@pytest.mark.parametrize(
    ("forge", "said"),
    [
        (forge_a_change, "seal 2 of A is over other changes of settlement_bill than are here"),
        (forge_the_seal, "seal 2 of A is not the SHA-256 of what it says"),
        (forge_the_root, "root 1 is not signed by its key"),
        (forge_the_path, "seal 2 of A does not lead to its root"),
        (forge_a_row, "settlement_bill B202402-A was altered: net_payable"),
    ],
)
def test_R7_3_the_script_names_what_was_altered_after_the_export(
    bill: Bill, tmp_path: Path, forge: Callable[[Any], None], said: str
) -> None:
    directory = exported(bill, tmp_path)
    proof = json.loads((directory / "proof.json").read_text())
    forge(proof)
    (directory / "proof.json").write_text(json.dumps(proof))
    code, output = checked(directory)
    assert code == 1
    assert said in output


def test_R7_3_a_forgery_signed_by_the_portal_itself_is_found_by_a_published_root(
    bill: Bill, tmp_path: Path
) -> None:
    roots = tmp_path / "roots.json"
    first = SealRoot.objects.get(place=1).as_published()
    says = json.loads(first["canonical_form"]) | {"seals": "1"}
    roots.write_text(json.dumps([first | {"canonical_form": canonical(says)}]))
    code, output = checked(exported(bill, tmp_path / "proof"), "--roots", str(roots))
    assert code == 1
    assert "root 1 is another one than was published" in output
    assert "root 2 is not among the published ones" in output


def test_R7_3_another_seal_than_is_printed_is_said(bill: Bill, tmp_path: Path) -> None:
    code, output = checked(exported(bill, tmp_path), "--seal", "0" * 64)
    assert code == 1
    assert "the bill bears the seal 000" in output


def test_R7_3_there_is_no_proof_of_what_was_never_issued(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no bill B209901-X that bears a seal"):
        call_command("export_proof", "B209901-X", str(tmp_path))


def test_R7_3_where_a_proof_cannot_be_written_is_said(bill: Bill, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CommandError, match=r"file: File exists"):
        exported(bill, tmp_path / "file")


@pytest.mark.parametrize("size", [0, 1, 1000])
def test_R7_3_the_signature_is_checked_as_rfc_8032_says(size: int) -> None:
    key, message = Ed25519PrivateKey.generate(), os.urandom(size)
    public, signature = key.public_key().public_bytes_raw(), key.sign(message)
    assert verify.is_signed(public, message, signature)
    assert not verify.is_signed(public, message + b"x", signature)
    for place in (0, 31, 32, 63):
        broken = bytearray(signature)
        broken[place] ^= 1
        assert not verify.is_signed(public, message, bytes(broken))
    assert not verify.is_signed(os.urandom(32), message, signature)
    beyond = int.from_bytes(signature[32:], "little") + verify.Q
    assert not verify.is_signed(public, message, signature[:32] + beyond.to_bytes(32, "little"))


def test_R7_3_the_test_of_rfc_8032() -> None:
    """Section 7.1, test 2."""
    public = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    signature = bytes.fromhex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    assert verify.is_signed(public, b"\x72", signature)
