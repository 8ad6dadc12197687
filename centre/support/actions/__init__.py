"""The acts of this room."""
