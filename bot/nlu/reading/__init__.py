"""Reads data out of chat Spanish. Pure functions over text; each gives `Found` spans with a normalised value."""
