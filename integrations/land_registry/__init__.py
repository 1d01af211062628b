"""The land database and the one-stop record."""
