"""Pages of a citizen, or of somebody beside her: plan, answer, file, follow."""
