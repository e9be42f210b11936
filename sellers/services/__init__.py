"""One business act, one function, one transaction."""
