"""The run of a month: bills for all sellers, in batches, once, under guard rails (R1.5 to R1.7)."""
