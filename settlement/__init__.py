"""What the facts mean in money: computed, locked, posted, approved, paid."""
