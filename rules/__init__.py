"""The rules of notices: pure functions and frozen facts, without clock, I/O or awaits."""
