"""Every invariant of the books holds on what the services write, and sees what they never write."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django.plugin import DjangoDbBlocker

from koogallery.approving import approve_request
from koogallery.kit.cycles import Cycle
from koogallery.models import ApprovalRequest
from settlement.models import InvariantResult, Receivable
from settlement.readings.invariants import check_books, invariants, parameters, prove
from settlement.readings.seal_checks import SENTENCES
from settlement.readings.touched import Mark, Touched, proven
from settlement.services import deposits
from settlement.services.banking.taking import take_statement
from settlement.services.bills.adjustments import adjust_bill
from settlement.services.bills.disputes import accept_dispute, open_dispute
from settlement.services.bills.invoices import verify_invoice
from settlement.services.closing import runs
from settlement.services.payouts.batches import create_batch
from settlement.services.proving import prove_everything, prove_now, prove_what_changed
from settlement.services.recoveries.receivables import move_receivable_to_next_bill, pay_receivable
from tests.books import execute, select, snapshot
from tests.settlement.banking.statements import Row, statement
from tests.world import (
    a_certified_account,
    a_deposit,
    a_pay_per_use_order,
    a_product,
    a_refund,
    a_seller,
    an_adjustment,
    an_operator,
    an_order,
    close,
    some_invoices,
    some_usage,
    the_bill,
)

pytestmark = pytest.mark.django_db

VIOLATIONS = Path(__file__).with_name("violations")
GUARDED = "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
LOGGING = """
SELECT concat('ALTER TABLE ', tgrelid::regclass, ' ENABLE ALWAYS TRIGGER ', tgname)
FROM pg_trigger WHERE starts_with(tgname, 'sealed_')
"""
#: Lines are logged by nothing, as they come with their bill alone: so they do here.
BILLS_CAME = """
INSERT INTO settlement_sealedchange (table_name, operation, seller_id, content)
SELECT 'settlement_bill', 'insert', seller_id, json_build_object('keys', json_agg(id::text))
FROM settlement_bill GROUP BY seller_id
"""
#: What the log does not have: a proof of everything finds it alone.
NOT_LOGGED = {
    ("cycles_close_in_order", "last run done 202405"),
    ("a_line_settles_its_transaction", "(missing)"),
}
#: What follows from others, and is found by one of them.
FOUND_BY = {
    "order A1 of cycle 202401 is due in 202401": ("a_bill_is_the_sum_of_its_lines", "B202401-A"),
    "usage record AU of cycle 202401": ("a_bill_is_the_sum_of_its_lines", "B202401-A"),
}


@pytest.fixture(scope="module", autouse=True)
def books(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Sellers A, B and C, with something of everything, through March 2024; made once."""
    with django_db_blocker.unblock():
        seller_a()
        seller_b()
        seller_c()
        at_the_bank()
        prove_everything()
        yield
        call_command("flush", verbosity=0, interactive=False)


def seller_a() -> None:
    """February recovers 9.95 of 30.00, March is negative: 5.00 from the deposit, 15.05 receivable.

    Before that, order A2 was refunded in part. A5 is still to be recovered, A6 and A7 to be billed.
    """
    seller = a_seller("A", withholding_tax="0.1", digital_service_tax="0.02")
    product = a_product(seller, fee="0.15")
    order = an_order(product, "100.00", "2024-01-10", number="A1", wht="2.50")
    a_refund(
        an_order(product, "50.00", "2024-01-31 23:59", number="A2"),
        "20.00",
        paid_out="2024-01-31 23:59",
    )
    late = an_order(product, "8.00", "2024-01-11", number="A5")
    some_usage(a_pay_per_use_order(product, number="A-metered"), "0.333333", "2024-01-12", sn="AU")
    runs.work_on_run(runs.request_run(Cycle("202401"), ["A"], actor=None).number)
    a_refund(order, "30.00", paid_out="2024-02-03")
    an_order(product, "13.37", "2024-02-01 00:00", number="A3")
    close("202402", seller)
    an_adjustment(the_bill(seller, "202401"), "-500.00")
    an_order(product, "20.00", "2024-03-10", number="A4")
    a_deposit(seller, "7.00")
    olga = an_operator()
    deposits.move_deposit("A", "penalty", Decimal(1), "late delivery", actor=olga)
    deposits.move_deposit("A", "adjustment", Decimal(-1), "ledger 7", "Counted twice.", actor=olga)
    close("202403", seller)
    a_refund(late, "8.00", paid_out="2024-03-20")
    pay_receivable(Receivable.objects.get().number, Decimal(4), "transfer", actor=olga)
    an_order(product, "20.00", "2024-03-11", number="A6")
    some_usage(a_pay_per_use_order(product), "0.5", "2024-04-12", sn="A7")
    an_order(product, "9.00", None, number="A8")


