"""Issued bills: approved, adjusted, disputed and invoiced (R3, R8.1)."""
