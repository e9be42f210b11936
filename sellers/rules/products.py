"""What a product must satisfy."""

from decimal import Decimal

from koogallery.kit.errors import Violation
from sellers.rules.figures import share_violations


def product_violations(platform_fee_ratio: Decimal) -> list[Violation]:
    """The ratio is the platform's share of what is sold: 0.15 keeps 15 % (R2.1)."""
    return share_violations("platform_fee_ratio", platform_fee_ratio, rule="R2.1")
