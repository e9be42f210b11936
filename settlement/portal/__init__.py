"""The seller's pages on settlement."""
