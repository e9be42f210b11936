"""Bank statements over REST and by the command: the contract with outside clients (R8.2)."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from sellers.models import Seller
from settlement.models import BankStatement, Payout
from tests.callers import BASE, Caller, operator_caller, seller_caller
from tests.settlement.builders import make_member
from tests.world import an_operator

from .statements import Row, statement
from .test_attributing import a_receivable

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator() -> Caller:
    return operator_caller(an_operator())


def send(
    caller: Caller, data: bytes, path: str = "/bank-statements/", kind: str = "text/xml"
) -> tuple[int, dict]:  # type: ignore[type-arg]
    answer = caller.client.generic("POST", BASE + path, data, kind)
    return answer.status_code, answer.json()


@pytest.mark.parametrize("kind", ["application/xml", "text/plain", "application/json", ""])
def test_R8_2_a_file_is_taken_whatever_it_is_called(
    operator: Caller, payout: Payout, kind: str
) -> None:
    data = statement(Row("-850.00", payout.number), Row("55.00", text="?"))
    status, taken = send(operator, data, kind=kind)
    assert status == 201
    assert (taken["lines"], taken["matched"], taken["suspense"]) == (2, 1, 1)
    assert (taken["account"], taken["currency"]) == ("0039000840", "USD")
    assert (taken["opening"], taken["closing"], taken["gap"]) == ("100000.00", "99205.00", None)
    status, again = send(operator, data)
    assert (status, again) == (200, taken)
    inside = data[data.index(b"<Stmt>") : data.index(b"</BkToCstmrStmt>")]
    status, twice = send(operator, data.replace(inside, inside * 2))
    assert (status, twice) == (200, taken)
    read = operator.get(f"/bank-statements/{taken['number']}/")
    assert read.body["suspense"] == 1
    lines = operator.every(f"/bank-statements/{taken['number']}/lines/")
    assert [(line["amount"], line["state"], line["payout"]) for line in lines] == [
        ("-850.00", "matched", payout.number),
        ("55.00", "suspense", None),
    ]
    assert operator.get(f"/payouts/{payout.number}/").body["bank_line"] == lines[0]["number"]
    file = operator.get(f"/bank-statements/{taken['number']}/file/")
    assert (file.status, file.content) == (200, data)
    assert file.media_type == "application/octet-stream"


def test_R8_2_several_statements_of_a_file_are_counted_together(operator: Caller) -> None:
    one = statement(Row("-1.00", code="NCHG"))
    two = statement(Row("2.00", text="?"), opening="99999.00", day="2024-03-06", name="2")
    inner = two[two.index(b"<Stmt>") : two.index(b"</BkToCstmrStmt>")]
    both = one.replace(b"</BkToCstmrStmt>", inner + b"</BkToCstmrStmt>")
    status, taken = send(operator, both)
    assert (status, taken["lines"], taken["matched"], taken["suspense"]) == (201, 2, 1, 1)
    assert [each["closing"] for each in taken["statements"]] == ["99999.00", "100001.00"]
    status, later = send(operator, two)
    assert (status, later["number"]) == (200, taken["statements"][1]["number"])


def test_R8_2_a_dry_run_takes_nothing(operator: Caller, payout: Payout) -> None:
    data = statement(Row("-850.00", payout.number))
    status, told = send(operator, data, "/bank-statements/preview/")
    assert (status, told["matched"]) == (200, 1)
    assert not BankStatement.objects.exists()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"{}", "no_xml"),
        (statement(off="0.01"), "does_not_add_up"),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>', "document_type"),
    ],
)  # fmt: skip
def test_R8_2_what_is_no_right_file_is_refused(operator: Caller, data: bytes, code: str) -> None:
    status, problem = send(operator, data)
    assert (status, problem["errors"][0]["code"]) == (422, code)
    assert problem["errors"][0]["rule"] == "R8.2"


def test_R8_2_a_file_of_50_megabytes_is_refused(operator: Caller) -> None:
    assert send(operator, b"<a>" + b" " * 50_000_000)[0] == 413


def test_R8_2_sellers_see_nothing_of_it(operator: Caller, payout: Payout) -> None:
    _, taken = send(operator, statement(Row("55.00", text="?")))
    stranger = seller_caller(make_member(payout.seller, "mia"), "S000001", may_write=True)
    assert send(stranger, statement())[0] == 403
    for path in ("/bank-statements/", "/bank-lines/", f"/bank-statements/{taken['number']}/"):
        assert stranger.get(path).status in {403, 404}


def test_R8_2_a_line_is_attributed_over_rest(operator: Caller, seller: Seller) -> None:
    send(operator, statement(Row("55.00", text="from S000001")))
    (line,) = operator.get("/bank-lines/", {"state": "suspense"}).body["results"]
    path = f"/bank-lines/{line['number']}"
    (found,) = operator.get(f"{path}/suggestions/").body["results"]
    assert (found["to"], found["reasons"]) == ("deposit:S000001", ["the seller is named"])
    body = {"to": found["to"], "comment": "told by mail"}
    answer = operator.post(f"{path}/attribute/", body)
    assert (answer.status, answer.body["state"], answer.body["seller"]) == (
        200,
        "attributed",
        "S000001",
    )
    assert operator.get("/deposits/S000001/").body["balance"] == "55.00"
    assert operator.post(f"{path}/attribute/", body).status == 409
    assert operator.get(f"{path}/suggestions/").body == {"results": []}


def test_R4_4_from_the_limit_on_it_is_asked_for(operator: Caller, seller: Seller) -> None:
    send(operator, statement(Row("15000.00")))
    (line,) = operator.get("/bank-lines/").body["results"]
    body = {"to": "deposit:S000001", "comment": "told by mail"}
    answer = operator.post(f"/bank-lines/{line['number']}/attribute/", body)
    assert (answer.status, answer.body["state"]) == (202, "pending")


def run(file: Path) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("import_statement", str(file), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_R8_2_the_command_takes_a_file(tmp_path: Path, payout: Payout) -> None:
    file = tmp_path / "statement.xml"
    file.write_bytes(statement(Row("-850.00", payout.number)))
    assert "1 of 1 lines matched" in run(file)[0]
    assert "taken before" in run(file)[0]
    payout.refresh_from_db()
    assert payout.state == "paid"


def test_R8_2_the_command_fails_where_anything_waits(tmp_path: Path, seller: Seller) -> None:
    receivable = a_receivable(seller)
    file = tmp_path / "statement.xml"
    file.write_bytes(statement(Row("10.00", text=receivable.number)))
    with pytest.raises(CommandError, match="1 lines lie in suspense"):
        run(file)
    file.write_bytes(statement(off="1"))
    with pytest.raises(CommandError, match="does not add up"):
        run(file)
    with pytest.raises(CommandError, match="No such file"):
        run(tmp_path / "none")


def test_R8_2_a_statement_is_reversed_by_two_over_rest(operator: Caller, payout: Payout) -> None:
    _status, taken = send(operator, statement(Row("-850.00", payout.number)))
    path = f"/bank-statements/{taken['number']}/"
    assert operator.post(f"{path}reverse/", {"reason": ""}).status == 400
    asked = operator.post(f"{path}reverse/", {"reason": "never sent by the bank"})
    assert (asked.status, asked.body["act"]) == (202, "statement_reversal")
    assert (asked.body["amount"], asked.body["currency"]) == (None, "")
    other = operator_caller(an_operator("otto"))
    more = operator_caller(an_operator("oscar")).post(f"{path}reverse/", {"reason": "me, too"})
    refused = other.post(f"/approval-requests/{more.body['number']}/reject/", {"reason": "asked"})
    assert (refused.status, refused.body["state"]) == (200, "rejected")
    approved = other.post(f"/approval-requests/{asked.body['number']}/approve/", {})
    assert (approved.status, approved.body["state"]) == (200, "approved")
    read = operator.get(path).body
    assert (read["state"], read["reversed_by"]) == ("reversed", "olga")
    assert operator.get(f"/payouts/{payout.number}/").body["state"] == "sent"
    assert operator.post(f"{path}reverse/", {"reason": "once more"}).status == 409
