"""Seeded faults in our own code, and whether the tests catch them: `python -m tests.mutants`."""
