"""What lists can be narrowed by and, of those with a page, what they show: a noun a file."""
