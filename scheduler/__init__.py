"""Time and slow work: clocks, and what is done after a message is settled."""
