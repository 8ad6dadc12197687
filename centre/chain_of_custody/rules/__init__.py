"""Decisions on plain values: no database, no clock, no request."""
