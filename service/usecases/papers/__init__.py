"""Official papers: filled, printed, read, checked before travelling, photographed."""
