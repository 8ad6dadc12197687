"""Encryption: keys by case, fields, files and short indexes. Knows no survivor."""
