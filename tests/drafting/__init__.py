"""The drafter laid beside files that people wrote."""
