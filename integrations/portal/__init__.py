"""The national portal of public services."""
