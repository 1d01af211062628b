"""Talking with the outside offices: what goes, what comes, what needs a person."""
