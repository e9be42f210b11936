"""What would happen: the real act, rolled back; and previews that are kept (R1.6, R4.3)."""
