"""What is handed out to be run elsewhere, and imports nothing of the portal."""
