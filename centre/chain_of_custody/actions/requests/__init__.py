"""Asking for evidence, matching, deciding: separate acts of separate people."""

from centre.chain_of_custody.actions.requests.asking import (
    Asked,
    Letter,
    key_in_request,
    request_evidence,
    withdraw_request,
)
from centre.chain_of_custody.actions.requests.deciding import Decided, decide_request
from centre.chain_of_custody.actions.requests.matching import match_request

__all__ = [
    "Asked",
    "Decided",
    "Letter",
    "decide_request",
    "key_in_request",
    "match_request",
    "request_evidence",
    "withdraw_request",
]
