"""Geometry of the small drawings on pages: plain values in, plain values out."""
