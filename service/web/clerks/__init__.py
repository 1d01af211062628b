"""Pages of the desks of offices: lists, cases, papers, money."""
