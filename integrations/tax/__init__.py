"""The tax office."""
