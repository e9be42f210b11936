"""A believable marketplace, told to the portal through its own feeds and services."""
