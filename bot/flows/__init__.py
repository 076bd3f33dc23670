"""The conversations, one function each, and the table that the engine finds them in."""
