"""Her own page, and the staff's page about it."""
