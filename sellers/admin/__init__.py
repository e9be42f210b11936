"""What operators see of sellers: read-only, but for the members superusers manage."""

from sellers.admin import deliveries, orders, sellers

__all__ = ["deliveries", "orders", "sellers"]
