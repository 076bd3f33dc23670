"""Tests of the house itself: its floors, its lock, its wording and its documents."""
