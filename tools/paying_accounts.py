"""Accounts at a bank that does not exist, from which `./run` and the tests pay sellers (R8.2)."""

import json

HOLDER = "Sparkoo Technologies Singapore Pte. Ltd."
SWIFT_CODE = "EXMPSGSGXXX"
#: Currency -> account number; the one in euros is an IBAN.
NUMBERS = {
    "CNY": "0039000156",
    "EUR": "DE89370400440532013000",
    "GBP": "0039000826",
    "HKD": "0039000344",
    "JPY": "0039000392",
    "MYR": "0039000458",
    "SGD": "0039000702",
    "THB": "0039000764",
    "USD": "0039000840",
}


def paying_accounts() -> str:
    """As the setting PAYING_ACCOUNTS has them."""
    return json.dumps(
        {
            currency: {"holder": HOLDER, "number": number, "swift_code": SWIFT_CODE}
            for currency, number in NUMBERS.items()
        }
    )
