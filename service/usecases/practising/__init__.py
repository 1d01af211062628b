"""Rooms to practise in, with exercises that are checked by what happened."""
