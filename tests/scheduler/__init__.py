"""Tests of the clocks and of what is done after a message is settled."""
