"""How sentences about money write an amount, a share and an instant."""

from datetime import datetime, tzinfo
from decimal import Decimal

from koogallery.kit.money import format_amount

MINUS = "\N{MINUS SIGN}"
TIMES = "\N{MULTIPLICATION SIGN}"


def money(amount: Decimal, currency: str) -> str:
    """Write 560.00 USD, with a true minus sign."""
    return f"{format_amount(amount, currency)} {currency}".replace("-", MINUS)


def grouped_money(amount: Decimal, currency: str) -> str:
    """Write 1,560.00 USD."""
    whole, point, fraction = format_amount(abs(amount), currency).partition(".")
    sign = MINUS if amount < 0 else ""
    return f"{sign}{int(whole):,}{point}{fraction} {currency}"


def percent(share: Decimal) -> str:
    """12.5% for 0.125."""
    return f"{share * 100:.6f}".rstrip("0").rstrip(".") + "%"


def instant(moment: datetime, zone: tzinfo) -> str:
    """2026-02-01 00:00, to be followed by the zone's name (R1.1)."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"
