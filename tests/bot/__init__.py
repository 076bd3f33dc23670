"""Tests of the engine, the desk and the doors."""
