"""What lists can be narrowed by, a noun a file."""
