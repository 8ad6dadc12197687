"""The arguments of the store's acts, as forms."""
