"""The conversation engine: pure and synchronous. A conversation is a function that asks."""
