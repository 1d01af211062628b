"""Journeys that play by themselves: rehearsals, and the people of the demo."""
