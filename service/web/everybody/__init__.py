"""Pages that ask nobody who he is."""
