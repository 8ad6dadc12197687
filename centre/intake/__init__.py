"""Arrival: who she is, triage, intake, safe contact and the talk about consent."""
