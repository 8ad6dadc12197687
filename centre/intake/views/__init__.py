"""The pages of arrival."""
