"""Measurements: each compares ours with others in one run, because ratios hold between machines and figures do not."""