def seller_b() -> None:
    """40.00 of February are back from the receivables, waiting for the bill of April.

    So are 4.00 that were found to be missing on the bill of January, whose two invoices are
    under review.
    """
    seller = a_seller("B")
    product = a_product(seller)
    order = an_order(product, "100.00", "2024-01-10", number="B1")
    close("202401", seller)
    some_invoices(the_bill(seller, "202401"), "50.00", "35.00")
    a_refund(order, "40.00", paid_out="2024-02-03")
    close("202403", seller)
    receivable = Receivable.objects.get(seller=seller)
    move_receivable_to_next_bill(receivable.number, "agreed", actor=an_operator())
    dispute = open_dispute("B202401-B", 1, "a seat is missing", actor=an_operator("oscar"))
    accept_dispute(dispute.number, "it was", Decimal(4), actor=an_operator())


def seller_c() -> None:
    """February is negative, and March leaves 280.00 of it: 50.00 from the deposit, 230.00 open.

    January is invoiced and in a batch of payouts; 12,000.00 that were found missing on it took
    two people.
    """
    seller = a_seller("C")
    product = a_product(seller, fee="0")
    an_order(product, "100.00", "2024-01-10", number="C1")
    close("202401", seller)
    an_adjustment(the_bill(seller, "202401"), "-300.00")
    close("202402", seller)
    a_deposit(seller, "50.00")
    an_order(product, "20.00", "2024-03-10", number="C2")
    close("202403", seller)
    bill = the_bill(seller, "202401")
    a_certified_account(seller)
    [invoice] = some_invoices(bill, "100.00")
    verify_invoice(invoice.number, "called back", actor=an_operator("oscar"))
    create_batch("USD", actor=an_operator())
    asked = adjust_bill(bill.number, Decimal(12_000), "a feed was lost", actor=an_operator())
    assert isinstance(asked, ApprovalRequest)
    approve_request(asked.number, actor=an_operator("oscar"))


def at_the_bank() -> None:
    """3.00 of charges, and 55.00 of which nobody knows whose they are."""
    rows = Row("55.00", text="who knows"), Row("-3.00", code="NCHG")
    take_statement(statement(*rows), actor=an_operator())


def by_hand(statements: str) -> None:
    """Past every guard but keys and checks; those the statements drop where they are in the way.

    What logs changes stays.
    """
    for table in select(GUARDED):
        execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    for log in select(LOGGING):
        execute(log)
    execute(statements)
    if "settlement_billline" in statements:
        execute(BILLS_CAME)


def cases() -> list[Any]:
    """Each violation follows a comment with what is told of it; a file for each invariant."""
    return [
        pytest.param(path.stem, told, statements, id=f"{path.stem}: {told}")
        for path in sorted(VIOLATIONS.glob("*.sql"))
        for told, statements in (_case(case) for case in path.read_text().split("\n\n"))
    ]


def _case(case: str) -> tuple[str, str]:
    comment, statements = case.split("\n", 1)
    return comment.removeprefix("-- told: "), statements


def test_R7_2_every_invariant_holds_on_books_that_hold_something_of_everything() -> None:
    findings = check_books()
    assert [found.difference for found in findings if not found.holds] == []
    assert [found.name for found in findings if not found.checked] == []


def test_every_invariant_is_seen_to_fail() -> None:
    seen = {path.stem for path in VIOLATIONS.glob("*.sql")}
    assert seen == {invariant.name for invariant in invariants()}


@pytest.mark.parametrize(("name", "told", "statements"), cases())
def test_R7_2_what_is_wrong_is_found_and_told(name: str, told: str, statements: str) -> None:
    [invariant] = [each for each in invariants() if each.name == name]
    by_hand(statements)
    found = prove(invariant)
    assert (found.holds, told in found.difference) == (False, True)
    name, told = FOUND_BY.get(told, (name, told))
    [found] = [each for each in check_books(what_changed()) if each.name == name]
    is_found = (name, told) not in NOT_LOGGED
    assert (found.holds, told in found.difference) == (not is_found, is_found)


def what_changed() -> Touched:
    return Touched(max(select("SELECT change FROM settlement_proof")))


