"""The file by which a bank pays a batch: ISO 20022 pain.001.001.09 (R8.2)."""

from datetime import date, datetime

from settlement.bank_files.orders import Payment, PaymentOrder
from settlement.bank_files.payment_file import payment_file
from settlement.models import Payout, PayoutBatch


def payment_file_of(batch: PayoutBatch, at: datetime, executed_on: date) -> bytes:
    """The same bytes for the same instant and day; payouts in the order they were planned in."""
    payouts = batch.payouts.with_names().prefetch_related("items__bill").order_by("pk")
    return payment_file(
        PaymentOrder(
            message_id=batch.number,
            created_at=at,
            executed_on=executed_on,
            debtor_name=batch.payer_holder,
            debtor_bic=batch.payer_swift_code,
            debtor_account=batch.payer_number,
            currency=batch.currency,
            payments=tuple(_payment(payout) for payout in payouts),
        )
    )


def _payment(payout: Payout) -> Payment:
    account = payout.bank_account
    assert account is not None, "chosen with the batch"
    return Payment(
        end_to_end_id=payout.end_to_end_id,
        amount=payout.amount,
        creditor_name=account.account_holder,
        account=account.account_number,
        bic=account.swift_code,
        bank_name=account.bank_name,
        bank_address=account.bank_address,
        bank_country=account.bank_country,
        creditor_country=payout.seller.country,
        remittance=remittance_of(payout),
    )


def remittance_of(payout: Payout) -> str:
    """What the seller reads on its own statement: the payout and its bills."""
    bills = [item.bill.number for item in payout.items.all() if item.bill]
    return " ".join(["KooGallery", payout.number, *bills])
