"""How much, which cycle, is it allowed: plain functions over facts. No Django, no clock."""
