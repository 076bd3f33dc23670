"""The whole program between the fake platforms."""
