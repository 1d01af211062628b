"""Sign-in by the State's identity."""
