"""The acts of the evidence store: the only writers of its rows.

Each asks who, takes the one clock, locks the case, asks the rules, writes one event
and its entry. What other rooms call is named here.
"""

from centre.chain_of_custody.actions.items import (
    add_to_kit,
    collect_item,
    label_item,
    note_not_taken,
    package_item,
    seal_item,
)
from centre.chain_of_custody.actions.kits import (
    issue_kit,
    open_kit,
    seal_kit,
    stock_kit,
)
from centre.chain_of_custody.actions.notes import (
    add_note,
    raise_discrepancy,
    resolve_discrepancy,
)
from centre.chain_of_custody.actions.papers import (
    head_of,
    look_at,
    look_at_question,
    print_case_labels,
    print_labels,
    print_place_label,
)
from centre.chain_of_custody.actions.reports import print_report, reprint_report
from centre.chain_of_custody.actions.store import (
    Climate,
    check_in,
    check_out,
    check_seal,
    move,
    open_location,
    store,
)
from centre.chain_of_custody.actions.transfers import (
    Courier,
    Line,
    Outsider,
    Sign,
    Terms,
    cancel_transfer,
    hand_out,
    mark_overdue,
    pick_up,
    receive_return,
    receive_transfer,
    receive_unexpected,
    refuse_receipt,
    release_transfer,
    send_back,
    take_back,
)

__all__ = [
    "Climate",
    "Courier",
    "Line",
    "Outsider",
    "Sign",
    "Terms",
    "add_note",
    "add_to_kit",
    "cancel_transfer",
    "check_in",
    "check_out",
    "check_seal",
    "collect_item",
    "hand_out",
    "head_of",
    "issue_kit",
    "label_item",
    "look_at",
    "look_at_question",
    "mark_overdue",
    "move",
    "note_not_taken",
    "open_kit",
    "open_location",
    "package_item",
    "pick_up",
    "print_case_labels",
    "print_labels",
    "print_place_label",
    "print_report",
    "raise_discrepancy",
    "receive_return",
    "receive_transfer",
    "receive_unexpected",
    "refuse_receipt",
    "release_transfer",
    "reprint_report",
    "resolve_discrepancy",
    "seal_item",
    "seal_kit",
    "send_back",
    "stock_kit",
    "store",
    "take_back",
]
