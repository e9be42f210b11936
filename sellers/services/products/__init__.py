"""What is sold: the catalogue, and the applications that change it (R9.2)."""
