"""Tests of Word annexes out and in."""
