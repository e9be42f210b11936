"""The open API's query of orders; settlement answers, for it knows what was unsubscribed."""
