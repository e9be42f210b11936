"""What a product must satisfy, and in which modes it may be offered."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from koogallery.kit.errors import Violation
from koogallery.kit.language import gettext as _
from sellers.rules.figures import share_violations
from sellers.rules.orders import BILLING_MODES
from sellers.rules.required import missing


def product_violations(platform_fee_ratio: Decimal) -> list[Violation]:
    """The ratio is the platform's share of what is sold: 0.15 keeps 15 % (R2.1)."""
    return share_violations("platform_fee_ratio", platform_fee_ratio, rule="R2.1")


def offer_violations(delivery_method: str, billing_modes: Collection[str]) -> list[Violation]:
    """Every mode is one that the delivery method is sold in (R9.2)."""
    wrong = sorted(set(billing_modes) - BILLING_MODES[delivery_method])
    if not wrong:
        return []
    told = _("%(method)s is not sold as %(modes)s.") % {
        "method": delivery_method.replace("_", " "),
        "modes": ", ".join(mode.replace("_", "-") for mode in wrong),
    }
    return [Violation("billing_modes", "billing_mode_not_sold", told, "R9.2")]


def product_application_violations(content: Mapping[str, Any]) -> list[Violation]:
    """All that is wrong with what is sent in."""
    found = missing(content, ("name", "description"), "R9.2")
    if not content["billing_modes"]:
        told = _("Choose at least one billing mode.")
        found.append(Violation("billing_modes", "required", told, "R9.2"))
    found += offer_violations(content["delivery_method"], content["billing_modes"])
    return found + product_violations(content["platform_fee_ratio"])
