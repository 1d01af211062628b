"""Neighbours who help: let in by the resident's own act, within what was agreed."""
