"""How amounts stand under each other in a column; koogallery/kit/figures.py writes them."""

from decimal import Decimal

from koogallery.kit.money import format_exact

FIGURE_SPACE = "\N{FIGURE SPACE}"


def padding(amount: Decimal, currency: str, decimals: int) -> str:
    """Spaces as wide as a digit up to the longest fraction of a column: points under points."""
    return FIGURE_SPACE * (decimals - decimals_of(amount, currency))


def decimals_of(amount: Decimal, currency: str) -> int:
    """How many decimals the amount needs, at least its currency's."""
    return len(format_exact(amount, currency).partition(".")[2])
