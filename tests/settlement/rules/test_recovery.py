from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koogallery.kit.cycles import Cycle
from koogallery.kit.money import ZERO
from settlement.rules.recovery import (
    OpenRecovery,
    allocate_bill,
    allocate_deposit,
    draw_in_order,
    recovery_basis_amount,
    window,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
MARCH, APRIL, MAY = Cycle("202603"), Cycle("202604"), Cycle("202605")
AMOUNTS = st.decimals(0, 10**6, places=2)


def at(text: str) -> datetime:
    """An instant written as the clock in Shanghai shows it."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def recovery(number: str, refunded_at: str, outstanding: str) -> OpenRecovery:
    moment = at(refunded_at)
    return OpenRecovery(number, moment, Decimal(outstanding), *window(moment, SHANGHAI))


@st.composite
def open_recoveries(draw: st.DrawFn) -> list[OpenRecovery]:
    days = draw(st.lists(st.integers(1, 28), max_size=6))
    return [
        recovery(
            f"R{index}",
            f"2026-03-{day:02}",
            str(draw(st.decimals("0.01", 1000, places=2))),
        )
        for index, day in enumerate(days)
    ]


@pytest.mark.parametrize(
    ("bills", "deposit", "draws", "receivable"),
    [
        ((400, 600), 999, [400, 600, 0], 0),
        ((250, 400), 500, [250, 400, 350], 0),
        ((250, 400), 200, [250, 400, 200], 150),
        ((250, 400), 0, [250, 400, 0], 350),
        ((1000, 600), 999, [1000, 0, 0], 0),
        ((0, 0), 999, [0, 0, 999], 1),
        ((-70, 600), 999, [0, 600, 400], 0),
    ],
)
def test_R5_5_a_refund_of_1000_is_drawn_in_order(
    bills: tuple[int, int], deposit: int, draws: list[int], receivable: int
) -> None:
    sources = [Decimal(amount) for amount in (*bills, deposit)]
    assert draw_in_order(Decimal(1000), sources) == draws
    assert 1000 - sum(draws) == receivable


def test_R5_5_of_two_refunds_the_older_is_served_first() -> None:
    younger, older = (
        recovery("B", "2026-03-09", "300"),
        recovery("A", "2026-03-05", "300"),
    )
    allocations = allocate_bill(Decimal(400), [younger, older], MARCH)
    assert allocations == [("A", Decimal(300)), ("B", Decimal(100))]
    rest = replace(younger, outstanding=Decimal(200))
    assert allocate_bill(Decimal(1000), [rest], APRIL) == [("B", Decimal(200))]


def test_R5_3_refunds_of_one_instant_go_by_number() -> None:
    recoveries = [
        recovery("R2", "2026-03-05", "30"),
        recovery("R1", "2026-03-05", "30"),
    ]
    allocations = allocate_bill(Decimal(40), recoveries, MARCH)
    assert allocations == [("R1", Decimal(30)), ("R2", Decimal(10))]


@pytest.mark.parametrize(
    ("cycle", "taken"),
    [("202602", []), ("202603", [100]), ("202604", [100]), ("202605", [])],
)
def test_R5_2_only_the_current_and_the_following_bill_are_drawn_on(
    cycle: str, taken: list[int]
) -> None:
    allocations = allocate_bill(
        Decimal(500), [recovery("A", "2026-03-31T23:59", "100")], Cycle(cycle)
    )
    assert [amount for _, amount in allocations] == taken


@pytest.mark.parametrize("available", ["0", "-70"])
def test_R3_5_an_empty_or_negative_bill_gives_nothing(available: str) -> None:
    assert allocate_bill(Decimal(available), [recovery("A", "2026-03-05", "100")], MARCH) == []


@pytest.mark.parametrize(
    ("refunded_at", "months", "first", "last"),
    [
        ("2026-02-28T23:59:59", 2, "202602", "202603"),
        ("2026-03-01T00:00:00", 2, "202603", "202604"),
        ("2026-12-15", 2, "202612", "202701"),
        ("2026-12-15", 1, "202612", "202612"),
        ("2026-12-15", 3, "202612", "202702"),
    ],
)
def test_R5_2_the_current_cycle_contains_the_refund(
    refunded_at: str, months: int, first: str, last: str
) -> None:
    assert window(at(refunded_at), SHANGHAI, months) == (first, last)


SPLIT = [("A", Decimal(250), ZERO), ("B", Decimal(150), Decimal(150))]


@pytest.mark.parametrize(
    ("label", "closed_through", "seller_left", "allocations"),
    [
        ("before the first close", None, False, []),
        ("the current month closed", MARCH, False, []),
        ("the following month closed", APRIL, False, SPLIT),
        ("reported after both closed", MAY, False, SPLIT),
        ("the seller has left", None, True, SPLIT),
    ],
)
def test_R5_3_the_deposit_waits_for_the_following_bill(
    label: str,
    closed_through: Cycle | None,
    seller_left: bool,
    allocations: list[tuple[str, Decimal, Decimal]],
) -> None:
    recoveries = [
        recovery("B", "2026-03-09", "300"),
        recovery("A", "2026-03-05", "250"),
    ]
    taken = allocate_deposit(Decimal(400), recoveries, closed_through, seller_left=seller_left)
    assert taken == allocations


def test_R5_3_without_a_deposit_the_rest_is_a_receivable() -> None:
    allocations = allocate_deposit(ZERO, [recovery("A", "2026-03-05", "350")], APRIL)
    assert allocations == [("A", ZERO, Decimal(350))]


@pytest.mark.parametrize(
    ("basis", "refund", "settlement", "paid", "currency", "amount"),
    [
        ("refund_amount", "300", "680", "1000", "USD", "300"),
        ("seller_share", "300", "680", "1000", "USD", "204"),
        ("seller_share", "1000", "680", "1000", "USD", "680"),
        ("seller_share", "0.01", "0.50", "1", "USD", "0.01"),
        ("seller_share", "0.01", "0.49", "1", "USD", "0"),
        ("seller_share", "10", "28.3475", "33.35", "USD", "8.5"),
        ("seller_share", "100", "200", "300", "JPY", "67"),
    ],
)
def test_R5_1_the_basis_says_how_much_is_recovered(
    basis: str, refund: str, settlement: str, paid: str, currency: str, amount: str
) -> None:
    recovered = recovery_basis_amount(
        basis, Decimal(refund), Decimal(settlement), Decimal(paid), currency
    )
    assert recovered == Decimal(amount)


def test_R5_1_the_sellers_share_is_exact_whatever_its_size() -> None:
    """A hair below half a cent; the product has more digits than Decimal keeps by itself."""
    refund, paid = Decimal("9999999999999.97"), Decimal("9999999999999.99")
    settlement = Decimal("8333333333499.991666666667")
    share = recovery_basis_amount("seller_share", refund, settlement, paid, "USD")
    assert share == Decimal("8333333333499.97")


@given(AMOUNTS, st.lists(st.decimals(-1000, 1000, places=2)))
def test_R5_4_draws_and_the_rest_make_the_amount(
    outstanding: Decimal, available: list[Decimal]
) -> None:
    draws = draw_in_order(outstanding, available)
    rest = outstanding - sum(draws, ZERO)
    assert len(draws) == len(available)
    assert rest >= ZERO
    assert all(
        ZERO <= draw <= max(source, ZERO) for draw, source in zip(draws, available, strict=True)
    )
    offered = sum((max(source, ZERO) for source in available), ZERO)
    assert sum(draws, ZERO) == min(outstanding, offered)


@given(st.decimals(-1000, 3000, places=2), open_recoveries())
def test_R5_4_a_bill_never_goes_below_zero_by_recovery(
    available: Decimal, recoveries: list[OpenRecovery]
) -> None:
    allocations = dict(allocate_bill(available, recoveries, MARCH))
    wanted = sum((each.outstanding for each in recoveries), ZERO)
    assert sum(allocations.values(), ZERO) == min(wanted, max(available, ZERO))
    oldest_first = sorted(recoveries, key=lambda each: (each.refunded_at, each.number))
    left = [each.outstanding - allocations.get(each.number, ZERO) for each in oldest_first]
    assert all(rest >= ZERO for rest in left)
    # Nobody is served while an older recovery still waits.
    unserved = next((index for index, rest in enumerate(left) if rest), len(left))
    assert all(each.number not in allocations for each in oldest_first[unserved + 1 :])


@given(AMOUNTS, open_recoveries())
def test_R5_4_no_receivable_while_the_deposit_is_positive(
    balance: Decimal, recoveries: list[OpenRecovery]
) -> None:
    allocations = allocate_deposit(balance, recoveries, APRIL)
    by_number = {number: (taken, rest) for number, taken, rest in allocations}
    for each in recoveries:
        taken, rest = by_number[each.number]
        assert taken >= ZERO
        assert taken + rest == each.outstanding
    left = balance - sum((taken for taken, _ in by_number.values()), ZERO)
    assert left >= ZERO
    assert left == ZERO or not any(rest for _, rest in by_number.values())
