"""The outside offices as HTTP servers of their own, for trials; everything says so."""
