"""Part of the examination room."""
