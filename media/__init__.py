"""Measuring what people hand in: films and scans. It measures and never judges."""
