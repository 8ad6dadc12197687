"""Hand-overs: what leaves and what arrives are two events by two people.

These are called inside a decision on a request, which passes the ground of each line
as plain values. The consent behind a line is asked again at release and at receipt,
so that what was withdrawn in between stays in the store.
"""

from centre.chain_of_custody.actions.transfers.arriving import (
    hand_out,
    receive_transfer,
    take_back,
)
from centre.chain_of_custody.actions.transfers.back import (
    receive_return,
    receive_unexpected,
    send_back,
)
from centre.chain_of_custody.actions.transfers.releasing import release_transfer
from centre.chain_of_custody.actions.transfers.terms import (
    Courier,
    Line,
    Outsider,
    Sign,
    Terms,
    check_ground,
    reporting,
)
from centre.chain_of_custody.actions.transfers.travelling import (
    cancel_transfer,
    mark_overdue,
    pick_up,
    refuse_receipt,
)

__all__ = [
    "Courier",
    "Line",
    "Outsider",
    "Sign",
    "Terms",
    "cancel_transfer",
    "check_ground",
    "hand_out",
    "mark_overdue",
    "pick_up",
    "receive_return",
    "receive_transfer",
    "receive_unexpected",
    "refuse_receipt",
    "release_transfer",
    "reporting",
    "send_back",
    "take_back",
]
