"""Doors and accounts, as pages."""
