"""The lists of a desk: what is due, many at once, lists of other systems."""
