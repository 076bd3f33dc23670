"""A first campaign file from the text of an official notice: rules of wording, no network, no guess in silence.

Read from below: `text` (one spelling, numerals) → `layout` (lines to paragraphs) → `clauses` and `paper` (sentences
with their clauses, annexes) → a module for each matter a notice speaks of → `draft` (all together) → `toml` (written
out with sources and questions).
"""
