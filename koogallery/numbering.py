"""Public numbers: a prefix and a counted figure, from one PostgreSQL sequence per kind.

A number is never used twice; a rolled back act leaves a gap, which is harmless.
"""

from collections.abc import Sequence

from django.db import connection

#: prefix of the public number -> its sequence (created by the app's first migration)
SEQUENCES = {
    "S": "number_of_seller",
    "P": "number_of_product",
    "AQ": "number_of_approval_request",
    "RF": "number_of_refund",
    "AD": "number_of_adjustment",
    "BR": "number_of_bill_run",
    "BP": "number_of_bill_preview",
    "BH": "number_of_bill_hold",
    "DP": "number_of_dispute",
    "IN": "number_of_invoice",
    "PO": "number_of_payout",
    "PB": "number_of_payout_batch",
    "BS": "number_of_bank_statement",
    "BL": "number_of_bank_line",
    "SC": "number_of_self_billing_consent",
    "XR": "number_of_exit_request",
    "IV": "number_of_invitation",
    "AT": "number_of_attachment",
    "EX": "number_of_export",
    "DM": "number_of_delivery_message",
    "TK": "number_of_token",
    "SA": "number_of_seller_application",
    "CE": "number_of_certification",
    "BA": "number_of_bank_account",
    "PA": "number_of_product_application",
    "WE": "number_of_webhook_endpoint",
    "WD": "number_of_webhook_delivery",
}
DIGITS = {
    **dict.fromkeys(SEQUENCES, 8),
    "S": 6,
    "P": 6,
    "BR": 6,
    "BP": 6,
    "BH": 6,
    "TK": 6,
    "WE": 6,
    "WD": 10,
}


def next_numbers(prefix: str, count: int = 1) -> Sequence[str]:
    """The next free public numbers of one kind, e.g. `S000042`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s) FROM generate_series(1, %s)", [SEQUENCES[prefix], count])
        return [f"{prefix}{value:0{DIGITS[prefix]}d}" for (value,) in cursor.fetchall()]


def next_number(prefix: str) -> str:
    return next_numbers(prefix)[0]
