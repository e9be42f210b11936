"""Sellers, products and usage over REST; orders are answered by settlement, which bills them."""
