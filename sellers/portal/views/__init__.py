"""The pages, a noun a file."""
