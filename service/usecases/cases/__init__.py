"""A case on the desk of offices: what it is, how it moves, its clock and its money."""
