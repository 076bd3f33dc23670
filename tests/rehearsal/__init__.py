"""Tests of rehearsals: what came of one, what in it hurts, and the report."""
