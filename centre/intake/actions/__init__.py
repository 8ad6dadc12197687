"""The acts of arrival."""
