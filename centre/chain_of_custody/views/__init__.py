"""The pages of the evidence store."""
