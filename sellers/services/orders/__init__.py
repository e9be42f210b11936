"""Facts of trade as they arrive: orders, their supervision and their usage (R9.3, R9.5)."""
