"""The seller's pages on what is sold and delivered, and on the company itself."""
