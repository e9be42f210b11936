"""What operators see of sellers, and what of theirs waits for a decision."""

from sellers.admin import (
    applications,
    certifications,
    deliveries,
    members,
    orders,
    sellers,
    tokens,
    webhooks,
)

__all__ = [
    "applications",
    "certifications",
    "deliveries",
    "members",
    "orders",
    "sellers",
    "tokens",
    "webhooks",
]
