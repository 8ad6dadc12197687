"""Backups: made while people work, sealed for somebody else, proven by restoring."""
