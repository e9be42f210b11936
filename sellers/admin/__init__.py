"""What operators see of sellers: read-only, but for the members superusers manage."""

from sellers.admin import orders, sellers, webhooks

__all__ = ["orders", "sellers", "webhooks"]
