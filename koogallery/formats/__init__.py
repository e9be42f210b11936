"""How dates are written for people, in the admin as in the console."""
