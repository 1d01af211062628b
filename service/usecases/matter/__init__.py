"""A citizen's matter: begun, answered, planned, compared, handed in, taken back."""
