"""A first campaign file from the text of an official notice: rules of wording, no network, no model, no guess in silence.

Read from below: `text` (folding, numerals) → `layout` (lines to paragraphs) → `paper` (clauses, sentences, annexes) →
one module for each matter a notice speaks of → `draft` (all together) → `toml` (written out with sources and questions).
"""
