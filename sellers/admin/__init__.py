"""What operators see of sellers, and what of theirs waits for a decision."""

from sellers.admin import applications, certifications, orders, sellers

__all__ = ["applications", "certifications", "orders", "sellers"]
