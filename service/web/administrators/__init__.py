"""Pages of whoever keeps the installation, its people and its law."""
