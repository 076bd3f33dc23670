"""A campaign rehearsed before its notice is published: the real program, invented people, a simulated clock."""
