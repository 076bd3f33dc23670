"""Rehearsals, small: every notice from its first day to its last, by the command."""
