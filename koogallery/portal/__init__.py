"""What every page of the seller console shares: frame, page classes, how values are written."""
