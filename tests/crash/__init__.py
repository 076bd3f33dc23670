"""Killed at any moment, the program loses nothing that it acknowledged and does nothing twice."""
