"""The subscribers of events (R10): e-mail and webhooks. A notice is written first, told after."""
