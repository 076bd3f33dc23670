"""Tests that the five notices under campaigns/ say what the official papers say."""
