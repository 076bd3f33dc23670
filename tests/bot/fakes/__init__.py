"""Tests of bot/fakes/."""
