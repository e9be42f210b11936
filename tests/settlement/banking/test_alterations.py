"""A statement of our own batch, altered in any way: every cent is matched or in suspense.

The alterations say themselves what has to come of them; nothing of the matching is asked.
`CASES=500 ./run test tests/settlement/banking/test_alterations.py` alters a thousand.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

import pytest
from django.db import connection, transaction

from koogallery.kit.errors import InvalidInput
from settlement.choices import Account, PayoutState
from settlement.models import BankLine, BankStatement, Payout, PayoutBatch
from settlement.readings.invariants import check_books, invariants, prove
from settlement.services.banking.taking import take_statement
from settlement.services.payouts.batches import approve_batch, create_batch, send_batch
from tests.settlement.services.test_payouts import payable
from tests.world import a_certified_account, a_seller, an_operator

from .statements import Row, statement
from .test_taking import held

pytestmark = pytest.mark.django_db

SEEDS = 2 * int(os.environ.get("CASES", "100"))
#: All invariants are proven for each so many; those about the bank for every one.
EACH = 100
ABOUT_THE_BANK = (
    "a_bank_line_is_over_what_it_names",
    "a_bank_statement_adds_up",
    "every_journal_balances",
    "every_movement_is_posted_once",
    "suspense_is_the_sum_of_its_lines",
    "the_bank_account_is_as_banks_say",
    "the_ledger_agrees_with_the_deposits",
)


@dataclass
class Altered:
    """The rows of a statement, and what has to come of them."""

    rows: list[Row] = field(default_factory=list)
    states: dict[str, str] = field(default_factory=dict)
    suspense: Decimal = Decimal()
    charges: Decimal = Decimal()
    is_refused: bool = False

    def waits(self, row: Row) -> None:
        self.rows.append(row)
        self.suspense += Decimal(row.amount)


def _as_it_is(altered: Altered, number: str, amount: Decimal, _dice: Random) -> None:
    altered.rows.append(Row(f"{-amount}", number, reference=f"B{number}"))
    altered.states[number] = PayoutState.PAID


def _missing(_altered: Altered, _number: str, _amount: Decimal, _dice: Random) -> None:
    pass


def _doubled(altered: Altered, number: str, amount: Decimal, dice: Random) -> None:
    _as_it_is(altered, number, amount, dice)
    altered.waits(Row(f"{-amount}", number))


def _wrong_amount(altered: Altered, number: str, amount: Decimal, dice: Random) -> None:
    wrong = amount + dice.choice([Decimal("0.01"), Decimal("-0.01"), Decimal(15), -amount / 2])
    altered.waits(Row(f"{-wrong.quantize(Decimal('0.01'))}", number))


def _other_currency(altered: Altered, number: str, amount: Decimal, dice: Random) -> None:
    _as_it_is(altered, number, amount, dice)
    altered.is_refused = True


def _returned(altered: Altered, number: str, amount: Decimal, dice: Random) -> None:
    _as_it_is(altered, number, amount, dice)
    altered.rows.append(Row(f"{amount}", number, reason=dice.choice(["AC04", "AC01", "MS03"])))
    altered.states[number] = PayoutState.RETURNED


def _returned_in_part(altered: Altered, number: str, amount: Decimal, dice: Random) -> None:
    _as_it_is(altered, number, amount, dice)
    altered.waits(Row(f"{amount - 15}", number, reason="AC04"))


def _split(altered: Altered, number: str, amount: Decimal, dice: Random) -> None:
    first = Decimal(dice.randint(1, int(amount) - 1))
    altered.waits(Row(f"{-first}", number))
    altered.waits(Row(f"{first - amount}", number))


def _gross_of_charges(altered: Altered, number: str, amount: Decimal, dice: Random) -> None:
    charges = Decimal(dice.randint(1, 3000)) / 100
    gross = f"{-amount - charges}"
    altered.rows.append(Row(gross, number, paid=f"{-amount}", charges=f"{charges}"))
    altered.states[number] = PayoutState.PAID
    altered.charges += charges


def _gross_untold(altered: Altered, number: str, amount: Decimal, dice: Random) -> None:
    altered.waits(Row(f"{-amount - dice.randint(1, 30)}", number))


def _named_in_words(altered: Altered, number: str, amount: Decimal, dice: Random) -> None:
    text = dice.choice([f"KooGallery {number} B202401", f"transfer{number}of today"])
    altered.rows.append(Row(f"{-amount}", text=text))
    altered.states[number] = PayoutState.PAID


def _without_its_id(altered: Altered, _number: str, amount: Decimal, _dice: Random) -> None:
    altered.waits(Row(f"{-amount}"))


def _charged_apart(altered: Altered, number: str, amount: Decimal, dice: Random) -> None:
    _as_it_is(altered, number, amount, dice)
    charges = Decimal(dice.randint(1, 3000)) / 100
    altered.rows.append(Row(f"{-charges}", code="NCHG"))
    altered.charges += charges


def _unknown_credit(altered: Altered, number: str, amount: Decimal, dice: Random) -> None:
    _as_it_is(altered, number, amount, dice)
    altered.waits(Row(f"{Decimal(dice.randint(1, 10**6)) / 100}", text="who knows"))


Alteration = Callable[[Altered, str, Decimal, Random], None]
ALTERATIONS: list[Alteration] = [
    _missing, _doubled, _wrong_amount, _other_currency, _returned, _returned_in_part, _split,
    _gross_of_charges, _gross_untold, _named_in_words, _without_its_id, _charged_apart,
    _unknown_credit,
]  # fmt: skip


@pytest.fixture
def batch() -> PayoutBatch:
    """Three payouts in the bank's hands."""
    for number in range(1, 4):
        seller = a_seller(f"S00000{number}", currency="USD")
        a_certified_account(seller)
        payable(seller, f"{100 * number}.00")
    batch = create_batch("USD", actor=an_operator())
    approve_batch(batch.number, actor=an_operator("oscar"))
    return send_batch(batch.number, actor=an_operator())


