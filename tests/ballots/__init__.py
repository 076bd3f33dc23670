"""Reminding over a whole campaign: who hears what, when, and once."""
