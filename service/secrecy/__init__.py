"""The keys that seal what people told us; they never lie in the database."""