def test_R8_2_every_cent_of_an_altered_statement_is_matched_or_in_suspense(
    batch: PayoutBatch,
) -> None:
    sent = dict(batch.payouts.values_list("number", "amount"))
    for seed in range(SEEDS):
        altered = _alter(sent, Random(seed))
        with transaction.atomic():
            _take(altered, seed)
            _check(altered, sent, seed)
            transaction.set_rollback(True)
    assert not BankStatement.objects.exists()


def _alter(sent: dict[str, Decimal], dice: Random) -> Altered:
    altered = Altered()
    chosen = dict(zip(dice.sample(sorted(sent), 2), dice.choices(ALTERATIONS, k=2), strict=True))
    for number, amount in sent.items():
        chosen.get(number, _as_it_is)(altered, number, amount, dice)
    dice.shuffle(altered.rows) if dice.random() < 0.5 else None
    return altered


def _take(altered: Altered, seed: int) -> None:
    data = statement(*altered.rows, opening=f"{seed * 1000}")
    if not altered.is_refused:
        take_statement(data, actor=an_operator())
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        return
    in_euros = data.replace(b'<Ntry><Amt Ccy="USD"', b'<Ntry><Amt Ccy="EUR"', 1)
    with pytest.raises(InvalidInput):
        take_statement(in_euros, actor=an_operator())


def _check(altered: Altered, sent: dict[str, Decimal], seed: int) -> None:
    expected = {} if altered.is_refused else altered.states
    states = dict(Payout.objects.values_list("number", "state"))
    assert states == {number: expected.get(number, PayoutState.SENT) for number in sent}, seed
    if altered.is_refused:
        assert not BankLine.objects.exists(), seed
    else:
        assert held(Account.SUSPENSE) == -altered.suspense, seed
        assert held(Account.BANK_CHARGES) == altered.charges, seed
        in_transit = sum(sent[number] for number in sent if states[number] == PayoutState.SENT)
        assert held(Account.IN_TRANSIT) == -in_transit, seed
    assert _wrong(seed) == [], seed


def _wrong(seed: int) -> list[str]:
    if seed % EACH == 0:
        return [found.difference for found in check_books() if not found.holds]
    about_the_bank = (prove(each) for each in invariants() if each.name in ABOUT_THE_BANK)
    return [found.difference for found in about_the_bank if not found.holds]
