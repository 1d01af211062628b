"""Messages to people: where to, with whose consent, in which words."""
