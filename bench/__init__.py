"""Measurements: each is a ratio to a baseline that is taken in the same run."""
