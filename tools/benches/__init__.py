"""Figures of one part each; every module yields them from `figures()`."""
