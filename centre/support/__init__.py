"""Support after the visit: plans, sessions, referrals, appointments."""
