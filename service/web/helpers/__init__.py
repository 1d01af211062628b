"""Pages of neighbours who help, and of those who lead their teams."""
