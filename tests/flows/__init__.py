"""Tests of the conversations, played by a person who talks to a desk."""
