"""Seals over what is on record: logged as it changes, chained, signed day by day (R7.3)."""
