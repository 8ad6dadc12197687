"""What was acknowledged survives being killed at any moment."""
