"""Uploads end to end: long ones, cut ones, killed servers."""