def test_R7_2_what_has_not_changed_is_not_looked_at_again() -> None:
    looked_at = {each.name: each.checked for each in check_books(what_changed()) if each.checked}
    # a row a seller, and traces of tokens, of which nothing is logged
    assert looked_at.keys() == {"cycles_close_in_order", "every_reference_leads_to_its_row"}


def places_of(node: Any, relation: str, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Of a plan: how each of its reads of a table stands to the nodes above it."""
    above = (*above, node.get("Parent Relationship", ""))
    if node.get("Relation Name", "").startswith(relation):
        yield above
    for each in node.get("Plans", []):
        yield from places_of(each, relation, above)


def test_R7_2_what_has_changed_is_read_once_a_statement_whatever_the_planner_expects() -> None:
    """A join would read it for each row of a table that grew since it was last analysed."""
    execute("UPDATE pg_class SET reltuples = 0, relpages = 0 WHERE relname ~ '^settlement_'")
    touched = Touched(0)
    for invariant in invariants():
        for each in invariant.statements:
            for narrowed in touched.scopes(each):
                [[plan]] = select(f"EXPLAIN (FORMAT JSON) {narrowed}", **parameters())
                for above in places_of(plan["Plan"], "touched"):
                    assert "InitPlan" in above, (invariant.name, narrowed)


def test_R7_2_what_is_proven_whole_is_planned_as_everywhere_else() -> None:
    touched, [first, *_] = what_changed(), invariants()
    prove(first, touched)
    assert select("SHOW enable_seqscan") == ["off"]
    prove(first)
    assert select("SHOW enable_seqscan") == ["on"]


def test_R7_2_what_fails_is_proven_whole_until_it_holds() -> None:
    by_hand(
        "UPDATE settlement_deposit SET balance = 1 WHERE seller_id IN"
        " (SELECT id FROM sellers_seller WHERE number = 'A')"
    )
    asked = prove_now()
    failing = {each.name for each in prove_what_changed() if not each.holds}
    assert "a_deposit_is_the_sum_of_its_movements" in failing
    assert {each.name for each in asked if not each.holds} == failing
    assert {each.name for each in prove_what_changed() if not each.holds} == failing


def test_R7_2_what_was_under_way_at_a_proof_is_proven_by_the_next() -> None:
    quiet, busy, ended = Mark(10, 500, 500), Mark(20, 510, 520), Mark(30, 530, 530)
    assert proven([quiet]) == (10, [quiet])
    assert proven([quiet, busy]) == (10, [quiet, busy])
    assert proven([quiet, busy, ended]) == (30, [ended])


def test_R7_2_checking_changes_nothing() -> None:
    before = snapshot()
    check_books()
    prove_now()
    assert snapshot() == before


def test_R7_2_results_are_kept_for_everybody_to_see() -> None:
    InvariantResult.objects.create(name="of_old", sentence="-", holds=True, checked=0)
    by_hand("UPDATE settlement_deposit SET balance = 1")
    prove_everything()
    failing = InvariantResult.objects.filter(holds=False).values_list("name", flat=True)
    assert set(failing) == {
        "a_deposit_is_the_sum_of_its_movements",
        "a_receivable_comes_after_the_deposit",
        "the_ledger_agrees_with_the_deposits",
    }
    assert InvariantResult.objects.count() == len(invariants()) + len(SENTENCES)


def test_verify_books_says_that_all_hold(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("verify_books")
    said = capsys.readouterr().out.splitlines()
    assert said[-1] == f"All {len(invariants()) + len(SENTENCES)} invariants hold."
    assert any("holds  Every bill adds up to the cent" in line for line in said)


def test_verify_books_tells_the_difference_and_fails(capsys: pytest.CaptureFixture[str]) -> None:
    by_hand("UPDATE settlement_deposit SET balance = 1")
    count = len(invariants()) + len(SENTENCES)
    with pytest.raises(CommandError, match=rf"^3 of {count} invariants do not hold\.$"):
        call_command("verify_books")
    said = capsys.readouterr().out
    assert "FAILS  No receivable is open while its seller's deposit is positive." in said
    assert "is open with 11.050 while the deposit of A holds 1.000" in said


@pytest.mark.parametrize("tenths", range(0, 10, 3))
def test_R7_2_what_the_services_write_is_no_alarm_wherever_a_proof_begins(tenths: int) -> None:
    [last] = select("SELECT max(id) FROM settlement_sealedchange")
    touched = Touched(last * tenths // 10)
    assert [each.difference for each in check_books(touched) if not each.holds] == []
