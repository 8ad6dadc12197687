"""The store's papers: frozen data in, PDF bytes out."""

from centre.chain_of_custody.documents.labels import labels
from centre.chain_of_custody.documents.receipt import handover_receipt
from centre.chain_of_custody.documents.report import custody_report
from centre.chain_of_custody.documents.requests import answer_letter, pick_list

__all__ = [
    "answer_letter",
    "custody_report",
    "handover_receipt",
    "labels",
    "pick_list",
]
