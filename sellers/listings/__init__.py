"""The lists of sellers' facts that have a page: filters, columns, files; a noun a file."""
