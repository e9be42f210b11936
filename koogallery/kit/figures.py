"""How figures are written for people; the API and the exports write them for machines."""

from datetime import datetime, tzinfo
from decimal import Decimal

from koogallery.kit.money import format_amount, format_exact

MINUS = "\N{MINUS SIGN}"
#: How names of shares end.
SHARES = ("ratio", "rate")
TIMES = "\N{MULTIPLICATION SIGN}"


def money_text(amount: Decimal, currency: str) -> str:
    """A total with its currency: −1,234.50 USD."""
    return f"{amount_text(amount, currency)} {currency}"


def amount_text(amount: Decimal, currency: str) -> str:
    """A total at its currency's minor unit: −1,234.50."""
    return _grouped(format_amount(amount, currency))


def exact_amount_text(amount: Decimal, currency: str) -> str:
    """A line's amount as exact as it is kept (R2.4): 28.3475, but 960.00."""
    return _grouped(format_exact(amount, currency))


def number_text(number: Decimal) -> str:
    """1,234.5, without the zeros that its column adds."""
    return _grouped(f"{number.normalize():f}")


def figure_text(name: str, number: Decimal | int) -> str:
    """By what its name says that it is: a share in percent, a year as it is."""
    if name.endswith(SHARES):
        return percent_text(Decimal(number))
    return str(number) if name == "year" else number_text(Decimal(number))


def percent_text(share: Decimal) -> str:
    """15% for 0.15, 12.5% for 0.125."""
    return f"{share * 100:.6f}".rstrip("0").rstrip(".") + "%"


def instant(moment: datetime, zone: tzinfo) -> str:
    """2026-02-01 00:00, to be followed by the zone's name (R1.1)."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def _grouped(plain: str) -> str:
    whole, point, fraction = plain.removeprefix("-").partition(".")
    sign = MINUS if plain.startswith("-") else ""
    return f"{sign}{int(whole):,}{point}{fraction}"
