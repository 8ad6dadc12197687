"""Partner agencies: who they are, what they offer, and what may be shared with them."""
