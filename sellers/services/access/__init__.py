"""Programs of a seller: its tokens and its webhook endpoints (R10)."""
