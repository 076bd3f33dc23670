"""Tests of measuring: fonts, scans, films."""
